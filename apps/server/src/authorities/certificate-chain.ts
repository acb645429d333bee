import { verifySignature } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import {
  ACCESS_METHODS,
  AuthorityInfoAccess,
  BasicConstraints,
  type Certificate,
  equalBytes,
  findExtension,
  namesMatch,
  nameToString,
} from '@chancery/x509'

/** Fetches the certificates (DER) that a caIssuers address offers; none when it cannot be reached. Bounded in time and size. */
export type FetchIssuerCertificates = (url: string) => Promise<readonly Certificate[]>

/** Certificates above one another at the most. */
const LONGEST_CHAIN = 10
const MOST_ADDRESSES = 3

/**
 * The certificates above this one, nearest first, up to a self-signed root: found among the candidates, else through the addresses
 * that certificates name (RFC 5280 §4.2.2.1). Each signature is checked, and that each signer is a CA. Throws `Refusal` 'conflict'
 * that names the issuer which is missing.
 */
export async function chainAbove(
  certificate: Certificate,
  candidates: readonly Certificate[],
  fetchIssuers: FetchIssuerCertificates,
): Promise<readonly Certificate[]> {
  const chain: Certificate[] = []
  for (let below = certificate; !(await isSelfSigned(below)); ) {
    if (chain.length >= LONGEST_CHAIN)
      throw new Refusal('malformed', `The chain has more than ${LONGEST_CHAIN} certificates.`)
    const issuer = (await signerAmong(candidates, below)) ?? (await signerByAddress(below, fetchIssuers))
    if (issuer === undefined) throw missing(below)
    chain.push(issuer)
    below = issuer
  }
  return chain
}

async function isSelfSigned(certificate: Certificate): Promise<boolean> {
  return equalBytes(certificate.issuer.der, certificate.subject.der) && isSignedBy(certificate, certificate)
}

/** Whether `issuer`'s key signed this certificate, and its name says so too. */
export async function isSignedBy(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  if (!namesMatch(certificate.issuer, issuer.subject)) return false
  return verifySignature(issuer.publicKey, certificate.signatureAlgorithm, certificate.tbs, certificate.signature)
}

async function signerAmong(candidates: readonly Certificate[], below: Certificate): Promise<Certificate | undefined> {
  for (const candidate of candidates) {
    if (isAuthority(candidate) && (await isSignedBy(below, candidate))) return candidate
  }
  return undefined
}

async function signerByAddress(
  below: Certificate,
  fetchIssuers: FetchIssuerCertificates,
): Promise<Certificate | undefined> {
  for (const url of issuerAddresses(below).slice(0, MOST_ADDRESSES)) {
    const found = await signerAmong(await fetchIssuers(url), below)
    if (found !== undefined) return found
  }
  return undefined
}

function issuerAddresses({ extensions }: Certificate): readonly string[] {
  return (findExtension(extensions, AuthorityInfoAccess) ?? []).flatMap(({ method, location }) =>
    method === ACCESS_METHODS.caIssuers && location.type === 'uri' && /^https?:/i.test(location.value)
      ? [location.value]
      : [],
  )
}

/** RFC 5280 §4.2.1.9: a version 3 certificate is a CA's when it says so; older ones can only be trusted to be. */
export function isAuthority({ version, extensions }: Certificate): boolean {
  return version < 3 || findExtension(extensions, BasicConstraints)?.ca === true
}

function missing({ issuer }: Certificate): Refusal {
  const detail = `The certificate of its issuer "${nameToString(issuer)}" is missing. Give the whole chain up to the root, in PEM.`
  return new Refusal('conflict', detail, [{ field: '/chain', cites: 'RFC 5280 §6.1', detail }])
}
