import type { RevocationReason } from '../revocation/revoke.ts'
import { TEMPLATES } from './company.ts'
import { HOLDER_KINDS, type Holder } from './holders.ts'
import type { Seeded } from './seeded.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** How far back the company's first certificates lie. */
export const PAST_MS = 3 * 365 * DAY

/** A certificate that was issued, and what became of it. Moments are milliseconds since the epoch. */
export interface PlannedCertificate {
  readonly holder: Holder
  readonly at: number
  readonly ending?: PlannedEnding
}

export interface PlannedEnding {
  readonly at: number
  readonly reason: RevocationReason
  /** When a hold ended again. */
  readonly liftedAt?: number
}

/**
 * What was issued until `now`, oldest first: to hosts, people and devices that came over three years, renewed their certificates in
 * time or late, lost keys, and went again.
 */
export function planCertificates(count: number, now: number, chance: Seeded): readonly PlannedCertificate[] {
  const planned: PlannedCertificate[] = []
  const made = new Map<(typeof HOLDER_KINDS)[number], number>()
  while (planned.length < count) {
    const kind = pickKind(chance)
    const number = made.get(kind) ?? 0
    made.set(kind, number + 1)
    planned.push(...lifeOf(kind.make(number), now, chance))
  }
  // The newest are kept: what is alive now stays, whatever the number.
  return planned.sort((a, b) => a.at - b.at).slice(-count)
}

function pickKind(chance: Seeded): (typeof HOLDER_KINDS)[number] {
  let left = chance.fraction() * HOLDER_KINDS.reduce((sum, { share }) => sum + share, 0)
  const found = HOLDER_KINDS.find(({ share }) => {
    left -= share
    return left < 0
  })
  const [first] = HOLDER_KINDS
  if (first === undefined) throw new Error('there are kinds of holders')
  return found ?? first
}

/** All certificates of one holder. */
function lifeOf(holder: Holder, now: number, chance: Seeded): readonly PlannedCertificate[] {
  const lifetime = TEMPLATES[holder.template].validity.days * DAY
  const goesAt = chance.percent(22) ? now - chance.fraction() * PAST_MS : Number.POSITIVE_INFINITY
  const certificates: PlannedCertificate[] = []
  let at = now - chance.fraction() * PAST_MS
  while (at < Math.min(now, goesAt)) {
    const issuedAt = momentOf(holder, at, now, chance)
    // Who forgets is late by some days, and asks for a new one once something has failed.
    const next =
      issuedAt + lifetime * (chance.percent(7) ? 1 + chance.fraction() * 0.2 : 0.7 + chance.fraction() * 0.25)
    const ending = endingOf({ holder, issuedAt, next, lifetime, goesAt, now }, chance)
    certificates.push({ holder, at: issuedAt, ...(ending !== undefined && { ending }) })
    at = next
  }
  return certificates
}

/** People work by day, and not at weekends; programs at any time. */
function momentOf({ way }: Holder, at: number, now: number, chance: Seeded): number {
  const day = Math.floor(at / DAY) * DAY
  const weekday = new Date(day).getUTCDay()
  const moved = day - (weekday === 0 ? 2 * DAY : weekday === 6 ? DAY : 0) + (7 + chance.fraction() * 10) * HOUR
  const moment = way === 'request' ? moved : at
  return Math.floor(Math.min(moment, now - HOUR))
}

interface Life {
  readonly holder: Holder
  readonly issuedAt: number
  readonly next: number
  readonly lifetime: number
  readonly goesAt: number
  readonly now: number
}

const PEOPLE: readonly string[] = ['sign-in', 'mail', 'vpn']

function endingOf({ holder, issuedAt, next, lifetime, goesAt, now }: Life, chance: Seeded): PlannedEnding | undefined {
  const between = (from: number, to: number) => Math.floor(from + chance.fraction() * (to - from))
  const until = Math.min(now - HOUR, issuedAt + lifetime)
  const isCurrent = next > now && goesAt > now
  const roll = chance.fraction() * 100
  const anyTime = between(issuedAt + HOUR, until)
  if (until <= issuedAt + HOUR) return undefined
  if (goesAt < Math.min(next, until) && roll < 70) {
    return {
      at: Math.floor(goesAt),
      reason: PEOPLE.includes(holder.template) ? 'affiliationChanged' : 'cessationOfOperation',
    }
  }
  if (roll < 0.7) return { at: anyTime, reason: 'keyCompromise' }
  if (roll < 1) return { at: anyTime, reason: 'privilegeWithdrawn' }
  if (roll < 1.2) return { at: anyTime, reason: 'unspecified' }
  if (roll < 1.6) return { at: anyTime, reason: 'certificateHold', liftedAt: between(anyTime, until) }
  if (isCurrent && roll < 3.2) return { at: anyTime, reason: 'certificateHold' }
  if (next < until && roll < 8) return { at: between(next, until), reason: 'superseded' }
  return undefined
}
