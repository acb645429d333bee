import { createPublicKey, verify } from 'node:crypto'
import type { SignatureCheck } from './verify-thread.ts'

/**
 * The program of `verifyThread`: whether the signature verifies. False, too, for a key or a signature that OpenSSL cannot take: there
 * is nothing else that could go wrong here.
 */
export function answer({ spki, hash, options, message, signature }: SignatureCheck): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    return verify(hash, message, { key, ...options }, signature)
  } catch {
    return false
  }
}
