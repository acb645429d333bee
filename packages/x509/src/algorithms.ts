/**
 * The algorithms that Chancery makes keys for and signs with, by the names that code, database and API use. Their object
 * identifiers and parameters are in `algorithm-identifiers.ts`.
 */

/** A kind of key, complete with its size, curve or parameter set. */
export const KEY_TYPES = [
  'rsa-2048',
  'rsa-3072',
  'rsa-4096',
  'ecdsa-p256',
  'ecdsa-p384',
  'ecdsa-p521',
  'ed25519',
  'ml-dsa-44',
  'ml-dsa-65',
  'ml-dsa-87',
  'slh-dsa-sha2-128s',
  'slh-dsa-sha2-128f',
  'slh-dsa-sha2-192s',
  'slh-dsa-sha2-192f',
  'slh-dsa-sha2-256s',
  'slh-dsa-sha2-256f',
  'slh-dsa-shake-128s',
  'slh-dsa-shake-128f',
  'slh-dsa-shake-192s',
  'slh-dsa-shake-192f',
  'slh-dsa-shake-256s',
  'slh-dsa-shake-256f',
] as const
export type KeyType = (typeof KEY_TYPES)[number]

/** A hash function, where a signature algorithm leaves the choice. */
export const HASHES = ['sha256', 'sha384', 'sha512'] as const
export type Hash = (typeof HASHES)[number]

/** Signature algorithms whose hash is part of the algorithm: the signer takes the message itself. */
const PURE = KEY_TYPES.filter(
  (type) => type === 'ed25519' || type.startsWith('ml-dsa-') || type.startsWith('slh-dsa-'),
) as PureKeyType[]
export type PureKeyType = Exclude<KeyType, `rsa-${string}` | `ecdsa-${string}`>

/** How a message is signed: scheme and hash. `rsa-` is RSASSA-PKCS1-v1_5, `rsa-pss-` RSASSA-PSS with MGF1 of the same hash. */
export type SignatureAlgorithm = `rsa-${Hash}` | `rsa-pss-${Hash}` | `ecdsa-${Hash}` | PureKeyType
export const SIGNATURE_ALGORITHMS: readonly SignatureAlgorithm[] = [
  ...HASHES.map((hash) => `rsa-${hash}` as const),
  ...HASHES.map((hash) => `rsa-pss-${hash}` as const),
  ...HASHES.map((hash) => `ecdsa-${hash}` as const),
  ...PURE,
]
