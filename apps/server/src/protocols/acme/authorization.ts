import type { AccountRequest, Acme, AcmeAnswer } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import { approvedAuthorization, approvedPosition } from './approved-authorization.ts'
import type { Authorization } from './authorization-store.ts'
import { findOrder, isId, notFound } from './order.ts'
import { authorizationNow, wireIdentifier } from './order-status.ts'
import { textOf } from './payload.ts'
import { presentAuthorization } from './present-authorization.ts'
import { LOOK_AGAIN_SECONDS } from './present-order.ts'

/** An authorization: shown, or given back by its client (RFC 8555 §7.5.2). */
export async function showAuthorization(request: AccountRequest, acme: Acme): Promise<AcmeAnswer> {
  const { payload, params } = request
  const authorization = await findAuthorization(request, params['id'] ?? '')
  if (payload === undefined) return shown(authorization, request, acme)
  const status = textOf(payload, 'status')
  if (status !== 'deactivated')
    throw new AcmeProblem('malformed', 'An authorization can be made "deactivated" by its client, and nothing else.')
  const isDone = await deactivate(authorization, request)
  if (!isDone)
    throw new AcmeProblem(
      'malformed',
      'The authorization is neither pending nor valid any more, or its order is finalized: there is nothing left to give back.',
    )
  return shown({ ...authorization, status: 'deactivated' }, request, acme)
}

/** Of its own, or part of an order. Throws `AcmeProblem` 'malformed' (404). */
export async function findAuthorization(request: AccountRequest, id: string): Promise<Authorization> {
  const { account, domain, policy } = request
  const approved = approvedPosition(id)
  const found =
    approved === undefined
      ? isId(id) && (await domain.stores.acmeAuthorizations.find(account.id, id))
      : approvedAuthorization(await findOrder(request, approved.order), approved.position, policy)
  if (!found) throw notFound('authorization')
  return found
}

function deactivate({ id }: Authorization, { account, domain }: AccountRequest): Promise<boolean> {
  const approved = approvedPosition(id)
  return approved === undefined
    ? domain.stores.acmeAuthorizations.deactivate(account.id, id)
    : domain.stores.acmeOrders.deactivateName(account.id, approved.order, approved.position)
}

function shown(authorization: Authorization, { base, account, policy, at }: AccountRequest, { url }: Acme): AcmeAnswer {
  const isProcessing = authorization.challenges.some(({ status }) => status === 'processing')
  const now = authorizationNow(authorization, at)
  return {
    status: 200,
    body: presentAuthorization(authorization, { base, url, account, policy, now: at }),
    ...(isProcessing && { retryAfterSeconds: LOOK_AGAIN_SECONDS }),
    said: `${now}${isProcessing ? ', a challenge is looked at' : ''}: ${wireIdentifier(authorization.identifier).value}`,
    order: authorization.order,
  }
}
