import { AlgorithmIdentifier, HASH_OIDS, makeAlgorithmIdentifier, NULL_PARAMETERS } from './algorithm-identifiers.ts'
import type { Codec } from './der/codec.ts'
import { DerError } from './der/der-error.ts'
import type { Oid } from './der/oid.ts'
import { integer, octetString } from './der/primitives.ts'
import { mapped, sequence, withDer } from './der/structures.ts'

/** How OCSP names a certificate (RFC 6960 §4.1.1): by hashes of its issuer's name and key, and its serial number. */
export interface CertId {
  /** The exact bytes: an answer repeats the CertID of its question octet for octet. */
  readonly der: Uint8Array
  readonly hashAlgorithm: Oid
  /** Of the DER of the issuer's name. */
  readonly issuerNameHash: Uint8Array
  /** Of the contents of the issuer's subjectPublicKey, without tag, length and unused bits. */
  readonly issuerKeyHash: Uint8Array
  readonly serialNumber: bigint
}

/** Octets of a digest, for the hash functions that a CertID is likely to name. */
const DIGEST_LENGTHS = new Map<Oid, number>([
  [HASH_OIDS.sha1, 20],
  [HASH_OIDS.sha256, 32],
  [HASH_OIDS.sha384, 48],
  [HASH_OIDS.sha512, 64],
])

/**
 * RFC 6960 §4.1.1
 *
 *     CertID ::= SEQUENCE {
 *          hashAlgorithm   AlgorithmIdentifier,
 *          issuerNameHash  OCTET STRING,
 *          issuerKeyHash   OCTET STRING,
 *          serialNumber    CertificateSerialNumber }
 */
const certId = sequence({
  hashAlgorithm: AlgorithmIdentifier,
  issuerNameHash: octetString,
  issuerKeyHash: octetString,
  serialNumber: integer,
})

/** CertID with its exact bytes. A hash of another length than its algorithm makes is refused. */
export const CertId: Codec<CertId> = withDer(
  mapped(
    certId,
    ({ hashAlgorithm: { algorithm }, issuerNameHash, issuerKeyHash, serialNumber }) => {
      checkLength(algorithm, 'issuerNameHash', issuerNameHash)
      checkLength(algorithm, 'issuerKeyHash', issuerKeyHash)
      return { hashAlgorithm: algorithm, issuerNameHash, issuerKeyHash, serialNumber }
    },
    (value) => ({ ...value, hashAlgorithm: makeAlgorithmIdentifier(value.hashAlgorithm, NULL_PARAMETERS) }),
  ),
)

function checkLength(algorithm: Oid, field: string, { length }: Uint8Array): void {
  const due = DIGEST_LENGTHS.get(algorithm)
  if (due !== undefined && length !== due)
    throw new DerError(`the hash algorithm makes ${due} octets, not ${length}`, field)
}

/** A CertID from its parts. The hash algorithm gets NULL parameters, as OpenSSL and GnuTLS write it. */
export function makeCertId(parts: Omit<CertId, 'der'>): CertId {
  const der = certId.encode({
    ...parts,
    hashAlgorithm: makeAlgorithmIdentifier(parts.hashAlgorithm, NULL_PARAMETERS),
  })
  return { ...parts, der }
}
