import { renewalAt } from '../../revocation/crl-schedule.ts'
import type { PublishedCrl } from '../../revocation/crl-store.ts'

const MINUTE = 60_000
/** A revocation makes a new CRL within seconds, so a small one is asked for often; a large one costs megabytes each time. */
const SMALL = { entries: 10_000, freshMs: 5 * MINUTE }
const LARGE_FRESH_MS = 30 * MINUTE
/** When the next one is due already it comes any moment. */
const OVERDUE_FRESH_MS = MINUTE

/** How long caches may give this CRL without asking, in milliseconds: until the next one is due at the most, never past nextUpdate. */
export function freshForMs(crl: PublishedCrl, now: number): number {
  const most = crl.entries > SMALL.entries ? LARGE_FRESH_MS : SMALL.freshMs
  const untilRenewal = renewalAt(crl) - now
  const untilEnd = crl.nextUpdate - now
  return Math.max(
    0,
    Math.min(untilEnd, untilRenewal > OVERDUE_FRESH_MS ? Math.min(most, untilRenewal) : OVERDUE_FRESH_MS),
  )
}
