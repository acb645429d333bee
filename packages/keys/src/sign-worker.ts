import { sign, verify } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { plainBytes } from './plain-bytes.ts'
import type { SignatureMade, SignatureWanted } from './sign-thread.ts'

/** The thread of `signThread`: answers a list of wishes with a list of signatures. */
parentPort?.on('message', (wanted: readonly SignatureWanted[]) => parentPort?.postMessage(wanted.map(made)))

function made({ by: { privateKey, publicKey, hash, options }, message }: SignatureWanted): SignatureMade {
  try {
    const signature = sign(hash, message, { key: privateKey, ...options })
    return verify(hash, message, { key: publicKey, ...options }, signature) ? plainBytes(signature) : 'unverified'
  } catch {
    return 'failed'
  }
}
