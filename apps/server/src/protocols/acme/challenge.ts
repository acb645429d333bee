import type { AccountRequest, Acme, AcmeAnswer } from './acme.ts'
import { approvedPosition } from './approved-authorization.ts'
import { findAuthorization } from './authorization.ts'
import type { Authorization, Challenge } from './authorization-store.ts'
import { isId, notFound } from './order.ts'
import { authorizationNow, wireIdentifier } from './order-status.ts'
import type { ReadyChallenge } from './pending-challenges.ts'
import { presentChallenge } from './present-authorization.ts'
import { LOOK_AGAIN_SECONDS } from './present-order.ts'

/** Most looks are over so soon: then the answer says what came of it, and the client need not ask again and again. */
const LOOKED_WITHIN_MS = 250

/** A challenge, RFC 8555 §7.5.1: shown, or its client says that it is ready, and somebody looks at it at once. */
export async function answerChallenge(request: AccountRequest, acme: Acme): Promise<AcmeAnswer> {
  const { account, payload, domain, params, at } = request
  const id = params['id'] ?? ''
  const authorization = await findOf(request, id)
  const challenge = challengeIn(authorization, id)
  const isWanted = authorizationNow(authorization, at) === 'pending' && isLookedAt(challenge)
  if (payload === undefined || !isWanted) return shown(challenge, authorization, request, acme)

  const { value } = wireIdentifier(authorization.identifier)
  acme.pace.check('challenge', `${account.id} ${value}`)
  const looked =
    challenge.status === 'pending'
      ? await acme.job.lookNow(readyChallenge(challenge, authorization, request), LOOKED_WITHIN_MS)
      : undefined
  if (looked?.result === 'valid')
    return shown({ ...challenge, status: 'valid', validatedAt: looked.at }, authorization, request, acme)
  if (looked === undefined) {
    await domain.stores.acmeAuthorizations.begin(account.id, id, at)
    const heard = acme.job.looked(id, LOOKED_WITHIN_MS)
    acme.job.wake()
    await heard
  }
  const after = await findOf(request, id)
  return shown(challengeIn(after, id), after, request, acme)
}

function isLookedAt({ status }: Challenge): boolean {
  return status === 'pending' || status === 'processing'
}

/** All that somebody has to know who looks at the challenge. */
function readyChallenge(
  { id, type, token }: Challenge,
  { id: authorization, policy: ofPolicy, order, identifier }: Authorization,
  { account, policy, at }: AccountRequest,
): ReadyChallenge {
  const { type: kind, value, wildcard } = identifier
  const { thumbprint, directory } = account
  const { caaIdentities, homeLabNames } = policy.settings
  return {
    ...{ id, tenant: account.tenant, policy: ofPolicy, account: account.id, authorization, order, startedAt: at },
    challenge: {
      identifier: { type: kind, value },
      wildcard,
      type,
      token,
      keyAuthorization: token === '' ? '' : `${token}.${thumbprint}`,
      thumbprint,
      settings: { caaIdentities, homeLabNames },
    },
    ...(directory !== undefined && { directory }),
  }
}

async function findOf(request: AccountRequest, id: string): Promise<Authorization> {
  const { account, domain } = request
  const found =
    approvedPosition(id) === undefined
      ? isId(id) && (await domain.stores.acmeAuthorizations.findByChallenge(account.id, id))
      : await findAuthorization(request, id)
  if (!found) throw notFound('challenge')
  return found
}

function challengeIn({ challenges }: Authorization, id: string): Challenge {
  const found = challenges.find((challenge) => challenge.id === id)
  if (found === undefined) throw notFound('challenge')
  return found
}

function shown(challenge: Challenge, authorization: Authorization, request: AccountRequest, { url }: Acme): AcmeAnswer {
  const { base, account, policy, at } = request
  const isProcessing = challenge.status === 'processing'
  return {
    status: 200,
    body: presentChallenge(challenge, { base, url, account, policy, now: at }),
    // RFC 8555 §7.1: to the authorization it belongs to.
    links: [`<${base}/authorization/${authorization.id}>;rel="up"`],
    ...(isProcessing && { retryAfterSeconds: LOOK_AGAIN_SECONDS }),
    said: `${challenge.type} is ${challenge.status}: ${wireIdentifier(authorization.identifier).value}`,
    order: authorization.order,
  }
}
