import { createHmac } from 'node:crypto'
import type { Counted, Pace } from '../accounts/attempt-store.ts'
import { HttpProblem } from '../platform/problem.ts'
import type { SignInParts } from './sign-in-parts.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 86_400 * SECOND

/**
 * How fast each thing may be tried. By account: whoever guesses one password has fifteen minutes between two attempts soon, some
 * hundred a day. By address (as `clientNetwork` counts): many people may sit behind one.
 */
const PACES = {
  account: { free: 5, firstPauseMs: SECOND, longestPauseMs: 15 * MINUTE, forgottenAfterMs: DAY },
  device: { free: 5, firstPauseMs: SECOND, longestPauseMs: 15 * MINUTE, forgottenAfterMs: DAY },
  address: { free: 30, firstPauseMs: SECOND, longestPauseMs: 15 * MINUTE, forgottenAfterMs: DAY },
  'second-factor': { free: 5, firstPauseMs: 2 * SECOND, longestPauseMs: 60 * MINUTE, forgottenAfterMs: 7 * DAY },
  setup: { free: 10, firstPauseMs: SECOND, longestPauseMs: 15 * MINUTE, forgottenAfterMs: DAY },
  'password-reset': { free: 3, firstPauseMs: 5 * MINUTE, longestPauseMs: 60 * MINUTE, forgottenAfterMs: DAY },
  'password-reset-address': { free: 10, firstPauseMs: MINUTE, longestPauseMs: 60 * MINUTE, forgottenAfterMs: DAY },
  registration: { free: 10, firstPauseMs: MINUTE, longestPauseMs: 60 * MINUTE, forgottenAfterMs: DAY },
} as const satisfies Readonly<Record<string, Pace>>

/** After this long nothing is counted any more. */
export const LONGEST_MEMORY_MS = Math.max(...Object.values(PACES).map(({ forgottenAfterMs }) => forgottenAfterMs))

/** What is counted: an account, a device that signed in before, an address, … */
export type Subject = keyof typeof PACES

type PaceParts = Pick<SignInParts, 'stores' | 'secret' | 'now'>

/** Something counted, and whether many people share it: then one who succeeds takes back his own attempt alone. */
export interface Counter extends Counted {
  readonly isShared: boolean
}

/** Whose attempts are counted. The key says nothing to who reads the table. */
export function counted(subject: Subject, who: string, { secret }: Pick<SignInParts, 'secret'>): Counter {
  const key = createHmac('sha256', secret).update(`attempt ${subject} ${who}`).digest('base64url')
  return { key, pace: PACES[subject], isShared: subject === 'address' }
}

/** Counts an attempt before it is made. Throws `HttpProblem` 'rate-limited' with when the next may be made. */
export async function takeAttempts(all: readonly Counted[], { stores, now }: PaceParts): Promise<void> {
  const at = now()
  const { blockedUntil } = await stores.attempts.take(all, at)
  if (blockedUntil === undefined) return
  const seconds = Math.max(1, Math.ceil((blockedUntil - at) / SECOND))
  throw new HttpProblem('rate-limited', `Too many attempts. Try again in ${seconds} seconds.`, {
    headers: { 'retry-after': String(seconds) },
  })
}

export function takeAttempt(subject: Subject, who: string, parts: PaceParts): Promise<void> {
  return takeAttempts([counted(subject, who, parts)], parts)
}
