import { createPublicKey, verify } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import type { SignatureCheck } from './verify-thread.ts'

/** The thread of `verifyThread`: answers a list of checks with a list of verdicts. */
parentPort?.on('message', (checks: readonly SignatureCheck[]) => parentPort?.postMessage(checks.map(verifies)))

/** False, too, for a key or a signature that OpenSSL cannot take: there is nothing else that could go wrong here. */
function verifies({ spki, hash, options, message, signature }: SignatureCheck): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    return verify(hash, message, { key, ...options }, signature)
  } catch {
    return false
  }
}
