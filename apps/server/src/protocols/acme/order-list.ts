import { checkOwn } from './account.ts'
import type { AccountRequest, Acme, AcmeAnswer } from './acme.ts'
import { orderNow } from './order-status.ts'

const PAGE = 100

/**
 * The orders of an account, RFC 8555 §7.1.2.1: those that are not invalid now, newest first, in pages. A page is what is left of a
 * hundred orders, so that none is longer looked for when many became invalid: it may hold fewer, or none, and name a next one.
 */
export async function listOrders(request: AccountRequest, _acme: Acme): Promise<AcmeAnswer> {
  const { account, base, domain, query, url, at } = request
  checkOwn(request)
  const after = new URLSearchParams(query).get('cursor')
  const page = await domain.stores.acmeOrders.list(account.id, { limit: PAGE, ...(after !== null && { after }) })
  const shown = page.items.filter((order) => orderNow(order, at).status !== 'invalid')
  const [path] = url.split('?')
  return {
    status: 200,
    body: { orders: shown.map(({ id }) => `${base}/order/${id}`) },
    ...(page.next !== undefined && { links: [`<${path}?cursor=${encodeURIComponent(page.next)}>;rel="next"`] }),
    said: `${shown.length} orders listed`,
  }
}
