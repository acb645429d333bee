import { toTimestamp } from '@chancery/api'
import type { AcmeAnswer } from './acme.ts'
import { problemKind } from './acme-problem.ts'
import { authorizationId, type OrderNow, orderNow, wireIdentifier } from './order-status.ts'
import type { KnownOrder } from './order-store.ts'

/** So soon a client may look again at what takes a moment. */
export const LOOK_AGAIN_SECONDS = 2

/** An order as its client sees it, RFC 8555 §7.1.3, RFC 9773 §5, draft-ietf-acme-profiles. */
function presentOrder(order: KnownOrder, { status, error }: OrderNow, base: string): object {
  const { id, names, notBefore, notAfter, profile, replaces } = order
  return {
    status,
    expires: toTimestamp(order.expiresAt),
    identifiers: names.map(wireIdentifier),
    ...(profile !== undefined && { profile }),
    ...(notBefore !== undefined && { notBefore: toTimestamp(notBefore) }),
    ...(notAfter !== undefined && { notAfter: toTimestamp(notAfter) }),
    ...(replaces !== undefined && { replaces: replaces.certId }),
    ...(error !== undefined && { error }),
    authorizations: names.map((name) => `${base}/authorization/${authorizationId(order, name)}`),
    finalize: `${base}/order/${id}/finalize`,
    ...(status === 'valid' && { certificate: `${base}/certificate/${id}` }),
  }
}

/** The answer that shows an order as it is now. */
export function orderAnswer(order: KnownOrder, now: number, base: string, status: 200 | 201 = 200): AcmeAnswer {
  const current = orderNow(order, now)
  return {
    status,
    location: `${base}/order/${order.id}`,
    body: presentOrder(order, current, base),
    ...(current.status === 'processing' && { retryAfterSeconds: LOOK_AGAIN_SECONDS }),
    said: saidOf(order, current),
    ...(current.error !== undefined && { problem: problemKind(current.error) }),
    order: order.id,
  }
}

function saidOf({ names }: KnownOrder, { status, error }: OrderNow): string {
  const shown = names.slice(0, 20).map((name) => wireIdentifier(name).value)
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : ''
  return `${status}: ${shown.join(', ')}${more}${error === undefined ? '' : `. ${error.detail}`}`
}
