import { Refusal } from '@chancery/pki'
import { type Certificate, decodeCertificate, equalBytes } from '@chancery/x509'
import { type Act, type AuditRecord, recordOf } from '../audit/audit-record.ts'
import type { Authorities } from './authorities.ts'
import type { NewAuthorityCertificate, Tie } from './authority-store.ts'
import { isSignedBy } from './certificate-chain.ts'
import { carriedSerial, earlierCertificate } from './earlier-certificates.ts'
import { type KnownAuthority, knownAuthorities } from './known-authorities.ts'

type Tying = Pick<Authorities, 'store' | 'newId'>

/** Each time that it is overtaken somebody else added a certificate of a CA. */
const ATTEMPTS = 20

/**
 * Adds a certificate that came from elsewhere to its generation, and ties what belongs together: it, or what stands above it, to the
 * CA of the tenant whose key signed that, and the CAs that were here before it, to it, where its key signed theirs. So a revocation
 * counts in whichever order a root and the CAs below it come here. Throws `Refusal` 'malformed' for a certificate that its CA revoked.
 */
export async function addTied(
  added: NewAuthorityCertificate,
  certificate: Certificate,
  record: AuditRecord,
  tying: Tying,
): Promise<void> {
  const chain = added.chain.map((der) => ({ certificate: decodeCertificate(der) }))
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const known = await knownAuthorities(tying)
    const fresh = { ...added, certificate, chain, alive: true }
    const ties = [...(await tiesBetween([fresh], known, tying)), ...(await tiesBetween(known, [fresh], tying))]
    if (await tying.store.addCertificate(added, record, { seen: known.length, ties })) return
  }
  throw overtaken()
}

/**
 * Ties what a release before left untied: certificates of CAs that were brought from elsewhere, to the CAs of the tenant whose keys
 * signed them or what stands above them. Returns how many it tied.
 */
export async function tieAuthorities(act: Act, tying: Tying): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const known = await knownAuthorities(tying)
    const ties = await tiesBetween(known, known, tying)
    if (ties.length === 0) return 0
    const object = { type: 'tenant', id: act.tenant }
    const record = recordOf(act, { action: 'authority.tie', object, details: { certificates: ties.length } })
    if (await tying.store.tie({ seen: known.length, ties }, record)) return ties.length
  }
  throw overtaken()
}

/** Which of these CAs signed a certificate: by its name and by its key. None for a root, which stands below nobody. */
export async function signerAmong(
  certificate: Certificate,
  known: readonly KnownAuthority[],
): Promise<KnownAuthority | undefined> {
  for (const above of known) {
    if (!above.alive || equalBytes(certificate.publicKey.der, above.certificate.publicKey.der)) continue
    if (await isSignedBy(certificate, above.certificate)) return above
  }
  return undefined
}

/** The ties that are missing from these CAs to those whose keys signed their certificates, or certificates above theirs. */
async function tiesBetween(
  below: readonly KnownAuthority[],
  above: readonly KnownAuthority[],
  { newId }: Pick<Tying, 'newId'>,
): Promise<readonly Tie[]> {
  const ties: Tie[] = []
  for (const authority of below) {
    for (const { certificate, ...link } of untiedLinks(authority)) {
      const serialNumber = carriedSerial(certificate.serialNumber)
      const signer = await signerAmong(certificate, above)
      // What no CRL here could name nobody can revoke here.
      if (signer === undefined || serialNumber === undefined) continue
      const entry = earlierCertificate(certificate, serialNumber, link.above === undefined ? authority.id : newId())
      ties.push({ certificate: authority.id, ...link, signedBy: signer.generation, entry })
    }
  }
  return ties
}

interface Link {
  readonly certificate: Certificate
  readonly above?: number
}

/** The certificate of a CA and those that are stored above it, nearest first, as far as none is tied. */
function untiedLinks({ alive, issuedAs, certificate, chain }: KnownAuthority): readonly Link[] {
  if (!alive || issuedAs !== undefined) return []
  const tied = chain.findIndex((one) => one.issuedAs !== undefined)
  const above = tied === -1 ? chain : chain.slice(0, tied)
  return [{ certificate }, ...above.map((one, at) => ({ certificate: one.certificate, above: at }))]
}

function overtaken(): Refusal {
  return new Refusal('conflict', 'Other CAs are being imported at this moment. Try again when they are.')
}
