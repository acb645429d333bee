import { Worker } from 'node:worker_threads'

/**
 * Questions in a message: it is answered at once as a whole, and the thread works on one while the event loop works on another.
 * With all 32 certificates that are made at one time in one, each side waited for the other; with few, messages cost more than
 * they save.
 */
const MOST = 8

/** A thread for small work of any kind. */
export interface WorkThread {
  /** The answer of a program; see `BatchThread`. */
  ask(program: URL, question: unknown): Promise<unknown>
}

/** What the thread is sent: the programs that it does not know yet, numbered by their order, and questions for them. */
export interface WorkMessage {
  readonly programs: readonly string[]
  readonly questions: readonly WorkQuestion[]
}

export interface WorkQuestion {
  readonly program: number
  readonly question: unknown
}

/**
 * To have libuv sign and verify costs the event loop 50 µs, mostly to go there and back twice. What comes within one turn goes to
 * this thread in messages of a few and comes back so: under load that is 10 to 15 µs for each. One thread does all kinds: what
 * each of several would do is little, and while they wake and sleep, the event loop waits for its processor.
 *
 * The thread begins with its first question, keeps nobody alive, and is not begun anew when it has ended. `host`: its program.
 */
export function workThread(host = new URL('work-host.ts', import.meta.url)): WorkThread {
  const programs = new Map<string, number>()
  const waiting: Waiting[] = []
  let worker: Worker | undefined
  let ended = false
  let batch: WorkQuestion[] = []
  let news: string[] = []
  let due: NodeJS.Immediate | undefined

  const end = (): void => {
    ended = true
    batch = []
    for (const { resolve } of waiting.splice(0)) resolve(undefined)
  }
  const start = (): Worker => {
    const thread = new Worker(host)
    thread.on('message', (answers: readonly unknown[]) => {
      for (const [at, { resolve }] of waiting.splice(0, answers.length).entries()) resolve(answers[at])
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
    clearImmediate(due)
    due = undefined
    if (ended || batch.length === 0) return
    worker ??= start()
    worker.ref()
    const message: WorkMessage = { programs: news, questions: batch }
    batch = []
    try {
      worker.postMessage(message)
      news = []
    } catch (error) {
      // A question that cannot be copied: those of this message are the last that wait.
      for (const { reject } of waiting.splice(-message.questions.length)) reject(error)
    }
  }
  const numberOf = ({ href }: URL): number => {
    const known = programs.get(href)
    if (known !== undefined) return known
    const number = programs.size
    programs.set(href, number)
    news.push(href)
    return number
  }
  return {
    ask: (program, question) =>
      new Promise((resolve, reject) => {
        if (ended) {
          resolve(undefined)
          return
        }
        waiting.push({ resolve, reject })
        batch.push({ program: numberOf(program), question })
        if (batch.length >= MOST) send()
        else due ??= setImmediate(send)
      }),
  }
}

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}
