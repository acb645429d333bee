import type { AccountRequest, Acme, AcmeAnswer } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import type { KnownOrder } from './order-store.ts'
import { orderAnswer } from './present-order.ts'

/** An order, RFC 8555 §7.4: what it is, and what is to be done next. */
export async function showOrder(request: AccountRequest, _acme: Acme): Promise<AcmeAnswer> {
  return orderAnswer(await findOrder(request), request.at, request.base)
}

/** The order in the address. Throws `AcmeProblem` 'malformed' (404) for one that is not there, or another account's. */
export async function findOrder(
  { account, params, domain }: AccountRequest,
  id = params['id'] ?? '',
): Promise<KnownOrder> {
  const order = isId(id) ? await domain.stores.acmeOrders.find(account.id, id) : undefined
  if (order === undefined) throw notFound('order')
  return order
}

/** Whether a part of an address may be an id: no database is asked for anything else, for some text none of them can hold. */
export function isId(text: string): boolean {
  return /^[0-9a-z]{26}$/.test(text)
}

/** What is not there, or another account's. */
export function notFound(what: string): AcmeProblem {
  return new AcmeProblem(
    'malformed',
    `There is no such ${what} of this account. Use the address as it was given to the account that signs.`,
    { status: 404 },
  )
}
