import { Worker } from 'node:worker_threads'

/** A signature to be checked, as `node:crypto` takes it. */
export interface SignatureCheck {
  /** The SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  /** `null` where the algorithm takes none. */
  readonly hash: string | null
  readonly options: { readonly padding?: number; readonly saltLength?: number }
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** Checks signatures by keys that are seen once, on a thread of its own. */
export interface VerifyThread {
  /** Whether it verifies; `undefined` when the thread has ended, and somebody else must look. */
  check(check: SignatureCheck): Promise<boolean | undefined>
}

type Answer = (verdict: boolean | undefined) => void

/**
 * To load a public key costs the event loop 40 µs, and to have libuv check its signature 25 more. A thread does both, and what
 * comes within one turn goes to it as one message: under load that is 15 to 20 µs for each. It begins with its first check, keeps
 * nobody alive, and is not begun anew when it has ended.
 */
export function verifyThread(program = new URL('verify-worker.ts', import.meta.url)): VerifyThread {
  let worker: Worker | undefined
  let ended = false
  let batch: SignatureCheck[] = []
  const waiting: Answer[] = []

  const end = (): void => {
    ended = true
    batch = []
    for (const answer of waiting.splice(0)) answer(undefined)
  }
  const start = (): Worker => {
    const thread = new Worker(program)
    // Answers come in the order of the questions.
    thread.on('message', (verdicts: readonly boolean[]) => {
      const answers = waiting.splice(0, verdicts.length)
      for (const [at, answer] of answers.entries()) answer(verdicts[at])
      if (waiting.length === 0) thread.unref()
    })
    thread.on('error', end)
    thread.on('exit', end)
    return thread
  }
  const send = (): void => {
    if (ended) return
    worker ??= start()
    worker.ref()
    worker.postMessage(batch)
    batch = []
  }
  return {
    check: (check) =>
      new Promise((answer) => {
        if (ended) {
          answer(undefined)
          return
        }
        waiting.push(answer)
        if (batch.push(check) === 1) setImmediate(send)
      }),
  }
}
