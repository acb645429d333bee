import { type BatchThread, batchThread } from './batch-thread.ts'
import { answer } from './verify-program.ts'

/** A signature to be checked, as `node:crypto` takes it. */
export type SignatureCheck = readonly [
  /** The SubjectPublicKeyInfo, DER. */
  spki: Uint8Array,
  /** `null` where the algorithm takes none. */
  hash: string | null,
  options: { readonly padding?: number; readonly saltLength?: number },
  message: Uint8Array,
  signature: Uint8Array,
]

/** Checks signatures by keys that are seen once: whether each verifies. To load such a key alone costs 40 µs. */
export type VerifyThread = (check: SignatureCheck) => Promise<boolean>

export function verifyThread(
  thread: BatchThread<SignatureCheck, boolean> = batchThread(new URL('verify-program.ts', import.meta.url)),
): VerifyThread {
  return (check) => thread.ask({ question: () => check, here: () => answer(check) })
}
