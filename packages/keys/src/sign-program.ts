import { sign, verify } from 'node:crypto'
import { plainBytes } from './plain-bytes.ts'
import type { SignatureMade, SignatureWanted } from './sign-thread.ts'

/** The program of `signThread`. */
export function answer({ by: { privateKey, publicKey, hash, options }, message }: SignatureWanted): SignatureMade {
  try {
    const signature = sign(hash, message, { key: privateKey, ...options })
    return verify(hash, message, { key: publicKey, ...options }, signature) ? plainBytes(signature) : 'unverified'
  } catch {
    return 'failed'
  }
}
