import { HASHES, type Hash, SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './algorithms.ts'
import { equalBytes } from './bytes.ts'
import type { Infer } from './der/codec.ts'
import { DerError } from './der/der-error.ts'
import { type Oid, oid } from './der/oid.ts'
import { any, explicit, nothing, smallInteger } from './der/primitives.ts'
import { optional, sequence, withDefault, withDer } from './der/structures.ts'

/**
 * RFC 5280 §4.1.1.2, with its exact bytes: certificates carry the same one twice and compare them.
 *
 *     AlgorithmIdentifier ::= SEQUENCE {
 *          algorithm   OBJECT IDENTIFIER,
 *          parameters  ANY DEFINED BY algorithm OPTIONAL }
 */
const Fields = sequence({ algorithm: oid, parameters: optional(any) })
export const AlgorithmIdentifier = withDer(Fields)
export type AlgorithmIdentifier = Infer<typeof AlgorithmIdentifier>

/** Makes an AlgorithmIdentifier; `parameters` are DER and left out when absent. */
export function makeAlgorithmIdentifier(algorithm: Oid, parameters?: Uint8Array): AlgorithmIdentifier {
  return { algorithm, parameters, der: Fields.encode({ algorithm, parameters }) }
}

/** DER of NULL, the parameters that the RSA algorithms and old hash identifiers carry. */
export const NULL_PARAMETERS: Uint8Array = nothing.encode(null)

/** Hash functions by object identifier (RFC 5754 §2; SHA-1: RFC 3279 §2.1). SHA-1 is here to be recognised, never to sign. */
export const HASH_OIDS = {
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const satisfies Readonly<Record<Hash | 'sha1' | 'sha224', Oid>>
export type HashName = keyof typeof HASH_OIDS

/** The hash function that this AlgorithmIdentifier names, its parameters NULL or absent (RFC 4055 §2.1); else `undefined`. */
export function hashOf(id: AlgorithmIdentifier): HashName | undefined {
  if (id.parameters !== undefined && !equalBytes(id.parameters, NULL_PARAMETERS)) return undefined
  return HASH_NAMES.find((name) => HASH_OIDS[name] === id.algorithm)
}
const HASH_NAMES: readonly HashName[] = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512']

/** Octets of a digest, which is also the salt length of the RSASSA-PSS signatures made here. */
export const HASH_LENGTHS: Readonly<Record<Hash, number>> = { sha256: 32, sha384: 48, sha512: 64 }

const RSASSA_PSS: Oid = '1.2.840.113549.1.1.10'
const MGF1: Oid = '1.2.840.113549.1.1.8'
const NIST_SIGNATURES = '2.16.840.1.101.3.4.3'

/**
 * Signature algorithms by object identifier: RSA by RFC 4055 §5, ECDSA by RFC 5758 §3.2, Ed25519 by RFC 8410 §3, ML-DSA by
 * RFC 9881 §2, SLH-DSA by RFC 9909 §3. The pure ones name the key's algorithm by the same identifier.
 */
export const SIGNATURE_OIDS = {
  'rsa-sha256': '1.2.840.113549.1.1.11',
  'rsa-sha384': '1.2.840.113549.1.1.12',
  'rsa-sha512': '1.2.840.113549.1.1.13',
  'rsa-pss-sha256': RSASSA_PSS,
  'rsa-pss-sha384': RSASSA_PSS,
  'rsa-pss-sha512': RSASSA_PSS,
  'ecdsa-sha256': '1.2.840.10045.4.3.2',
  'ecdsa-sha384': '1.2.840.10045.4.3.3',
  'ecdsa-sha512': '1.2.840.10045.4.3.4',
  ed25519: '1.3.101.112',
  'ml-dsa-44': `${NIST_SIGNATURES}.17`,
  'ml-dsa-65': `${NIST_SIGNATURES}.18`,
  'ml-dsa-87': `${NIST_SIGNATURES}.19`,
  'slh-dsa-sha2-128s': `${NIST_SIGNATURES}.20`,
  'slh-dsa-sha2-128f': `${NIST_SIGNATURES}.21`,
  'slh-dsa-sha2-192s': `${NIST_SIGNATURES}.22`,
  'slh-dsa-sha2-192f': `${NIST_SIGNATURES}.23`,
  'slh-dsa-sha2-256s': `${NIST_SIGNATURES}.24`,
  'slh-dsa-sha2-256f': `${NIST_SIGNATURES}.25`,
  'slh-dsa-shake-128s': `${NIST_SIGNATURES}.26`,
  'slh-dsa-shake-128f': `${NIST_SIGNATURES}.27`,
  'slh-dsa-shake-192s': `${NIST_SIGNATURES}.28`,
  'slh-dsa-shake-192f': `${NIST_SIGNATURES}.29`,
  'slh-dsa-shake-256s': `${NIST_SIGNATURES}.30`,
  'slh-dsa-shake-256f': `${NIST_SIGNATURES}.31`,
} as const satisfies Readonly<Record<SignatureAlgorithm, Oid>>

const sha1Default = makeAlgorithmIdentifier(HASH_OIDS.sha1, NULL_PARAMETERS)

/**
 * RFC 4055 §3.1. The defaults are SHA-1's and so never what we want: fields that were left out come back `undefined`.
 *
 *     RSASSA-PSS-params ::= SEQUENCE {
 *          hashAlgorithm     [0] HashAlgorithm DEFAULT sha1Identifier,
 *          maskGenAlgorithm  [1] MaskGenAlgorithm DEFAULT mgf1SHA1Identifier,
 *          saltLength        [2] INTEGER DEFAULT 20,
 *          trailerField      [3] INTEGER DEFAULT 1 }
 */
const RsassaPssParams = sequence({
  hashAlgorithm: optional(explicit(0, AlgorithmIdentifier)),
  maskGenAlgorithm: optional(explicit(1, AlgorithmIdentifier)),
  saltLength: optional(explicit(2, smallInteger)),
  trailerField: withDefault(explicit(3, smallInteger), 1),
})

/** How Chancery writes a signature algorithm: the one exact AlgorithmIdentifier, the same object at every call. */
export function algorithmIdentifier(algorithm: SignatureAlgorithm): AlgorithmIdentifier {
  return IDENTIFIERS[algorithm]
}
const IDENTIFIERS: Readonly<Record<SignatureAlgorithm, AlgorithmIdentifier>> = Object.fromEntries(
  SIGNATURE_ALGORITHMS.map((algorithm) => [
    algorithm,
    makeAlgorithmIdentifier(SIGNATURE_OIDS[algorithm], parametersOf(algorithm)),
  ]),
) as Record<SignatureAlgorithm, AlgorithmIdentifier>

/**
 * Which of our algorithms this is; `undefined` for unknown ones, SHA-1, parameters where none may be, and RSASSA-PSS with
 * anything but MGF1 of the same hash, a salt as long as the digest and trailer 1.
 */
export function signatureAlgorithmOf(id: AlgorithmIdentifier): SignatureAlgorithm | undefined {
  const { algorithm, parameters } = id
  if (algorithm === RSASSA_PSS) return parameters === undefined ? undefined : pssAlgorithmOf(parameters)
  const found = BY_OID.get(algorithm)
  if (found === undefined || parameters === undefined) return found
  return found.startsWith('rsa-') && equalBytes(parameters, NULL_PARAMETERS) ? found : undefined
}
const BY_OID = new Map<Oid, SignatureAlgorithm>(
  SIGNATURE_ALGORITHMS.filter((algorithm) => !isPss(algorithm)).map((algorithm) => [
    SIGNATURE_OIDS[algorithm],
    algorithm,
  ]),
)

/** The hash of an algorithm that leaves the choice; `undefined` for those that sign the message itself. */
export function hashOfSignature(algorithm: SignatureAlgorithm): Hash | undefined {
  return isHashed(algorithm) ? HASHES.find((hash) => algorithm.endsWith(hash)) : undefined
}

/** Whether this is RSASSA-PSS. */
export function isPss(algorithm: SignatureAlgorithm): boolean {
  return algorithm.startsWith('rsa-pss-')
}

function isHashed(algorithm: SignatureAlgorithm): boolean {
  return algorithm.startsWith('rsa-') || algorithm.startsWith('ecdsa-')
}

function parametersOf(algorithm: SignatureAlgorithm): Uint8Array | undefined {
  if (!algorithm.startsWith('rsa-')) return undefined
  const hash = hashOfSignature(algorithm)
  return isPss(algorithm) && hash !== undefined ? pssParameters(hash) : NULL_PARAMETERS
}

function pssParameters(hash: Hash): Uint8Array {
  const hashAlgorithm = makeAlgorithmIdentifier(HASH_OIDS[hash], NULL_PARAMETERS)
  return RsassaPssParams.encode({
    hashAlgorithm,
    maskGenAlgorithm: makeAlgorithmIdentifier(MGF1, hashAlgorithm.der),
    saltLength: HASH_LENGTHS[hash],
    trailerField: 1,
  })
}

function pssAlgorithmOf(parameters: Uint8Array): SignatureAlgorithm | undefined {
  try {
    const params = RsassaPssParams.decode(parameters)
    const hashName = hashOf(params.hashAlgorithm ?? sha1Default)
    const hash = HASHES.find((candidate) => candidate === hashName)
    const mask = params.maskGenAlgorithm
    if (hash === undefined || mask?.algorithm !== MGF1 || mask.parameters === undefined) return undefined
    if (hashOf(AlgorithmIdentifier.decode(mask.parameters)) !== hash) return undefined
    if (params.saltLength !== HASH_LENGTHS[hash] || params.trailerField !== 1) return undefined
    return `rsa-pss-${hash}`
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}
