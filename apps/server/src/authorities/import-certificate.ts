import { sha256 } from '@chancery/keys'
import { type Problem, Refusal } from '@chancery/pki'
import {
  BasicConstraints,
  type Certificate,
  decodeCertificate,
  equalBytes,
  findExtension,
  KeyUsage,
  nameToString,
} from '@chancery/x509'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { Authority, AuthorityCertificate, Generation } from '../issuers/authority.ts'
import type { Authorities } from './authorities.ts'
import type { NewAuthorityCertificate } from './authority-store.ts'
import { chainAbove } from './certificate-chain.ts'
import { carriedSerial } from './earlier-certificates.ts'
import { type KnownAuthority, knownAuthorities } from './known-authorities.ts'
import { readCertificates } from './read-certificates.ts'
import { addTied, signerAmong } from './tie-authorities.ts'

/**
 * Import Signed Certificate: the answer to a CA's CSR becomes its certificate. The first certificate in the PEM is taken, the
 * others, and those in `chain`, are what stands above it. Checks its key, CA:TRUE, keyCertSign, its dates, and the chain to a root, which is looked
 * for above its earlier certificates, in the tenant's CAs and through AIA before it is asked for. Throws `Refusal` 'malformed' with each check that failed,
 * 'conflict' for a missing issuer.
 */
export async function importCertificate(
  authority: Authority,
  given: { readonly certificate: string; readonly chain?: string },
  act: Act,
  authorities: Authorities,
): Promise<Certificate> {
  const [certificate, ...beside] = await readCertificates(given.certificate, '/certificate')
  if (certificate === undefined) throw new TypeError('readCertificates returns at least one')
  const above = given.chain === undefined ? [] : await readCertificates(given.chain, '/chain')

  const generations = await authorities.store.generations(authority.id)
  const generation = generations.find(({ publicKey }) => equalBytes(publicKey, certificate.publicKey.der))
  const problems = [...generationProblems(certificate, generation), ...certificateProblems(certificate, act.at)]
  if (problems.length > 0)
    throw new Refusal('malformed', 'This certificate cannot become the certificate of this CA.', problems)

  const earlier = await Promise.all(generations.map(({ id }) => authorities.issuers.generation(id)))
  const known = await knownAuthorities(authorities)
  const candidates = [
    ...beside,
    ...above,
    ...earlier.flatMap(({ chain }) => chain),
    ...known.map((one) => one.certificate),
  ]
  const chain = await chainAbove(certificate, candidates, authorities.fetchIssuers, act.at)
  await refuseRevokedHere(certificate, known, authorities)
  await adopt(certificate, chain, generation, act, authorities)
  return certificate
}

async function adopt(
  certificate: Certificate,
  chain: readonly Certificate[],
  generation: Generation | undefined,
  act: Act,
  authorities: Authorities,
): Promise<void> {
  if (generation === undefined) throw new TypeError('a certificate without a generation was refused')
  const imported = await importedCertificate(certificate, generation.id, chain, authorities)
  const record = recordOf(act, {
    action: 'authority.import-certificate',
    object: { type: 'authority', id: generation.authority },
    details: { certificate: imported.id },
  })
  await addTied(imported, certificate, record, authorities)
  await authorities.makeServices(generation.id)
}

/**
 * A certificate of a generation that came from elsewhere, to be added by `addTied`. One that a CA of the tenant issued here has its
 * place in the register already.
 */
export async function importedCertificate(
  { der, notBefore, notAfter }: Certificate,
  generation: string,
  chain: readonly Certificate[],
  { certificates, newId, now }: Pick<Authorities, 'certificates' | 'newId' | 'now'>,
): Promise<NewAuthorityCertificate> {
  const { items } = await certificates.list({ fingerprint: sha256(der) }, now(), { limit: 1 })
  const [issued] = items
  return {
    id: issued?.id ?? newId(),
    generation,
    der,
    notBefore,
    notAfter,
    active: true,
    ...(issued && { issuedAs: issued.id }),
    chain: chain.map((above) => above.der),
  }
}

/**
 * Throws `Refusal` 'malformed' for a certificate that the CA of the tenant whose key signed it revoked, before anything is stored
 * for it. By its serial number: of what was issued before an import often nothing else is known.
 */
export async function refuseRevokedHere(
  certificate: Certificate,
  known: readonly KnownAuthority[],
  { certificates, now }: Pick<Authorities, 'certificates' | 'now'>,
): Promise<void> {
  const signer = await signerAmong(certificate, known)
  const serialNumber = carriedSerial(certificate.serialNumber)
  if (signer === undefined || serialNumber === undefined) return
  for (let after: string | undefined; ; ) {
    const from = after === undefined ? {} : { after }
    const { items, next } = await certificates.list({ serialNumber }, now(), { limit: 100, ...from })
    const entry = items.find(({ generation }) => generation === signer.generation)
    if (entry?.revocation !== undefined) {
      const detail = 'This certificate was revoked by the CA that issued it. Have the CSR signed again.'
      throw new Refusal('malformed', detail, [{ field: '/certificate', detail }])
    }
    if (entry !== undefined || next === undefined) return
    after = next
  }
}

/** It must be for this CA's key, and say the same name as the certificate of this key that there is. */
function generationProblems(
  { subject }: Certificate,
  generation: (Generation & { readonly certificates: readonly AuthorityCertificate[] }) | undefined,
): readonly Problem[] {
  if (generation === undefined) {
    const detail = 'It certifies another key than this CA has. Have the CSR of this CA signed.'
    return [{ field: '/certificate', detail }]
  }
  const active = generation.certificates.find((certificate) => certificate.active)
  const known = active && decodeCertificate(active.der).subject
  if (known === undefined || equalBytes(known.der, subject.der)) return []
  const detail = `It names "${nameToString(subject)}", and what this key has signed names "${nameToString(known)}". Have it signed with the same name, in the same encoding.`
  return [{ field: '/certificate', cites: 'RFC 5280 §4.1.2.4', detail }]
}

/** What a certificate must have to be a CA's (RFC 5280 §4.2.1.3, §4.2.1.9), at this moment. */
export function certificateProblems(
  { version, extensions, notBefore, notAfter, subject }: Certificate,
  now: number,
): readonly Problem[] {
  const keyUsage = findExtension(extensions, KeyUsage)
  const problems: Problem[] = []
  if (version < 3 || findExtension(extensions, BasicConstraints)?.ca !== true) {
    problems.push({
      field: '/certificate',
      cites: 'RFC 5280 §4.2.1.9',
      detail: 'It is no CA certificate: basicConstraints must say CA:TRUE.',
    })
  }
  if (keyUsage !== undefined && !keyUsage.includes('keyCertSign')) {
    problems.push({
      field: '/certificate',
      cites: 'RFC 5280 §4.2.1.3',
      detail: 'Its key may not sign certificates: keyUsage must hold keyCertSign.',
    })
  }
  if (subject.rdns.length === 0) {
    problems.push({
      field: '/certificate',
      cites: 'RFC 5280 §4.1.2.6',
      detail: 'It names nobody: the subject of a CA must not be empty.',
    })
  }
  if (now > notAfter) {
    problems.push({
      field: '/certificate',
      cites: 'RFC 5280 §4.1.2.5',
      detail: `It expired on ${new Date(notAfter).toISOString()}. Have the CSR signed again.`,
    })
  }
  if (now < notBefore) {
    problems.push({
      field: '/certificate',
      cites: 'RFC 5280 §4.1.2.5',
      detail: `It is valid only from ${new Date(notBefore).toISOString()} on. Import it then.`,
    })
  }
  return problems
}
