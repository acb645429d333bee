import { fromTimestamp, isTimestamp } from '@chancery/api'
import {
  decideValidity,
  type Issuer,
  inWords,
  judgeValidity,
  lengthOf,
  millisecondsOf,
  Refusal,
  type RequestedValidity,
  shorterOf,
  type Template,
} from '@chancery/pki'
import type { AcmePolicy } from '../../acme-policies/acme-policy.ts'
import { AcmeProblem } from './acme-problem.ts'
import type { Order } from './order-store.ts'
import { textOf } from './payload.ts'

const SECOND = 1000

/** From when to when its client wants the certificate of an order, as far as it says. */
export type OrderDates = Pick<Order, 'notBefore' | 'notAfter'>

/** The dates of a newOrder, RFC 8555 §7.4, without parts of a second: certificates have none. Throws `AcmeProblem` 'malformed'. */
export function datesIn(payload: object, now: number): OrderDates {
  const [notBefore, notAfter] = [momentIn(payload, 'notBefore'), momentIn(payload, 'notAfter')]
  if (notBefore !== undefined && notAfter === undefined)
    throw new AcmeProblem('malformed', 'An order with a "notBefore" says its "notAfter" too.')
  if (notAfter !== undefined && notAfter <= now)
    throw new AcmeProblem('malformed', 'The "notAfter" of the order has passed. Ask for a later one, or for none.')
  return { ...(notBefore !== undefined && { notBefore }), ...(notAfter !== undefined && { notAfter }) }
}

/**
 * The validity that a certificate of this order would be asked for, if it could be given now: template and CA are asked before anything
 * is proven. Throws `AcmeProblem` 'malformed' for dates that cannot be; `Refusal` where none can be, for the template's or the CA's sake.
 */
export function checkDates(
  dates: OrderDates,
  policy: AcmePolicy,
  template: Template,
  issuer: Issuer,
  now: number,
): RequestedValidity | undefined {
  try {
    const { validity: rules } = template.profile
    const wanted = orderValidity(dates, policy, template, now)
    refuseBeyond(dates, issuer)
    const [problem] = judgeValidity(rules, wanted, template.name)
    if (problem !== undefined) throw new Refusal('not-permitted', problem.detail, [problem])
    decideValidity(rules, wanted, { issuer: issuer.certificate, now })
    return wanted
  } catch (error) {
    if (!(error instanceof Refusal) || dates.notAfter === undefined || error.code !== 'not-permitted') throw error
    const [{ rule = '', cites } = {}] = error.problems
    const said = [rule, error.message, ...(cites === undefined ? [] : [`(${cites})`])].join(' ').trim()
    throw new AcmeProblem('malformed', `The order cannot have these dates. ${said}`)
  }
}

/**
 * The validity that is asked for the certificate of an order: its dates to the second, else as long as its policy says, as far as the
 * template lets. `undefined`: as the template says. Throws `Refusal` 'not-permitted' for dates that lie further apart than the policy
 * lets: it may have changed since the order.
 */
export function orderValidity(
  { notBefore, notAfter }: OrderDates,
  { name, settings: { validity: most } }: AcmePolicy,
  { profile }: Template,
  now: number,
): RequestedValidity | undefined {
  if (notAfter === undefined) return most && shorterOf(most, profile.validity.maximum)
  const dates = { notBefore: notBefore ?? wholeSecond(now), notAfter }
  if (most !== undefined && lengthOf(dates) > millisecondsOf(most))
    throw new Refusal(
      'not-permitted',
      `Certificates of the policy "${name}" live for at most ${inWords(most)}. Ask for an earlier "notAfter", or for none.`,
    )
  return dates
}

/**
 * An end that was ordered is certified or refused (RFC 8555 §7.4), and not shortened as a template may have it for others. Throws
 * `Refusal` 'not-permitted' for one beyond the CA, which may have changed since the order.
 */
export function refuseBeyond({ notAfter }: OrderDates, { certificate: issuer }: Issuer): void {
  if (notAfter === undefined || notAfter <= issuer.notAfter) return
  const end = new Date(issuer.notAfter).toISOString()
  throw new Refusal('not-permitted', `The CA certificate ends ${end}. Ask for an earlier end, or for none.`)
}

function momentIn(payload: object, name: 'notBefore' | 'notAfter'): number | undefined {
  const text = textOf(payload, name)
  if (text === undefined) return undefined
  if (!isTimestamp(text))
    throw new AcmeProblem('malformed', `The field "${name}" is no moment as RFC 3339 writes it: 2027-01-31T12:00:00Z.`)
  return wholeSecond(fromTimestamp(text))
}

function wholeSecond(at: number): number {
  return Math.floor(at / SECOND) * SECOND
}
