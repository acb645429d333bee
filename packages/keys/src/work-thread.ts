import { Worker } from 'node:worker_threads'
import { inOneBuffer } from './one-buffer.ts'
import { sentQuestions } from './sent-questions.ts'

/**
 * Questions in a message: it is answered at once as a whole, and the thread works on one while the event loop works on another.
 * With all 32 certificates that are made at one time in one, each side waited for the other; with few, messages cost more than
 * they save.
 */
const MOST = 8
/** Questions at the thread at the most; those beyond them wait here. */
const ENOUGH = 24
/** Turns of the event loop in which nothing came: then it has nothing else to do, and may take a question over. */
const PATIENCE = 16
/**
 * Of the questions that the thread has, what the event loop leaves to it. When it took over all that it could, the thread often had
 * nothing to do, and what is done between two requests takes half as long again: under load a tenth less came out. The price: what
 * comes at once, with nothing behind it, takes up to half as long again.
 */
const THREADS_SHARE = 2 / 3
/** Octets; what is larger is not worth a copy, and to hash it not small. */
export const LARGEST_IN_BATCH = 64 * 1024
/** What is done on the event loop in one turn, if the thread has nothing to do either: less than a millisecond of small work. */
const FEW = 2

/** Small work, of some tenths of a millisecond at the most: what the thread is asked, and the same done on the event loop. */
export interface SmallWork<Question, Answer> {
  /** Called when the question is sent, in the order in which questions are. */
  readonly question: () => Question
  readonly here: () => Answer
}

/** A thread for small work of any kind. */
export interface WorkThread {
  /** The answer of a program; see `BatchThread`. */
  ask(program: URL, work: SmallWork<unknown, unknown>): Promise<unknown>
}

/**
 * What the thread is sent: the programs that it does not know yet, numbered by their order, and questions, each with the number of its
 * program at the same place. Lists all the way: names of properties would be a quarter of what a message costs.
 */
export interface WorkMessage {
  readonly programs: readonly string[]
  readonly numbers: readonly number[]
  /** Where each is claimed; see `sentQuestions`. */
  readonly places: readonly number[]
  readonly questions: readonly unknown[]
}

/**
 * To have libuv sign and verify costs the event loop 50 µs, mostly to go there and back twice. What comes within one turn of the
 * event loop goes to this thread in messages of a few and comes back so: under load that is 10 to 15 µs for each. Where there is no
 * load, a thread that is woken for each question costs more than it takes over, and the event loop does it. Where the event loop would
 * sleep over what lies at the thread, and that is plenty, it takes the youngest question over: both sides claim each before they do it.
 * One thread does all kinds: what each of several would do is little, and while they wake and sleep, the event loop waits for its
 * processor.
 *
 * The thread begins when there first is enough for it, keeps nobody alive, and is not begun anew when it has ended: then all is
 * done here. `host`: its program. `patience`: turns without anything new after which the event loop takes over; for ever, it leaves
 * all to the thread that the thread has.
 */
export function workThread(host = new URL('work-host.ts', import.meta.url), patience = PATIENCE): WorkThread {
  const programs = numbered()
  const waiting: Waiting[] = []
  const sent = sentQuestions<Waiting>()
  let worker: Worker | undefined
  let ended = false
  /** Turns since the last in which questions or answers came. */
  let quiet = 0
  let due: NodeJS.Immediate | undefined

  const wake = (): void => {
    if (due === undefined) due = setImmediate(turn)
  }
  const turn = (): void => {
    due = undefined
    const isLittle = sent.count() === 0 && waiting.length <= FEW
    if (ended || isLittle) for (const one of waiting.splice(0)) doHere(one)
    else feed(1)
    quiet++
    const left = programs.areLoaded() ? sent.count() * THREADS_SHARE : 0
    if (waiting.length === 0 && sent.open() <= left) return
    wake()
    if (quiet <= patience) return
    // The oldest that the thread has not, else the youngest that it has.
    const one = waiting.shift() ?? sent.takeOver()
    if (one !== undefined) doHere(one)
  }
  const feed = (least: number): void => {
    while (!ended && waiting.length >= least && sent.count() < ENOUGH)
      send(waiting.splice(0, Math.min(MOST, ENOUGH - sent.count())))
  }
  const send = (some: readonly Waiting[]): void => {
    try {
      worker ??= startThread(host, sent.memory, { answered, fail, end })
    } catch (error) {
      // The system has no thread for us: all is done here.
      fail(error)
      for (const one of some) doHere(one)
      return
    }
    try {
      const asked = some.map(({ work }) => work.question())
      const numbers = some.map(({ program }) => program)
      const places = sent.placesFor(asked)
      const message: WorkMessage = { programs: programs.unsent, numbers, places, questions: inOneBuffer(asked) }
      worker.postMessage(message)
      sent.add(some.map((one, at) => ({ one, place: places[at] ?? 0 })))
      programs.told(sent.count())
      worker.ref()
    } catch (error) {
      // A question that cannot be copied: none of its message is sent.
      for (const { reject } of some) reject(error)
    }
  }
  const answered = (answers: readonly unknown[]): void => {
    for (const [at, one] of sent.answered(answers.length).entries()) if (one !== undefined) settle(one, answers[at])
    quiet = 0
    programs.heard(answers.length)
    if (sent.count() === 0) worker?.unref()
  }
  const fail = (error: unknown): void => {
    process.emitWarning(`a thread ended, and its work is done on the event loop: ${error}`)
    end()
  }
  const end = (): void => {
    ended = true
    waiting.unshift(...sent.abandon())
    wake()
  }
  const ask: WorkThread['ask'] = (program, work) =>
    new Promise((resolve, reject) => {
      waiting.push({ program: programs.numberOf(program), work, resolve, reject })
      quiet = 0
      feed(MOST)
      wake()
    })
  return { ask }
}

/** What the thread does not answer, its program failed at, and whoever asked does themselves. */
function settle(one: Waiting, answer: unknown): void {
  if (answer === undefined) doHere(one)
  else one.resolve(answer)
}

interface Waiting {
  readonly program: number
  readonly work: SmallWork<unknown, unknown>
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Programs by the order in which they were first asked, those that the thread was not told of, and whether it has loaded the others. */
function numbered() {
  const known = new Map<string, number>()
  const unsent: string[] = []
  /** Answers that come until all programs that the thread was told of are loaded. */
  let toCome = 0
  const numberOf = ({ href }: URL): number => {
    const number = known.get(href) ?? known.size
    if (number === known.size) {
      known.set(href, number)
      unsent.push(href)
    }
    return number
  }
  return {
    unsent,
    numberOf,
    told: (answersToCome: number) => {
      if (unsent.length > 0) toCome = answersToCome
      unsent.length = 0
    },
    heard: (answers: number) => {
      toCome = Math.max(0, toCome - answers)
    },
    areLoaded: () => toCome === 0,
  }
}

function startThread(
  host: URL,
  claims: Int32Array,
  told: {
    answered(answers: readonly unknown[]): void
    fail(error: unknown): void
    end(): void
  },
): Worker {
  const thread = new Worker(host, { workerData: claims })
  thread.unref()
  thread.on('message', told.answered)
  thread.on('error', told.fail)
  thread.on('messageerror', (error) => {
    // Answers are known by their place, and one message of them is lost.
    told.fail(error)
    void thread.terminate()
  })
  thread.on('exit', told.end)
  return thread
}

function doHere({ work, resolve, reject }: Waiting): void {
  try {
    resolve(work.here())
  } catch (error) {
    reject(error)
  }
}
