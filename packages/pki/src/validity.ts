import type { RequestedValidity } from './certificate-request.ts'
import type { Duration, Profile } from './profile.ts'
import { type Problem, Refusal } from './refusal.ts'

const SECOND = 1000
const HOUR = 3600 * SECOND
const DAY = 24 * HOUR

/** From when to when, milliseconds on whole seconds. Both ends are part of it (RFC 5280 §4.1.2.5). */
export interface Validity {
  readonly notBefore: number
  readonly notAfter: number
}

/** What a validity depends on besides template and request. */
export interface ValidityLimits {
  readonly issuer: Validity
  readonly now: number
}

/** A length of time in milliseconds. */
export function millisecondsOf(duration: Duration): number {
  return 'days' in duration ? duration.days * DAY : duration.hours * HOUR
}

/**
 * How long a validity lasts in milliseconds. RFC 5280 §4.1.2.5 counts both ends, so a day ends a second before it is
 * one: a certificate of 397 days is never 397 days and a second, which is how the limits of browsers are counted.
 */
export function lengthOf({ notBefore, notAfter }: Validity): number {
  return notAfter - notBefore + SECOND
}

/**
 * The validity that a certificate gets. Throws `Refusal`: `not-permitted` when the request or the template asks for
 * what cannot be, `issuer-inactive` when the issuer is not valid now.
 */
export function decideValidity(
  rules: Profile['validity'],
  requested: RequestedValidity | undefined,
  limits: ValidityLimits,
): Validity {
  const { issuer, now } = limits
  if (now < issuer.notBefore || now > issuer.notAfter + SECOND - 1)
    throw new Refusal('issuer-inactive', 'The CA certificate is not valid now.')
  const asked = requested !== undefined && 'notBefore' in requested
  const wanted = asked ? explicit(requested, rules, limits) : lasting(rules, requested ?? rules.default, limits)
  const ended = rules.notAfter === undefined ? wanted : endingBy(wanted, rules.notAfter, asked, limits)
  return withinIssuer(ended, rules, limits)
}

/** The shorter of two lengths of time, or the one that there is. */
export function shorterOf(one: Duration | undefined, other: Duration | undefined): Duration | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return millisecondsOf(one) <= millisecondsOf(other) ? one : other
}

/** Problems with a requested validity that do not depend on the time or the issuer. */
export function judgeValidity(
  rules: Profile['validity'],
  requested: RequestedValidity | undefined,
  template: string,
): Problem[] {
  if (requested === undefined) return []
  const cites = `template "${template}"`
  if ('notBefore' in requested && requested.notAfter < requested.notBefore)
    return [
      problem(
        'A validity ends after it begins.',
        'RFC 5280 §4.1.2.5',
        'It would end before it begins. Choose a later end.',
      ),
    ]
  const length = 'notBefore' in requested ? lengthOf(requested) : millisecondsOf(requested)
  if (!(length > 0 && Number.isSafeInteger(length)))
    return [
      problem(
        'A validity has a length above zero.',
        'RFC 5280 §4.1.2.5',
        'It would have no length. Choose a number of days or hours.',
      ),
    ]
  const { maximum } = rules
  if (maximum !== undefined && length > millisecondsOf(maximum))
    return [
      problem(
        `Certificates are valid for at most ${inWords(maximum)}.`,
        cites,
        `It would be longer than the ${inWords(maximum)} that the template allows. Choose a shorter validity.`,
      ),
    ]
  return []
}

/** What speaks against an end that is past. */
export const PAST_END = 'It would end in the past. Choose a later end.'

/** "397 days", "1 hour". */
export function inWords(duration: Duration): string {
  const [count, unit] = 'days' in duration ? [duration.days, 'day'] : [duration.hours, 'hour']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

function lasting(rules: Profile['validity'], duration: Duration, { issuer, now }: ValidityLimits): Validity {
  // The end is counted from the backdated start: what is given at both ends together never exceeds what the template
  // says.
  const notBefore = Math.max(wholeSecond(now - rules.backdateMinutes * 60 * SECOND), issuer.notBefore)
  return { notBefore, notAfter: notBefore + millisecondsOf(duration) - SECOND }
}

/**
 * A start may lie as far back as the template backdates, and a day at least: people fill forms slowly and in other
 * zones.
 */
function explicit(requested: Validity, rules: Profile['validity'], { issuer, now }: ValidityLimits): Validity {
  const validity = { notBefore: wholeSecond(requested.notBefore), notAfter: wholeSecond(requested.notAfter) }
  const earliest = now - Math.max(DAY, rules.backdateMinutes * 60 * SECOND)
  if (validity.notBefore < earliest)
    refuse(
      'A validity begins at most a day in the past, or as the template backdates.',
      'Chancery',
      `It would begin too far in the past. Choose a start after ${iso(wholeSecond(earliest))}.`,
    )
  if (validity.notBefore < issuer.notBefore)
    refuse(
      'A certificate begins no earlier than its issuer.',
      'RFC 5280 §6.1.3',
      `The CA certificate begins ${iso(issuer.notBefore)}. Choose a start that is not before.`,
    )
  if (validity.notAfter <= now) refuse('A validity ends in the future.', 'RFC 5280 §4.1.2.5', PAST_END)
  return validity
}

function endingBy(wanted: Validity, end: number, asked: boolean, { now }: ValidityLimits): Validity {
  const last = wholeSecond(end)
  if (last <= now || last < wanted.notBefore)
    refuse(
      'The template has a fixed end.',
      'template',
      `The template ends all certificates by ${iso(last)}, so none can begin. Set a later end there.`,
    )
  if (asked && wanted.notAfter > last)
    refuse(
      `Certificates end by ${iso(last)}.`,
      'template',
      `The template ends all certificates by ${iso(last)}. Choose an end that is not later.`,
    )
  return wanted.notAfter > last ? { ...wanted, notAfter: last } : wanted
}

function withinIssuer(wanted: Validity, rules: Profile['validity'], { issuer }: ValidityLimits): Validity {
  if (wanted.notBefore > issuer.notAfter)
    refuse(
      'A certificate begins before its issuer ends.',
      'RFC 5280 §6.1.3',
      `The CA certificate ends ${iso(issuer.notAfter)}. Choose an earlier start, or renew the CA first.`,
    )
  if (wanted.notAfter <= issuer.notAfter) return wanted
  if (rules.beyondIssuer === 'refuse') {
    refuse(
      'A certificate does not outlive its issuer.',
      'template',
      `The CA certificate ends ${iso(issuer.notAfter)}. Choose an earlier end, or renew the CA first.`,
    )
  }
  return { ...wanted, notAfter: issuer.notAfter }
}

function wholeSecond(at: number): number {
  return Math.floor(at / SECOND) * SECOND
}

function iso(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

function refuse(rule: string, cites: string, detail: string): never {
  throw new Refusal('not-permitted', detail, [problem(rule, cites, detail)])
}

function problem(rule: string, cites: string, detail: string): Problem {
  return { field: '/validity', rule, cites, detail }
}
