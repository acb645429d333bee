/** Something that a thread works with in many questions, sent along with the first of them alone: its number is enough afterwards. */
export type Told<T> = number | ToldAnew<T>

/** What the thread does not know yet. */
interface ToldAnew<T> {
  readonly at: number
  readonly value: T
  /** Before this, everything is to be forgotten: it has become too much. */
  readonly forget?: true
}

/** Things that a thread remembers at most. */
const MOST = 500

/**
 * What to send for a thing: to copy a key or a CA certificate into each message costs more than the work for which it is. Each thing
 * is known by the object that it is; `copy` makes of it what can be sent.
 */
export function toldOnce<T extends object, C>(copy: (value: T) => C, most = MOST): (value: T) => Told<C> {
  let told = new WeakMap<T, number>()
  let count = 0
  let last = 0
  return (value) => {
    const known = told.get(value)
    if (known !== undefined) return known
    const isFull = count >= most
    if (isFull) {
      told = new WeakMap()
      count = 0
    }
    told.set(value, ++last)
    count++
    return { at: last, value: copy(value), ...(isFull && { forget: true }) }
  }
}

/** Whether a question tells the thread of something: whoever is to hear later ones must hear it. */
export function tellsAnew(question: unknown): boolean {
  return (
    Array.isArray(question) &&
    question.some((item) => typeof item === 'object' && item !== null && 'at' in item && 'value' in item)
  )
}

/** The other end, on the thread. Throws for what it was not told: the message with it was lost. */
export function remembered<C>(): (told: Told<C>) => C {
  const known = new Map<number, C>()
  return (told) => {
    if (typeof told !== 'number') {
      if (told.forget) known.clear()
      known.set(told.at, told.value)
      return told.value
    }
    const found = known.get(told)
    if (found === undefined) throw new Error('the thread was asked about what it was not told of')
    return found
  }
}
