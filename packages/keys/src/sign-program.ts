import { sign, verify } from 'node:crypto'
import { plainBytes } from './plain-bytes.ts'
import type { SignatureMade, SignatureWanted, SigningOperation } from './sign-thread.ts'
import { remembered } from './told-once.ts'

const operation = remembered<SigningOperation>()

/** The program of `signThread`. */
export function answer([by, message]: SignatureWanted): SignatureMade {
  return signAndVerify(operation(by), message)
}

/** A signature that was verified, or why there is none. */
export function signAndVerify({ privateKey, publicKey, hash }: SigningOperation, message: Uint8Array): SignatureMade {
  try {
    const signature = sign(hash, message, privateKey)
    return verify(hash, message, publicKey, signature) ? plainBytes(signature) : 'unverified'
  } catch (error) {
    return { failed: String(error) }
  }
}
