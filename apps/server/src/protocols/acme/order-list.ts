import { checkOwn } from './account.ts'
import type { AccountRequest, Acme, AcmeAnswer } from './acme.ts'

const PAGE = 100

/** The orders of an account, RFC 8555 §7.1.2.1: those that are not invalid, newest first, in pages. */
export async function listOrders(request: AccountRequest, _acme: Acme): Promise<AcmeAnswer> {
  const { account, base, domain, query, url } = request
  checkOwn(request)
  const after = new URLSearchParams(query).get('cursor')
  const page = await domain.stores.acmeOrders.list(account.id, { limit: PAGE, ...(after !== null && { after }) })
  const [path] = url.split('?')
  return {
    status: 200,
    body: { orders: page.items.map((id) => `${base}/order/${id}`) },
    ...(page.next !== undefined && { links: [`<${path}?cursor=${encodeURIComponent(page.next)}>;rel="next"`] }),
    said: `${page.items.length} orders listed`,
  }
}
