import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * Above this a message is hashed a part at a time. OpenSSL's calls that take a message whole copy it, and a CRL of a million entries
 * is 50 MB.
 */
export const LARGE_MESSAGE = 1024 * 1024
const PART = 1024 * 1024

/** Gives a message to `update` in parts and lets others have their turn between two. */
export async function inParts(message: Uint8Array, update: (part: Uint8Array) => unknown): Promise<void> {
  for (let at = 0; at < message.length; at += PART) {
    update(message.subarray(at, at + PART))
    await nextTurn()
  }
}
