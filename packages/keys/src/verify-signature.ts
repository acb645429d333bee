import { constants, createPublicKey, createVerify, type KeyObject, verify } from 'node:crypto'
import { promisify } from 'node:util'
import {
  type AlgorithmIdentifier,
  algorithmFits,
  DerError,
  HASH_LENGTHS,
  hashOfSignature,
  isPss,
  type PublicKey,
  type SignatureAlgorithm,
  signatureAlgorithmOf,
} from '@chancery/x509'
import { inParts, LARGE_MESSAGE } from './in-parts.ts'
import { isQuickCheck } from './quick-check.ts'
import { type VerifyThread, verifyThread } from './verify-thread.ts'
import { LARGEST_IN_BATCH } from './work-thread.ts'

/**
 * Whether this is the key's signature of the message. What takes long is done off the event loop. Also false, never an error: an algorithm that is none
 * of ours (SHA-1, odd RSASSA-PSS parameters) or not the key's, and a key that is broken or no point of its curve. Ask
 * `signatureAlgorithmOf` and `describePublicKey` first where the difference is worth words.
 */
export async function verifySignature(
  publicKey: PublicKey,
  algorithm: AlgorithmIdentifier,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const known = signatureAlgorithmOf(algorithm)
  if (known === undefined) return false
  if (message.length <= LARGEST_IN_BATCH && isQuickCheck(publicKey, known)) {
    thread ??= verifyThread()
    const { hash, options } = nodeSignature(known)
    return thread([publicKey.der, hash, options, message, signature])
  }
  const key = loadPublicKey(publicKey, known)
  return key !== undefined && (await verifyWith(key, known, message, signature))
}

let thread: VerifyThread | undefined

/** The key for `node:crypto`; `undefined` when it is broken or cannot make such signatures. */
export function loadPublicKey(publicKey: PublicKey, algorithm: SignatureAlgorithm): KeyObject | undefined {
  try {
    if (!algorithmFits(algorithm, publicKey)) return undefined
    return createPublicKey({ key: Buffer.from(publicKey.der), format: 'der', type: 'spki' })
  } catch (error) {
    if (error instanceof DerError || isOpenSslError(error)) return undefined
    throw error
  }
}

/** Whether `signature` is this key's, by an algorithm that fits it. */
export async function verifyWith(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const { hash, options } = nodeSignature(algorithm)
  try {
    if (hash !== null && message.length > LARGE_MESSAGE) {
      const verifier = createVerify(hash)
      await inParts(message, (part) => verifier.update(part))
      return verifier.verify({ key, ...options }, signature)
    }
    return await verifyOneShot(hash, message, { key, ...options }, signature)
  } catch (error) {
    if (isOpenSslError(error)) return false
    throw error
  }
}

const verifyOneShot = promisify(verify)

/** How `node:crypto` is told of an algorithm: digest and padding. ML-DSA, SLH-DSA and Ed25519 take no digest. */
export function nodeSignature(algorithm: SignatureAlgorithm): NodeSignature {
  const hash = hashOfSignature(algorithm)
  if (hash === undefined) return { hash: null, options: {} }
  if (!isPss(algorithm)) return { hash, options: {} }
  return { hash, options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: HASH_LENGTHS[hash] } }
}

interface NodeSignature {
  readonly hash: string | null
  readonly options: { readonly padding?: number; readonly saltLength?: number }
}

/** What OpenSSL says of bytes that it cannot take, apart from faults of ours. */
export function isOpenSslError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL')
}
