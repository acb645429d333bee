import { Worker } from 'node:worker_threads'

/**
 * Questions in a message: each is answered at once as a whole. With all 32 certificates that are made at one time in one, all of
 * them waited for the same thread and then all for the disk; with few, messages cost more than they save.
 */
const MOST = 12

/** A thread of its own for work that is small and comes often. */
export interface BatchThread<Question, Answer> {
  /** The answer; `undefined` when the thread has ended, and somebody else must do the work. Rejects when a question cannot be copied. */
  ask(question: Question): Promise<Answer | undefined>
}

/**
 * To have libuv sign and verify costs the event loop 50 µs, mostly to go there and back twice. What comes within one turn goes to
 * this thread as one message and comes back as one: under load that is 10 to 15 µs for each. The program gets lists of questions
 * and posts lists of answers, in their order. The thread begins with its first question, keeps nobody alive, and is not begun anew
 * when it has ended.
 */
export function batchThread<Question, Answer>(program: URL): BatchThread<Question, Answer> {
  let worker: Worker | undefined
  let ended = false
  let batch: Question[] = []
  const waiting: Waiting<Answer>[] = []

  const end = (): void => {
    ended = true
    batch = []
    for (const { resolve } of waiting.splice(0)) resolve(undefined)
  }
  const start = (): Worker => {
    const thread = new Worker(program)
    thread.on('message', (answers: readonly Answer[]) => {
      const answered = waiting.splice(0, answers.length)
      for (const [at, { resolve }] of answered.entries()) resolve(answers[at])
      if (waiting.length === 0) thread.unref()
    })
    thread.on('error', (error) => {
      process.emitWarning(`a thread ended, and its work is done on the event loop: ${error}`)
      end()
    })
    thread.on('exit', end)
    return thread
  }
  const send = (): void => {
    if (ended) return
    worker ??= start()
    worker.ref()
    const questions = batch
    batch = []
    for (let from = 0; from < questions.length; from += MOST) {
      const message = questions.slice(from, from + MOST)
      const behind = questions.length - from
      try {
        worker.postMessage(message)
      } catch (error) {
        // A question that cannot be copied: theirs are the answers that come after those of the messages before.
        for (const { reject } of waiting.splice(waiting.length - behind, message.length)) reject(error)
      }
    }
  }
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (ended) {
          resolve(undefined)
          return
        }
        waiting.push({ resolve, reject })
        if (batch.push(question) === 1) setImmediate(send)
      }),
  }
}

interface Waiting<Answer> {
  readonly resolve: (answer: Answer | undefined) => void
  readonly reject: (error: unknown) => void
}
