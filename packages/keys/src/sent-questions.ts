import { tellsAnew } from './told-once.ts'

/** Places in the memory in which both sides claim questions: more than there are questions at one time. */
const PLACES = 32
const FREE = 0
const CLAIMED = 1

/** The place of a question that tells the thread something: it is the thread's own, and no claim is needed. */
const OWN = -1

/** A question that lies at a thread. */
interface Sent<One> {
  readonly one: One
  readonly place: number
  isTakenOver?: true
}

/** The questions that a thread has, in the order of its answers; whoever claims one first, the thread or the event loop, does it. */
export interface SentQuestions<One> {
  /** What the thread claims in: see `claim`. */
  readonly memory: Int32Array
  readonly count: () => number
  /**
   * A place for each question. What was at one before has long been answered; should two ever share one, because messages could not be
   * sent, then work is done twice, and each has its answer.
   */
  placesFor(questions: readonly unknown[]): readonly number[]
  add(sent: readonly Sent<One>[]): void
  /** How many there are that neither side has claimed, and that may be taken over. */
  open(): number
  /** Claims the youngest for the event loop. */
  takeOver(): One | undefined
  /** Those that the next so many answers are for; `undefined` for what was taken over. */
  answered(count: number): readonly (One | undefined)[]
  /** All that nobody will answer any more. */
  abandon(): readonly One[]
}

export function sentQuestions<One>(): SentQuestions<One> {
  const memory = new Int32Array(new SharedArrayBuffer(4 * PLACES))
  const sent: Sent<One>[] = []
  let places = 0
  const isOpen = ({ place }: Sent<One>): boolean => place !== OWN && Atomics.load(memory, place) === FREE
  const mine = ({ one, isTakenOver }: Sent<One>): One | undefined => (isTakenOver ? undefined : one)

  return {
    memory,
    count: () => sent.length,
    placesFor: (questions) =>
      questions.map((question) => {
        if (tellsAnew(question)) return OWN
        const place = places++ % PLACES
        Atomics.store(memory, place, FREE)
        return place
      }),
    add: (more) => void sent.push(...more),
    open: () => sent.reduce((open, one) => (isOpen(one) ? open + 1 : open), 0),
    takeOver: () => {
      const found = sent.findLast(({ place }) => place !== OWN && claim(memory, place))
      if (found !== undefined) found.isTakenOver = true
      return found?.one
    },
    answered: (count) => sent.splice(0, count).map(mine),
    abandon: () => sent.splice(0).flatMap((question) => mine(question) ?? []),
  }
}

/** Whether the question at this place is the caller's to do from now on. */
export function claim(memory: Int32Array, place: number): boolean {
  return place === OWN || Atomics.compareExchange(memory, place, FREE, CLAIMED) === FREE
}
