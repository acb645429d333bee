import { verifySignature } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import {
  ACCESS_METHODS,
  AuthorityInfoAccess,
  BasicConstraints,
  type Certificate,
  equalBytes,
  findExtension,
  KeyUsage,
  namesMatch,
  nameToString,
} from '@chancery/x509'

/** Fetches the certificates (DER) that a caIssuers address offers; none when it cannot be reached. Bounded in time and size. */
export type FetchIssuerCertificates = (url: string) => Promise<readonly Certificate[]>

/** Certificates above one another at the most. */
const LONGEST_CHAIN = 10
const MOST_ADDRESSES = 3

/**
 * The certificates above this one, nearest first, up to a self-signed root: found among the candidates, else through
 * the addresses that certificates name (RFC 5280 §4.2.2.1). Checks each signature, that each signer is a CA which may
 * have CAs so far below it, and that it is valid now. Throws `Refusal`: 'conflict' names the issuer that is missing,
 * 'malformed' the one that cannot be.
 */
export async function chainAbove(
  certificate: Certificate,
  candidates: readonly Certificate[],
  fetchIssuers: FetchIssuerCertificates,
  now: number,
): Promise<readonly Certificate[]> {
  const chain: Certificate[] = []
  for (let below = certificate; !(await isSelfSigned(below)); ) {
    if (chain.length >= LONGEST_CHAIN)
      throw new Refusal('malformed', `The chain has more than ${LONGEST_CHAIN} certificates.`)
    const issuer = (await signerAmong(candidates, below)) ?? (await signerByAddress(below, fetchIssuers))
    if (issuer === undefined) throw candidates.some((one) => isNamedBy(below, one)) ? unsigned(below) : missing(below)
    chain.push(issuer)
    below = issuer
  }
  checkValidNow(chain, now)
  checkPathLengths([certificate, ...chain])
  return chain
}

function checkValidNow(chain: readonly Certificate[], now: number): void {
  for (const { subject, notBefore, notAfter } of chain) {
    if (now >= notBefore && now <= notAfter) continue
    const when = now > notAfter ? `expired on ${new Date(notAfter).toISOString()}` : 'is not valid yet'
    throw unusable('RFC 5280 §6.1.3', `The certificate of "${nameToString(subject)}" above it ${when}.`)
  }
}

/** RFC 5280 §4.2.1.9: how many CAs may stand below each, those not counted that are issued by themselves. */
function checkPathLengths(path: readonly Certificate[]): void {
  let below = 0
  for (const { issuer, subject, extensions } of path) {
    const { pathLength } = findExtension(extensions, BasicConstraints) ?? {}
    if (pathLength !== undefined && below > pathLength) {
      const detail = `The certificate of "${nameToString(subject)}" above it allows ${pathLength} CAs below itself, and there would be ${below}.`
      throw unusable('RFC 5280 §4.2.1.9', detail)
    }
    if (!equalBytes(issuer.der, subject.der)) below++
  }
}

async function isSelfSigned(certificate: Certificate): Promise<boolean> {
  return equalBytes(certificate.issuer.der, certificate.subject.der) && isSignedBy(certificate, certificate)
}

function isNamedBy({ issuer }: Certificate, { subject }: Certificate): boolean {
  return namesMatch(issuer, subject)
}

/** Whether `issuer`'s key signed this certificate, and its name says so too. */
export async function isSignedBy(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  if (!isNamedBy(certificate, issuer)) return false
  return verifySignature(issuer.publicKey, certificate.signatureAlgorithm, certificate.tbs, certificate.signature)
}

async function signerAmong(candidates: readonly Certificate[], below: Certificate): Promise<Certificate | undefined> {
  // A CA may have several certificates of one key: the one that lives longest is the one to show.
  for (const candidate of candidates.toSorted((a, b) => b.notAfter - a.notAfter)) {
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

/**
 * Whether it may sign certificates (RFC 5280 §4.2.1.3, §4.2.1.9). A version 3 certificate says so; older ones can only be
 * trusted to be a CA's.
 */
function isAuthority({ version, extensions }: Certificate): boolean {
  const signs = findExtension(extensions, KeyUsage)?.includes('keyCertSign') ?? true
  return version < 3 || (signs && findExtension(extensions, BasicConstraints)?.ca === true)
}

function unusable(cites: string, detail: string): Refusal {
  return new Refusal('malformed', detail, [{ field: '/chain', cites, detail }])
}

function unsigned({ subject, issuer }: Certificate): Refusal {
  const detail = `The certificate of "${nameToString(subject)}" is not signed by the key of "${nameToString(issuer)}" that is known, or that one may sign no certificates. Give the right certificate of its issuer, or have it signed again.`
  return unusable('RFC 5280 §6.1.3', detail)
}

function missing({ issuer }: Certificate): Refusal {
  const detail = `The certificate of its issuer "${nameToString(issuer)}" is missing. Give the whole chain up to the root, in PEM.`
  return new Refusal('conflict', detail, [{ field: '/chain', cites: 'RFC 5280 §6.1', detail }])
}
