import { clientNetwork } from '../../platform/client-network.ts'
import { AcmeProblem } from './acme-problem.ts'

/** Bounds how often somebody may do something. Held in memory by each process. */
export interface Pace {
  /**
   * Counts one more, or so many; `who` is an address where the limit counts by that. Throws `AcmeProblem` 'rateLimited' with `Retry-After` when it is too many (RFC 8555 §6.6).
   */
  check(what: keyof typeof PACES, who: string, times?: number): void
  /** Counts one more. False when it is too many. */
  admits(what: keyof typeof PACES, who: string): boolean
}

/** How often, in what time, and what is said of it; by address: as `clientNetwork` counts. `docs/acme/README.md` tells operators. */
export const PACES = {
  /** Keys made up by strangers are to fill no table. */
  newAccount: { by: 'address', most: 300, windowMs: 3_600_000, said: 'new accounts from this address' },
  /**
   * By account: ten a second all the time, or the renewals of a large company at once. A client that has run wild is stopped within the
   * hour, before it has filled the register: an order of names approved beforehand costs it no proof.
   */
  newOrder: { by: 'account', most: 36_000, windowMs: 3_600_000, said: 'new orders of this account' },
  /** By account and identifier: each has us ask somebody else. */
  challenge: { by: 'account', most: 60, windowMs: 3_600_000, said: 'attempts to prove this identifier' },
  /** By account, each name of an order that is finalized: it has us ask for the CAA records of each of its labels. */
  caa: {
    by: 'account',
    most: 6_000,
    windowMs: 3_600_000,
    said: 'names of this account whose CAA records were to be asked for',
  },
  /** Requests that no account signed are told to administrators, and are to fill no trace. */
  refusal: { by: 'address', most: 300, windowMs: 3_600_000, said: 'refused requests from this address' },
  /** It costs a look at many places, and nobody has to sign it. */
  renewalInfo: {
    by: 'address',
    most: 6_000,
    windowMs: 60_000,
    said: 'questions for renewal information from this address',
  },
} as const

/** Whose counts are kept at the most; beyond it the oldest are forgotten. */
const MOST_KEPT = 50_000

export function pace(now: () => number): Pace {
  const counts = new Map<string, { readonly since: number; count: number }>()
  /** How long to wait, where it is too many. */
  const count = (what: keyof typeof PACES, who: string, times: number): number | undefined => {
    const { by, most, windowMs } = PACES[what]
    const key = `${what} ${by === 'address' ? clientNetwork(who) : who}`
    const known = counts.get(key)
    const at = now()
    if (known === undefined || known.since + windowMs <= at) {
      counts.delete(key)
      if (counts.size >= MOST_KEPT)
        for (const oldest of [...counts.keys()].slice(0, MOST_KEPT / 10)) counts.delete(oldest)
      counts.set(key, { since: at, count: times })
      return undefined
    }
    if (known.count + times > most) return known.since + windowMs - at
    known.count += times
    return undefined
  }
  return {
    admits: (what, who) => count(what, who, 1) === undefined,
    check: (what, who, times = 1) => {
      const waitMs = count(what, who, times)
      if (waitMs === undefined) return
      const { most, windowMs, said } = PACES[what]
      const seconds = Math.ceil(waitMs / 1000)
      throw new AcmeProblem(
        'rateLimited',
        `Too many ${said}: at most ${most} in ${duration(windowMs)}. Try again in ${seconds} seconds.`,
        {
          headers: { 'retry-after': String(seconds) },
        },
      )
    },
  }
}

function duration(milliseconds: number): string {
  return milliseconds >= 3_600_000 ? `${milliseconds / 3_600_000} h` : `${milliseconds / 1000} s`
}
