import { Refusal, refuseOutsiders } from '@chancery/pki'
import type { AccountRequest, Acme, AcmeAnswer } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import type { Authorization } from './authorization-store.ts'
import { checkTemplate, refuseAddedNames } from './check-template.ts'
import {
  type IdentifierProblem,
  identifierProblem,
  type JudgedIdentifier,
  judgeIdentifiers,
  refuseAll,
} from './judge-identifiers.ts'
import type { Order } from './order-store.ts'
import { checkDates, datesIn } from './order-validity.ts'
import { neededPayload, textOf } from './payload.ts'
import { orderAnswer } from './present-order.ts'
import { chosenProfile } from './profiles.ts'
import { replacedBy } from './replaces.ts'
import { signingIssuer } from './signing-issuer.ts'

const DAY = 86_400_000
const ORDER_LIVES_MS = 7 * DAY
/** What is over is shown to administrators for a while. */
const KEPT_MS = 30 * DAY
const MOST_PENDING = 500
const TOKEN_OCTETS = 32

/**
 * newOrder, RFC 8555 §7.4: name what you want certified; learn what to prove first. What policy, template and CA could not certify now
 * is refused here: nobody proves names for nothing. Whatever is wrong with the identifiers is told in one answer.
 */
export async function newOrder(request: AccountRequest, acme: Acme): Promise<AcmeAnswer> {
  const { account, policy, domain, at, base } = request
  const payload = neededPayload(request.payload)
  acme.pace.check('newOrder', account.id)
  const { profile, template } = await chosenProfile(request, textOf(payload, 'profile'))
  refuseOutsiders(template)
  const issuer = await signingIssuer(request)
  const id = acme.newId()
  const { judged, problems } = judgeIdentifiers(payload, policy, template, issuer)
  const { names, made, reused } = await authorizedNames(id, judged, request, acme)
  refuseAll([...problems, ...(await unprovable(made, request, acme))])
  const identifiers = judged.map(({ identifier }) => identifier)
  refuseAddedNames(identifiers, template)
  const dates = datesIn(payload, at)
  const validity = checkDates(dates, policy, template, issuer, at)
  await checkTemplate(identifiers, validity, template, issuer, request)
  const replaces = await replacedBy(payload, judged, request, acme)
  if (made.length > 0) await refuseTooManyPending(made.length, request)

  const order: Order = {
    id,
    account: account.id,
    policy: policy.id,
    template: template.id,
    profile: profile.name,
    state: 'open',
    names,
    ...dates,
    ...(replaces !== undefined && { replaces }),
    createdAt: at,
    expiresAt: at + ORDER_LIVES_MS,
  }
  await domain.stores.acmeOrders.open({ ...order, keepUntil: order.expiresAt + KEPT_MS }, made).catch(alreadyReplaced)
  return orderAnswer({ ...order, authorizations: [...made, ...reused] }, at, base, 201)
}

/** RFC 9773 §5. */
function alreadyReplaced(error: unknown): never {
  if (error instanceof Refusal && error.code === 'conflict') throw new AcmeProblem('alreadyReplaced', error.message)
  throw error
}

interface AuthorizedNames {
  readonly names: Order['names']
  readonly made: readonly Authorization[]
  readonly reused: readonly Authorization[]
}

/** What authorizes each name: the policy, an authorization that the account has still, or a new one that is to be proven. */
async function authorizedNames(
  order: string,
  judged: readonly JudgedIdentifier[],
  request: AccountRequest,
  acme: Acme,
): Promise<AuthorizedNames> {
  const { account, policy, domain, at } = request
  const toProve = judged.filter(({ challenges }) => challenges.length > 0)
  if (toProve.length === 0) return { names: judged.map(({ identifier }) => identifier), made: [], reused: [] }
  const store = domain.stores.acmeAuthorizations
  const identifiers = toProve.map(({ identifier }) => identifier)
  // One that ends before the client is done with the order would be worth nothing.
  const reused = await store.reusable(account.id, policy.id, identifiers, at + DAY)
  const made: Authorization[] = []
  const names = judged.map(({ identifier, challenges }) => {
    if (challenges.length === 0) return identifier
    const known =
      reused.find((one) => isSame(one.identifier, identifier)) ??
      newAuthorization(order, { identifier, challenges }, request, acme)
    if (!reused.includes(known)) made.push(known)
    return { ...identifier, authorization: known.id }
  })
  return { names, made, reused }
}

function newAuthorization(
  order: string,
  { identifier, challenges }: JudgedIdentifier,
  { account, policy, at }: AccountRequest,
  { newId, random }: Acme,
): Authorization {
  return {
    id: newId(),
    account: account.id,
    policy: policy.id,
    order,
    identifier,
    status: 'pending',
    createdAt: at,
    expiresAt: at + ORDER_LIVES_MS,
    challenges: challenges.map((type) => ({
      id: newId(),
      type,
      token: type === 'dns-persist-01' ? '' : Buffer.from(random(TOKEN_OCTETS)).toString('base64url'),
      status: 'pending',
    })),
  }
}

/** Addresses that this server connects to by no means: whatever their owner sets up, no challenge could show them. */
async function unprovable(
  made: readonly Authorization[],
  { policy }: AccountRequest,
  { validation }: Acme,
): Promise<readonly IdentifierProblem[]> {
  const found = made.map(async ({ identifier: { type, value } }) => {
    const why = type === 'ip' ? await validation.whyNever(value) : undefined
    if (why === undefined) return []
    const detail = `${value} ${why}, where this server connects to nobody, so that nothing can prove it. The operator of the server can list its network (CHANCERY_OUTBOUND_NETWORKS), or the administrator of the policy "${policy.name}" approve it beforehand.`
    return [identifierProblem({ kind: 'rejectedIdentifier', detail }, { type, value })]
  })
  return (await Promise.all(found)).flat()
}

async function refuseTooManyPending(more: number, { account, domain, at }: AccountRequest): Promise<void> {
  const pending = await domain.stores.acmeAuthorizations.countPending(account.id, at)
  if (pending + more <= MOST_PENDING) return
  throw new AcmeProblem(
    'rateLimited',
    `The account has ${pending} authorizations that wait to be proven, of at most ${MOST_PENDING}. Prove them, or deactivate those that are not wanted.`,
    { headers: { 'retry-after': '3600' } },
  )
}

function isSame(a: Authorization['identifier'], b: Authorization['identifier']): boolean {
  return a.type === b.type && a.value === b.value && a.wildcard === b.wildcard
}
