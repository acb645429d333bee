import { type AcmeProblemType, type ProblemDocument, partProblem } from './acme-problem.ts'
import type { Authorization, AuthorizationStatus } from './authorization-store.ts'
import type { KnownOrder, Order, OrderedName } from './order-store.ts'

export type OrderStatus = 'pending' | 'ready' | 'processing' | 'valid' | 'invalid'

/** What an order is now, RFC 8555 §7.1.6, and why it is invalid. */
export interface OrderNow {
  readonly status: OrderStatus
  readonly error?: ProblemDocument
}

/**
 * An order's status follows from what it stands on: its authorizations until it is finalized, its certificate from then on. Each ends by
 * itself, so no order is pending or processing for ever.
 */
export function orderNow(order: KnownOrder, now: number): OrderNow {
  switch (order.state) {
    case 'finalized':
      return finalizedNow(order)
    case 'open':
      return openNow(order, now)
  }
}

function finalizedNow({ issuance }: KnownOrder): OrderNow {
  switch (issuance?.state) {
    case 'intent':
      return { status: 'processing' }
    case 'issued':
      return { status: 'valid' }
    case 'abandoned':
      return invalid(partProblem(NOT_MADE, notMade(issuance.reason)))
    case undefined:
      return invalid(
        partProblem('malformed', 'The certificate of this order is not kept any more. Place another order.'),
      )
  }
}

/** The kind of problem of an order whose certificate was given up. */
export const NOT_MADE = 'serverInternal' satisfies AcmeProblemType

/** What is told of an order whose certificate was given up for this reason: to its client, and in its trace. */
export function notMade(reason: string): string {
  return `The certificate was not made: ${reason} Place another order.`
}

function openNow(order: KnownOrder, now: number): OrderNow {
  if (order.expiresAt <= now)
    return invalid(partProblem('malformed', 'The order expired before it was finalized. Place another one.'))
  const statuses = order.names.map((name) => nameStatus(order, name, now))
  const failed = order.names.flatMap((name, at) => failureOf(order, name, statuses[at]))
  const [first] = failed
  if (first !== undefined) {
    // RFC 8555 §6.7.1: an identifier stands in subproblems alone.
    const { identifier: _, ...alone } = first
    if (failed.length === 1) return invalid({ ...alone, subproblems: [first] })
    return invalid({
      ...partProblem('compound', `${failed.length} identifiers were not authorized: ${first.detail}`),
      subproblems: failed,
    })
  }
  return { status: statuses.every((status) => status === 'valid') ? 'ready' : 'pending' }
}

type NameStatus = AuthorizationStatus | 'expired'

function nameStatus(order: KnownOrder, name: OrderedName, now: number): NameStatus {
  if (name.authorization === undefined) return name.isDeactivated ? 'deactivated' : 'valid'
  const authorization = authorizationOf(order, name)
  return authorization === undefined ? 'expired' : authorizationNow(authorization, now)
}

/** What an authorization is now: that it has expired is seen by its time. */
export function authorizationNow({ status, expiresAt }: Authorization, now: number): NameStatus {
  return (status === 'pending' || status === 'valid') && expiresAt <= now ? 'expired' : status
}

export function authorizationOf({ authorizations }: KnownOrder, name: OrderedName): Authorization | undefined {
  return authorizations.find(({ id }) => id === name.authorization)
}

function failureOf(order: KnownOrder, name: OrderedName, status: NameStatus | undefined): ProblemDocument[] {
  if (status === 'valid' || status === 'pending') return []
  const identifier = wireIdentifier(name)
  const error = authorizationOf(order, name)?.challenges.find((challenge) => challenge.error !== undefined)?.error
  if (status === 'invalid' && error !== undefined) return [{ ...error, identifier }]
  const type: AcmeProblemType = status === 'expired' ? 'malformed' : 'unauthorized'
  return [partProblem(type, `The authorization for ${identifier.value} is ${status}. Place another order.`, identifier)]
}

/** An identifier as an order and a problem name it: with its wildcard. */
export function wireIdentifier({ type, value, wildcard }: Pick<OrderedName, 'type' | 'value' | 'wildcard'>) {
  return { type, value: wildcard ? `*.${value}` : value }
}

function invalid(error: ProblemDocument): OrderNow {
  return { status: 'invalid', error }
}

/** The id in the address of the authorization of a name. */
export function authorizationId({ id, names }: Pick<Order, 'id' | 'names'>, name: OrderedName): string {
  return name.authorization ?? `${id}-${names.indexOf(name)}`
}
