import { TransactionMisused } from './database-errors.ts'

/** Waits no longer than so long: `limit` gives the result of `work`, or rejects with what `tooLong` makes. */
export interface TimeLimit {
  limit<T>(name: string, work: Promise<T>): Promise<T>
}

/** How much later than its limit a transaction may be found. */
const LATE_MS = 250

interface Watched {
  readonly name: string
  until: number
  readonly reject: (error: Error) => void
}

/**
 * The limit of all transactions of a database, or of all its statements, in ms. Time in which the process itself stood still does not
 * count: the answers of the database lie there then, and are only not read yet. A timer for each would cost every certificate two, so
 * one looks after all, for as long as there are any. 0 is the end of this turn of the event loop, when nothing is left but to wait.
 */
export function timeLimit(limitMs: number, tooLong: (limitMs: number, name: string) => Error): TimeLimit {
  const watched = new Set<Watched>()
  const everyMs = Math.min(LATE_MS, limitMs)
  let timer: NodeJS.Timeout | undefined
  let lookedAt = 0

  const look = (): void => {
    const now = performance.now()
    const stoodStill = now - lookedAt - everyMs
    lookedAt = now
    for (const one of watched) {
      if (stoodStill > everyMs) one.until += stoodStill
      if (now < one.until) continue
      watched.delete(one)
      one.reject(tooLong(limitMs, one.name))
    }
    if (watched.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  const forget = (one: Watched): void => {
    watched.delete(one)
    if (watched.size === 0) timer?.unref()
  }
  const watch = (one: Watched): (() => void) => {
    if (limitMs === 0) {
      const immediate = setImmediate(() => one.reject(tooLong(limitMs, one.name)))
      return () => clearImmediate(immediate)
    }
    watched.add(one)
    if (timer === undefined) {
      lookedAt = performance.now()
      timer = setInterval(look, everyMs)
    }
    timer.ref()
    return () => forget(one)
  }
  return {
    limit: (name, work) =>
      new Promise((resolve, reject) => {
        const stop = watch({ name, until: performance.now() + limitMs, reject })
        work.then(
          (result) => {
            stop()
            resolve(result)
          },
          (error: unknown) => {
            stop()
            reject(error)
          },
        )
      }),
  }
}

/** For transactions. */
export function openTooLong(limitMs: number, name: string): TransactionMisused {
  const which = name === '' ? 'a transaction' : `the transaction ${name}`
  const howLong = limitMs === 0 ? 'waited for something that is not the database' : `was open for ${limitMs} ms`
  return new TransactionMisused(
    `${which} ${howLong} and was rolled back: inside a transaction await nothing but its statements`,
  )
}
