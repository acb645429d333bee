import { AlgorithmIdentifier, makeAlgorithmIdentifier, NULL_PARAMETERS } from './algorithm-identifiers.ts'
import type { Infer } from './der/codec.ts'
import { DerError } from './der/der-error.ts'
import { oid } from './der/oid.ts'
import { any, bitString, explicit, implicit, integer, octetString, smallInteger } from './der/primitives.ts'
import { choice, optional, sequence, setOf } from './der/structures.ts'
import { KEY_OIDS } from './key-type.ts'

/**
 * PKCS#8: PrivateKeyInfo of RFC 5208 §5 (version 0) and its successor with the public key (version 1), RFC 5958 §2. What
 * `privateKey` holds depends on the algorithm; see the codecs below.
 *
 *     OneAsymmetricKey ::= SEQUENCE {
 *       version                   Version,
 *       privateKeyAlgorithm       PrivateKeyAlgorithmIdentifier,
 *       privateKey                PrivateKey,
 *       attributes            [0] Attributes OPTIONAL,
 *       ...,
 *       [[2: publicKey        [1] PublicKey OPTIONAL ]],
 *       ... }
 */
export const PrivateKeyInfo = sequence({
  version: smallInteger,
  algorithm: AlgorithmIdentifier,
  privateKey: octetString,
  attributes: optional(implicit(0, setOf(any))),
  publicKey: optional(implicit(1, bitString)),
})
export type PrivateKeyInfo = Infer<typeof PrivateKeyInfo>

/**
 * PKCS#8, encrypted (RFC 5208 §6).
 *
 *     EncryptedPrivateKeyInfo ::= SEQUENCE {
 *       encryptionAlgorithm  EncryptionAlgorithmIdentifier,
 *       encryptedData        EncryptedData }
 */
export const EncryptedPrivateKeyInfo = sequence({ algorithm: AlgorithmIdentifier, encryptedData: octetString })
export type EncryptedPrivateKeyInfo = Infer<typeof EncryptedPrivateKeyInfo>

/**
 * SEC1 keys, RFC 5915 §3. `parameters` may be explicit ones, which are not used: they are kept as they are.
 *
 *     ECPrivateKey ::= SEQUENCE {
 *       version        INTEGER { ecPrivkeyVer1(1) } (ecPrivkeyVer1),
 *       privateKey     OCTET STRING,
 *       parameters [0] ECParameters {{ NamedCurve }} OPTIONAL,
 *       publicKey  [1] BIT STRING OPTIONAL }
 */
export const EcPrivateKey = sequence({
  version: smallInteger,
  privateKey: octetString,
  parameters: optional(explicit(0, any)),
  publicKey: optional(explicit(1, bitString)),
})
export type EcPrivateKey = Infer<typeof EcPrivateKey>

/**
 * PKCS#1 keys of two primes, RFC 8017 Appendix A.1.2.
 *
 *     RSAPrivateKey ::= SEQUENCE {
 *       version           Version,
 *       modulus           INTEGER,  -- n
 *       publicExponent    INTEGER,  -- e
 *       privateExponent   INTEGER,  -- d
 *       prime1            INTEGER,  -- p
 *       prime2            INTEGER,  -- q
 *       exponent1         INTEGER,  -- d mod (p-1)
 *       exponent2         INTEGER,  -- d mod (q-1)
 *       coefficient       INTEGER,  -- (inverse of q) mod p
 *       otherPrimeInfos   OtherPrimeInfos OPTIONAL }
 */
export const RsaPrivateKey = sequence({
  version: smallInteger,
  modulus: integer,
  publicExponent: integer,
  privateExponent: integer,
  prime1: integer,
  prime2: integer,
  exponent1: integer,
  exponent2: integer,
  coefficient: integer,
})
export type RsaPrivateKey = Infer<typeof RsaPrivateKey>

/**
 * What PKCS#8 holds of an ML-DSA key, RFC 9881 §6: the seed, from which the key is expanded, or the expanded key, or both.
 *
 *     ML-DSA-65-PrivateKey ::= CHOICE {
 *       seed [0] OCTET STRING (SIZE (32)),
 *       expandedKey OCTET STRING (SIZE (4032)),
 *       both SEQUENCE {
 *           seed OCTET STRING (SIZE (32)),
 *           expandedKey OCTET STRING (SIZE (4032)) } }
 */
export const MlDsaPrivateKey = choice({
  seed: implicit(0, octetString),
  expandedKey: octetString,
  both: sequence({ seed: octetString, expandedKey: octetString }),
})
export type MlDsaPrivateKey = Infer<typeof MlDsaPrivateKey>

/**
 * A SEC1 key as PKCS#8, which names the curve outside (RFC 5480 §2.1.1). `curve` is the DER of the curve's parameters where
 * the key leaves them out. Throws `DerError`.
 */
export function pkcs8OfSec1(sec1: Uint8Array, curve?: Uint8Array): Uint8Array {
  const key = EcPrivateKey.decode(sec1)
  if (key.version !== 1) throw new DerError(`expected version 1, found ${key.version}`, 'version')
  const parameters = key.parameters ?? curve
  if (parameters === undefined) throw new DerError('an EC key that does not name its curve', 'parameters')
  oid.decode(parameters)
  return PrivateKeyInfo.encode({
    version: 0,
    algorithm: makeAlgorithmIdentifier(KEY_OIDS.ec, parameters),
    privateKey: EcPrivateKey.encode({ ...key, parameters: undefined }),
  })
}

/** A PKCS#1 key as PKCS#8. Throws `DerError`, also for keys of more than two primes. */
export function pkcs8OfPkcs1(pkcs1: Uint8Array): Uint8Array {
  const { version } = RsaPrivateKey.decode(pkcs1)
  if (version !== 0) throw new DerError('an RSA key of more than two primes, which is not read', 'version')
  return PrivateKeyInfo.encode({
    version: 0,
    algorithm: makeAlgorithmIdentifier(KEY_OIDS.rsa, NULL_PARAMETERS),
    privateKey: pkcs1,
  })
}
