import { SESSION_LIFETIME } from '../accounts/session-of.ts'
import { LONGEST_MEMORY_MS } from './pace.ts'
import type { SignInStores } from './sign-in-parts.ts'

const PAGE = 1_000
/** Rows of attempts that are kept: whoever fails from ever new addresses fills no disk. */
const MOST_ATTEMPTS = 100_000

/** Removes what sign-in needs no more: sessions that are over, challenges that nobody answered, attempts of long ago. */
export async function forgetSignIns(
  { sessions, challenges, attempts }: Pick<SignInStores, 'sessions' | 'challenges' | 'attempts'>,
  now: number,
): Promise<void> {
  const moment = { now, idleMs: SESSION_LIFETIME.idle }
  for (let left = 100; left > 0 && (await sessions.forget(moment, PAGE)) === PAGE; left--) {}
  await challenges.forget(now)
  await attempts.forget(now - LONGEST_MEMORY_MS, MOST_ATTEMPTS)
}
