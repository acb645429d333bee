/** How fast somebody may try: so many free attempts, then a pause that doubles with each, up to a bound. Milliseconds. */
export interface Pace {
  readonly free: number
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** After this long without an attempt all is forgotten. */
  readonly forgottenAfterMs: number
}

/** Whose attempts are counted, and at what pace. */
export interface Counted {
  /** A hash: who fails how often is nobody's business. */
  readonly key: string
  readonly pace: Pace
}

/** Counts attempts in the database: across restarts and processes. */
export interface AttemptStore {
  /**
   * Counts an attempt under every key before it is made, or under none: then returns when the next may be made. So of many
   * attempts at once no more are made than of one after the other.
   */
  take(counted: readonly Counted[], now: number): Promise<{ readonly blockedUntil?: number }>
  /** Takes an attempt back that was none of somebody who guesses. With `all`, everything counted under the key. */
  forgive(key: string, all: boolean, now: number): Promise<void>
  /** How many attempts are counted under a key. */
  count(key: string): Promise<number>
  /** Removes what is old, and the oldest beyond `most` rows. */
  forget(before: number, most: number): Promise<number>
}
