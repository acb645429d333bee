import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { SignatureCheck } from './verify-thread.ts'

/**
 * The program of `verifyThread`: whether the signature verifies. False, too, for a key or a signature that OpenSSL cannot take: there
 * is nothing else that could go wrong here.
 */
export function answer([spki, hash, options, message, signature]: SignatureCheck): boolean {
  try {
    return verify(hash, message, { key: keyOf(spki), ...options }, signature)
  } catch {
    return false
  }
}

/** Keys by their octets, those used last at the end: an account signs all its requests with one, and to load it costs a third of a check. */
const known = new Map<string, KeyObject>()
const MOST_KNOWN = 500

function keyOf(spki: Uint8Array): KeyObject {
  const octets = Buffer.from(spki)
  const name = octets.toString('latin1')
  const key = known.get(name) ?? createPublicKey({ key: octets, format: 'der', type: 'spki' })
  known.delete(name)
  known.set(name, key)
  const [oldest] = known.keys()
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest)
  return key
}
