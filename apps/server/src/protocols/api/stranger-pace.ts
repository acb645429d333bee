import { createHmac } from 'node:crypto'
import type { AttemptStore, Pace } from '../../accounts/attempt-store.ts'
import { HttpProblem } from '../../platform/problem.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * How fast strangers may do what costs us something. By the network that they come from; by the template that they ask for, from
 * wherever; by the address that gets mail of it.
 */
const PACES = {
  'request-from': { free: 10, firstPauseMs: MINUTE, longestPauseMs: HOUR, forgottenAfterMs: DAY },
  'request-of': { free: 200, firstPauseMs: 10 * SECOND, longestPauseMs: 10 * MINUTE, forgottenAfterMs: HOUR },
  'request-to': { free: 5, firstPauseMs: 10 * MINUTE, longestPauseMs: DAY, forgottenAfterMs: DAY },
  'renewal-of': { free: 10, firstPauseMs: MINUTE, longestPauseMs: HOUR, forgottenAfterMs: DAY },
  'link-from': { free: 30, firstPauseMs: SECOND, longestPauseMs: 15 * MINUTE, forgottenAfterMs: HOUR },
} as const satisfies Readonly<Record<string, Pace>>

/** What is counted, and whose. */
export type Counted = readonly [what: keyof typeof PACES, who: string]

export interface StrangerPace {
  /** Counts an attempt before it is made. Throws `HttpProblem` 'rate-limited' with when the next may be made. */
  take(...counted: readonly Counted[]): Promise<void>
  /** Takes it back: it was none of somebody who guesses. */
  forgive(...counted: readonly Counted[]): Promise<void>
}

/** `secret` keeps from who reads the table who came. */
export function strangerPace(attempts: AttemptStore, secret: string, now: () => number): StrangerPace {
  const keyOf = ([what, who]: Counted) =>
    createHmac('sha256', secret).update(`attempt ${what} ${who}`).digest('base64url')
  return {
    take: async (...counted) => {
      const at = now()
      const all = counted.map((one) => ({ key: keyOf(one), pace: PACES[one[0]] }))
      const { blockedUntil } = await attempts.take(all, at)
      if (blockedUntil === undefined) return
      const seconds = Math.max(1, Math.ceil((blockedUntil - at) / SECOND))
      throw new HttpProblem('rate-limited', `Too many attempts. Try again in ${seconds} seconds.`, {
        headers: { 'retry-after': String(seconds) },
      })
    },
    forgive: async (...counted) => {
      for (const one of counted) await attempts.forgive(keyOf(one), false, now())
    },
  }
}
