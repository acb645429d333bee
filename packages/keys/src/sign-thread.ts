import { createPublicKey, type KeyObject } from 'node:crypto'
import { type BatchThread, batchThread } from './batch-thread.ts'
import { signAndVerify } from './sign-program.ts'
import { KeyFault, type SigningKey } from './signing-key.ts'
import { type Told, toldOnce } from './told-once.ts'
import { nodeSignature } from './verify-signature.ts'
import { LARGEST_IN_BATCH } from './work-thread.ts'

/**
 * By what is signed and verified, as `node:crypto` takes it: algorithms of quick keys have no padding to be told of. The keys are
 * handles: their octets stay where they are.
 */
export interface SigningOperation {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** `null` where the algorithm takes none. */
  readonly hash: string | null
}

/** A signature to be made and verified. */
export type SignatureWanted = readonly [by: Told<SigningOperation>, message: Uint8Array]

/** The signature; or that it does not verify, or what OpenSSL says of why it cannot sign. */
export type SignatureMade = Uint8Array | 'unverified' | { readonly failed: string }

/** Signs by keys that this process holds, and verifies what it signed. */
export type SignThread = (by: SigningOperation, message: Uint8Array) => Promise<SignatureMade>

export function signThread(
  thread: BatchThread<SignatureWanted, SignatureMade> = batchThread(new URL('sign-program.ts', import.meta.url)),
): SignThread {
  const tell = toldOnce((by: SigningOperation) => by)
  return (by, message) => thread.ask({ question: () => [tell(by), message], here: () => signAndVerify(by, message) })
}

let shared: SignThread | undefined

/** The same key, which signs small messages in batches, on the event loop and a thread. For keys that are quick: see `workThread`. */
export function signingInBatches(
  key: SigningKey,
  privateKey: KeyObject,
  thread = () => (shared ??= signThread()),
): SigningKey {
  const { algorithm } = key
  const { hash, options } = nodeSignature(algorithm)
  // Without its padding another algorithm would sign, and its signatures would verify.
  if (Object.keys(options).length > 0) throw new TypeError(`${algorithm} has a padding, and is not for batches`)
  const by = { privateKey, publicKey: createPublicKey(privateKey), hash }
  const signature = (made: SignatureMade): Uint8Array => {
    if (made instanceof Uint8Array) return made
    if (made === 'unverified') throw new KeyFault(`a ${algorithm} signature that does not verify`)
    throw new KeyFault(`signing by ${algorithm} failed`, { cause: made.failed })
  }
  return {
    ...key,
    sign: (message, use) =>
      message.length > LARGEST_IN_BATCH ? key.sign(message, use) : thread()(by, message).then(signature),
  }
}
