import { createPublicKey, type KeyObject } from 'node:crypto'
import { type BatchThread, batchThread } from './batch-thread.ts'
import { KeyFault, type SigningKey } from './signing-key.ts'
import { type Told, toldOnce } from './told-once.ts'
import { nodeSignature } from './verify-signature.ts'

/** By what is signed and verified, as `node:crypto` takes it. The keys are handles: their octets stay where they are. */
export interface SigningOperation {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** `null` where the algorithm takes none. */
  readonly hash: string | null
  readonly options: { readonly padding?: number; readonly saltLength?: number }
}

/** A signature to be made and verified. */
export interface SignatureWanted {
  readonly by: Told<SigningOperation>
  readonly message: Uint8Array
}

/** The signature; or that it does not verify, or that OpenSSL cannot sign. */
export type SignatureMade = Uint8Array | 'unverified' | 'failed'

/** Signs by keys that this process holds, and verifies what it signed. No answer: see `BatchThread`. */
export type SignThread = (by: SigningOperation, message: Uint8Array) => Promise<SignatureMade | undefined>

export function signThread(
  thread: BatchThread<SignatureWanted, SignatureMade> = batchThread(new URL('sign-program.ts', import.meta.url)),
): SignThread {
  const tell = toldOnce((by: SigningOperation) => by)
  return (by, message) => thread.ask({ by: tell(by), message })
}

/** Signatures that are made at once before the thread is worth its start and its memory; once begun it makes them all. */
const FEW = 3
/** Octets; what is larger is not worth a copy, and signing it not small. */
const LARGEST = 64 * 1024
let running = 0
let shared: SignThread | undefined

/** The same key, which signs on the thread as soon as there was much to sign at once, and by itself until then and should it end. */
export function onThreadUnderLoad(
  key: SigningKey,
  privateKey: KeyObject,
  thread = () => (shared ??= signThread()),
): SigningKey {
  const { algorithm } = key
  const by = { privateKey, publicKey: createPublicKey(privateKey), ...nodeSignature(algorithm) }
  const onThread = async (message: Uint8Array): Promise<Uint8Array | undefined> => {
    const made = await thread()(by, message)
    if (made === 'unverified') throw new KeyFault(`a ${algorithm} signature that does not verify`)
    if (made === 'failed') throw new KeyFault(`signing by ${algorithm} failed`)
    return made
  }
  return {
    ...key,
    async sign(message, use) {
      running++
      try {
        const made =
          (shared !== undefined || running > FEW) && message.length <= LARGEST ? await onThread(message) : undefined
        return made ?? (await key.sign(message, use))
      } finally {
        running--
      }
    },
  }
}
