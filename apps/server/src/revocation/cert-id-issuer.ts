import { digest } from '@chancery/keys'
import { type CertId, type Certificate, decodeCertificate, equalBytes, HASH_OIDS } from '@chancery/x509'
import type { OpenIssuer } from '../issuers/issuers.ts'

/** Hashes by which relying parties name an issuer: SHA-1, which the profile prescribes, and SHA-256. */
const HASHES = ['sha1', 'sha256'] as const

interface IssuerHashes {
  readonly name: Uint8Array
  readonly key: Uint8Array
}

const hashed = new WeakMap<OpenIssuer, ReadonlyMap<string, readonly IssuerHashes[]>>()

/** Whether a CertID (RFC 6960 §4.1.1) asks about certificates of this generation, by any of the certificates of its key. */
export function isIssuerOf(certId: CertId, open: OpenIssuer): boolean {
  const known = hashed.get(open) ?? hashesOf(open)
  hashed.set(open, known)
  const candidates = known.get(certId.hashAlgorithm) ?? []
  return candidates.some(
    ({ name, key }) => equalBytes(certId.issuerNameHash, name) && equalBytes(certId.issuerKeyHash, key),
  )
}

function hashesOf({ stored }: OpenIssuer): ReadonlyMap<string, readonly IssuerHashes[]> {
  const certificates = stored.certificates.map(({ der }) => decodeCertificate(der))
  return new Map(
    HASHES.map((hash) => [HASH_OIDS[hash], certificates.map((certificate) => hashesBy(hash, certificate))]),
  )
}

function hashesBy(hash: (typeof HASHES)[number], { subject, publicKey }: Certificate): IssuerHashes {
  return { name: digest(hash, subject.der), key: digest(hash, publicKey.key) }
}
