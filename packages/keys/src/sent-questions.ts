/** Places in the memory in which both sides claim questions: more than there are questions at one time. */
const PLACES = 32
const FREE = 0
const CLAIMED = 1

/** A question that lies at a thread. */
interface Sent<One> {
  readonly one: One
  readonly place: number
  /** It tells the thread something, and is not taken away from it. */
  readonly isKept: boolean
  isTakenOver?: true
}

/** The questions that a thread has, in the order of its answers; whoever claims one first, the thread or the event loop, does it. */
export interface SentQuestions<One> {
  /** What the thread claims in: see `claim`. */
  readonly memory: Int32Array
  readonly count: () => number
  /** Places for so many questions in a row, free for both sides. Theirs before have long been answered. */
  reserve(count: number): readonly number[]
  add(sent: readonly Sent<One>[]): void
  /** Whether there is one that neither side has claimed, and that may be taken over. */
  isAnyOpen(): boolean
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
  const isOpen = ({ isKept, place }: Sent<One>): boolean => !isKept && Atomics.load(memory, place) === FREE
  const mine = ({ one, isTakenOver }: Sent<One>): One | undefined => (isTakenOver ? undefined : one)

  return {
    memory,
    count: () => sent.length,
    reserve: (count) =>
      Array.from({ length: count }, () => {
        const place = places++ % PLACES
        Atomics.store(memory, place, FREE)
        return place
      }),
    add: (more) => void sent.push(...more),
    isAnyOpen: () => sent.some(isOpen),
    takeOver: () => {
      const found = sent.findLast((question) => !question.isKept && claim(memory, question.place))
      if (found !== undefined) found.isTakenOver = true
      return found?.one
    },
    answered: (count) => sent.splice(0, count).map(mine),
    abandon: () => sent.splice(0).flatMap((question) => mine(question) ?? []),
  }
}

/** Whether the question at this place is the caller's to do from now on. */
export function claim(memory: Int32Array, place: number): boolean {
  return Atomics.compareExchange(memory, place, FREE, CLAIMED) === FREE
}
