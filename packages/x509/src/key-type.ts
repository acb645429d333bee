import { SIGNATURE_OIDS } from './algorithm-identifiers.ts'
import {
  HASHES,
  type Hash,
  KEY_TYPES,
  type KeyType,
  type PureKeyType,
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
} from './algorithms.ts'
import { DerError, inField } from './der/der-error.ts'
import { type Oid, oid } from './der/oid.ts'
import { integer, nothing } from './der/primitives.ts'
import { sequence } from './der/structures.ts'
import { TAG } from './der/tag.ts'
import type { PublicKey } from './public-key.ts'

/** The elliptic curves that Chancery makes keys on. */
export const CURVES = ['p256', 'p384', 'p521'] as const
export type Curve = (typeof CURVES)[number]

/** What a public key is. `curve` is an object identifier where the curve is none of ours; such a point is not checked. */
export type KeyDescription =
  | { readonly family: 'rsa'; readonly bits: number; readonly modulus: bigint; readonly exponent: bigint }
  | { readonly family: 'ec'; readonly curve: Curve | Oid }
  | { readonly family: PureKeyType }
  | { readonly family: 'unknown'; readonly algorithm: Oid }

/** rsaEncryption (RFC 3279 §2.3.1) and id-ecPublicKey (RFC 5480 §2.1.1). */
export const KEY_OIDS = { rsa: '1.2.840.113549.1.1.1', ec: '1.2.840.10045.2.1' } as const

/** Named curves (RFC 5480 §2.1.1.1), the octets of a field element, and the hash that an ECDSA signature has by default. */
export const CURVE_FACTS = {
  p256: { oid: '1.2.840.10045.3.1.7', octets: 32, hash: 'sha256' },
  p384: { oid: '1.3.132.0.34', octets: 48, hash: 'sha384' },
  p521: { oid: '1.3.132.0.35', octets: 66, hash: 'sha512' },
} as const satisfies Readonly<Record<Curve, { oid: Oid; octets: number; hash: Hash }>>

/** Octets of the keys that are a mere string of octets: RFC 8410 §4, FIPS 204 table 2, FIPS 205 table 2. */
const PUBLIC_KEY_OCTETS: Readonly<Record<PureKeyType, number>> = {
  ed25519: 32,
  'ml-dsa-44': 1312,
  'ml-dsa-65': 1952,
  'ml-dsa-87': 2592,
  'slh-dsa-sha2-128s': 32,
  'slh-dsa-sha2-128f': 32,
  'slh-dsa-sha2-192s': 48,
  'slh-dsa-sha2-192f': 48,
  'slh-dsa-sha2-256s': 64,
  'slh-dsa-sha2-256f': 64,
  'slh-dsa-shake-128s': 32,
  'slh-dsa-shake-128f': 32,
  'slh-dsa-shake-192s': 48,
  'slh-dsa-shake-192f': 48,
  'slh-dsa-shake-256s': 64,
  'slh-dsa-shake-256f': 64,
}

/** The key types whose signature algorithm is the key's own, by object identifier. */
const PURE_KEY_TYPES = new Map<Oid, PureKeyType>(
  KEY_TYPES.filter(isPure).map((keyType) => [SIGNATURE_OIDS[keyType], keyType]),
)

/**
 * RFC 8017 Appendix A.1.1
 *
 *     RSAPublicKey ::= SEQUENCE {
 *          modulus           INTEGER,  -- n
 *          publicExponent    INTEGER   -- e }
 */
export const RsaPublicKey = sequence({ modulus: integer, publicExponent: integer })

/**
 * What this public key is. Checks its encoding strictly (parameters, lengths, an uncompressed point, positive numbers) and
 * throws `DerError`; whether it is a strong or even a valid key is for lints and for the crypto library to say.
 */
export function describePublicKey(key: PublicKey): KeyDescription {
  const known = described.get(key)
  if (known !== undefined) return known
  const description = readDescription(key)
  described.set(key, description)
  return description
}

/** A key of a request is looked at by a dozen rules, and its octets stay what they are. */
const described = new WeakMap<PublicKey, KeyDescription>()

function readDescription(key: PublicKey): KeyDescription {
  const { algorithm, parameters } = key.algorithm
  if (algorithm === KEY_OIDS.rsa) return describeRsa(key.key, parameters)
  if (algorithm === KEY_OIDS.ec) return describeEc(key.key, parameters)
  const family = PURE_KEY_TYPES.get(algorithm)
  if (family === undefined) return { family: 'unknown', algorithm }
  if (parameters !== undefined) throw new DerError(`parameters, which ${family} has none of`, 'algorithm.parameters')
  if (key.key.length !== PUBLIC_KEY_OCTETS[family]) {
    throw new DerError(`expected ${PUBLIC_KEY_OCTETS[family]} octets for ${family}, found ${key.key.length}`, 'key')
  }
  return { family }
}

/** Whether this object identifier names an algorithm of keys of which Chancery makes some. */
export function isKeyAlgorithm(algorithm: Oid): boolean {
  return algorithm === KEY_OIDS.rsa || algorithm === KEY_OIDS.ec || PURE_KEY_TYPES.has(algorithm)
}

/** The key's type where Chancery makes such keys; `undefined` for other sizes, curves and algorithms. Throws `DerError`. */
export function keyTypeOf(key: PublicKey): KeyType | undefined {
  const description = describePublicKey(key)
  switch (description.family) {
    case 'rsa':
      return KEY_TYPES.find((keyType) => keyType === `rsa-${description.bits}`)
    case 'ec':
      return KEY_TYPES.find((keyType) => keyType === `ecdsa-${description.curve}`)
    case 'unknown':
      return undefined
    default:
      return description.family
  }
}

/** The algorithms that a key of this type can sign with; the first is the default. */
export function signatureAlgorithmsFor(keyType: KeyType): readonly SignatureAlgorithm[] {
  return ALGORITHMS_FOR[keyType]
}
const ALGORITHMS_FOR = Object.fromEntries(KEY_TYPES.map((keyType) => [keyType, algorithmsFor(keyType)])) as Readonly<
  Record<KeyType, readonly SignatureAlgorithm[]>
>

/** Whether a key of this kind can make or check such signatures. Throws `DerError` when the key's encoding is broken. */
export function algorithmFits(algorithm: SignatureAlgorithm, key: PublicKey): boolean {
  const { family } = describePublicKey(key)
  if (family === 'rsa') return algorithm.startsWith('rsa-')
  if (family === 'ec') return algorithm.startsWith('ecdsa-')
  return algorithm === family
}

function describeRsa(key: Uint8Array, parameters: Uint8Array | undefined): KeyDescription {
  inField('algorithm.parameters', () => nothing.decode(parameters ?? new Uint8Array()))
  const { modulus, publicExponent: exponent } = inField('key', () => RsaPublicKey.decode(key))
  if (modulus <= 0n) throw new DerError('an RSA modulus that is not positive', 'key.modulus')
  if (exponent <= 0n) throw new DerError('an RSA exponent that is not positive', 'key.publicExponent')
  return { family: 'rsa', bits: bitLength(modulus), modulus, exponent }
}

function describeEc(key: Uint8Array, parameters: Uint8Array | undefined): KeyDescription {
  if (parameters?.[0] === TAG.sequence) {
    throw new DerError('a curve spelt out in numbers; a key that names its curve is due', 'algorithm.parameters')
  }
  const curveId = inField('algorithm.parameters', () => oid.decode(parameters ?? new Uint8Array()))
  const curve = CURVES.find((name) => CURVE_FACTS[name].oid === curveId)
  if (curve === undefined) return { family: 'ec', curve: curveId }
  const expected = 1 + 2 * CURVE_FACTS[curve].octets
  if (key[0] === 2 || key[0] === 3) throw new DerError('a compressed point; an uncompressed one is due', 'key')
  if (key[0] !== 4 || key.length !== expected) {
    throw new DerError(`expected 0x04 and two coordinates, ${expected} octets in all, found ${key.length}`, 'key')
  }
  return { family: 'ec', curve }
}

function algorithmsFor(keyType: KeyType): readonly SignatureAlgorithm[] {
  if (isPure(keyType)) return [keyType]
  if (keyType.startsWith('rsa-')) return SIGNATURE_ALGORITHMS.filter((algorithm) => algorithm.startsWith('rsa-'))
  const first = CURVES.find((name) => keyType === `ecdsa-${name}`)
  const hash = first === undefined ? 'sha256' : CURVE_FACTS[first].hash
  return [hash, ...HASHES.filter((other) => other !== hash)].map((name) => `ecdsa-${name}` as const)
}

function isPure(keyType: KeyType): keyType is PureKeyType {
  return !keyType.startsWith('rsa-') && !keyType.startsWith('ecdsa-')
}

function bitLength(value: bigint): number {
  const hex = value.toString(16)
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex.slice(0, 1), 16)))
}
