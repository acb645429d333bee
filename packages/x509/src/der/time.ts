import { type Codec, codec, type TaggedCodec, tagged } from './codec.ts'
import { DerError } from './der-error.ts'
import type { DerWriter } from './der-writer.ts'
import { TAG } from './tag.ts'

const YEAR_0 = Date.parse('0000-01-01T00:00:00Z')
const FIRST_UTC_TIME = Date.UTC(1950, 0)
const FIRST_GENERALIZED = Date.UTC(2050, 0)

/** 99991231235959Z: "no well-defined expiration date" (RFC 5280 §4.1.2.5). */
export const NO_EXPIRATION = Date.UTC(9999, 11, 31, 23, 59, 59)

/**
 * Times are integer milliseconds since the epoch. X.509 keeps whole seconds in UTC (RFC 5280 §4.1.2.5): milliseconds are dropped
 * when written, fractions and offsets refused when read.
 */
export const utcTime: TaggedCodec<number> = time(TAG.utcTime, 'UTCTime', 'YYMMDDHHMMSSZ')

/** GeneralizedTime as RFC 5280 §4.1.2.5.2 has it: YYYYMMDDHHMMSSZ. */
export const generalizedTime: TaggedCodec<number> = time(TAG.generalizedTime, 'GeneralizedTime', 'YYYYMMDDHHMMSSZ')

/** Time ::= CHOICE of both: UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5). */
export const time5280: Codec<number> = codec({
  tags: [TAG.utcTime, TAG.generalizedTime],
  write: (out, value) =>
    (value >= FIRST_UTC_TIME && value < FIRST_GENERALIZED ? utcTime : generalizedTime).write(out, value),
  read: (input) => (input.peek() === TAG.generalizedTime ? generalizedTime : utcTime).read(input),
})

function time(tag: number, name: string, form: string): TaggedCodec<number> {
  // Two digits say which year only within a century.
  const [first, end, years] =
    tag === TAG.utcTime
      ? [FIRST_UTC_TIME, FIRST_GENERALIZED, '1950 to 2049']
      : [YEAR_0, NO_EXPIRATION + 1000, '0 to 9999']
  return tagged(tag, {
    writeContents: (out, value) => {
      if (!(value >= first && value < end)) throw new DerError(`a time outside the years ${years}`)
      const days = Math.floor(value / DAY_MS)
      const seconds = Math.floor(value / 1000) - days * 86_400
      const { year, month, day } = onDay(days)
      out.octet(Z)
      twoDigits(out, seconds % 60)
      twoDigits(out, Math.floor(seconds / 60) % 60)
      twoDigits(out, Math.floor(seconds / 3600))
      twoDigits(out, day)
      twoDigits(out, month)
      twoDigits(out, year % 100)
      if (tag === TAG.generalizedTime) twoDigits(out, Math.floor(year / 100))
    },
    readContents: (contents) => {
      const octets = contents.rest()
      if (octets.length !== form.length || !isDigitsAndZ(octets))
        throw new DerError(`expected a ${name} of the form ${form}`)
      const pair = (fromEnd: number) =>
        10 * (octets[form.length - fromEnd] ?? ZERO) + (octets[form.length - fromEnd + 1] ?? ZERO) - 11 * ZERO
      const yearOfCentury = pair(13)
      const century = tag === TAG.generalizedTime ? pair(15) : yearOfCentury < 50 ? 20 : 19
      const at = onCalendar(century * 100 + yearOfCentury, pair(11), pair(9), pair(7), pair(5), pair(3))
      if (at === undefined) throw new DerError(`a ${name} that is on no calendar`)
      return at
    },
  })
}

const ZERO = 0x30
const Z = 0x5a

function twoDigits(out: DerWriter, number: number): void {
  out.octet(ZERO + (number % 10))
  out.octet(ZERO + Math.floor(number / 10))
}

function isDigitsAndZ(octets: Uint8Array): boolean {
  const last = octets.length - 1
  for (let at = 0; at < last; at++) {
    const octet = octets[at] ?? 0
    if (octet < ZERO || octet > ZERO + 9) return false
  }
  return octets[last] === Z
}

/**
 * The date of so many days since 1970-01-01, on the Gregorian calendar at all times (ISO 8601). By numbers alone: each `Date` is a call
 * into the runtime, and an OCSP answer has three. Years are counted from March here, so that the day of a leap year is their last.
 */
function onDay(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const sinceYear0 = days + DAYS_FROM_YEAR_0
  const cycle = Math.floor(sinceYear0 / DAYS_OF_CYCLE)
  const ofCycle = sinceYear0 - cycle * DAYS_OF_CYCLE
  const leapDays = Math.floor(ofCycle / 1460) - Math.floor(ofCycle / 36_524) + Math.floor(ofCycle / 146_096)
  const yearOfCycle = Math.floor((ofCycle - leapDays) / 365)
  const ofYear = ofCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100))
  // From March on, months of 31, 30, 31, 30 and 31 days come again and again: 153 days are five months.
  const monthFromMarch = Math.floor((5 * ofYear + 2) / 153)
  const day = ofYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const isOfNextYear = monthFromMarch >= 10
  return {
    year: cycle * 400 + yearOfCycle + (isOfNextYear ? 1 : 0),
    month: isOfNextYear ? monthFromMarch - 9 : monthFromMarch + 3,
    day,
  }
}
/** From 0000-03-01 to 1970-01-01. */
const DAYS_FROM_YEAR_0 = 719_468

/** The milliseconds of a date and time in UTC; `undefined` when there is no such date, hour, minute or second. */
function onCalendar(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  if (hour > 23 || minute > 59 || second > 59 || day < 1 || day > daysIn(month, year)) return undefined
  // Date.UTC takes years below 100 for those of 1900, hence the detour of one Gregorian cycle.
  return Date.UTC(year + 400, month - 1, day, hour, minute, second) - GREGORIAN_CYCLE
}

/** None in a month that there is not. */
function daysIn(month: number, year: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0)
}
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const DAY_MS = 86_400_000
/** Of 400 years, after which the calendar repeats itself. */
const DAYS_OF_CYCLE = 146_097
const GREGORIAN_CYCLE = DAYS_OF_CYCLE * DAY_MS
