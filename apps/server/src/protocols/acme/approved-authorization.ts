import { createHash } from 'node:crypto'
import type { AcmePolicy } from '../../acme-policies/acme-policy.ts'
import type { Authorization } from './authorization-store.ts'
import { authorizationId } from './order-status.ts'
import type { KnownOrder, Order } from './order-store.ts'

/** Where the authorization of a name is that its policy approved beforehand: in its order, at this position. */
export function approvedPosition(id: string): { readonly order: string; readonly position: number } | undefined {
  const [, order, position] = /^([0-9a-z]{26})-(0|[1-9][0-9]{0,3})$/.exec(id) ?? []
  return order === undefined ? undefined : { order, position: Number(position) }
}

/**
 * The authorization that an order carries for a name which its policy approves beforehand: born valid, and of this order alone. It has
 * one challenge that nobody has to fulfil, so that clients which look for a valid one find it.
 */
export function approvedAuthorization(
  order: KnownOrder | Order,
  position: number,
  { settings }: AcmePolicy,
): Authorization | undefined {
  const name = order.names[position]
  if (name === undefined || name.authorization !== undefined) return undefined
  const { type, value, wildcard, isDeactivated } = name
  const id = authorizationId(order, name)
  const [method = wildcard ? 'dns-01' : 'http-01'] = settings.challenges.filter(
    (challenge) => !(wildcard || type === 'ip') || challenge === (wildcard ? 'dns-01' : 'http-01'),
  )
  return {
    id,
    account: order.account,
    policy: order.policy,
    order: order.id,
    identifier: { type, value, wildcard },
    status: isDeactivated ? 'deactivated' : 'valid',
    createdAt: order.createdAt,
    expiresAt: order.expiresAt,
    validatedAt: order.createdAt,
    challenges: [
      {
        id,
        type: method,
        token: createHash('sha256').update(`approved beforehand ${id}`).digest('base64url').slice(0, 22),
        status: 'valid',
        validatedAt: order.createdAt,
      },
    ],
  }
}
