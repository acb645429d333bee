import type { AccountRequest, Acme } from './acme.ts'
import { joinedProblem, type ProblemDocument } from './acme-problem.ts'
import { accountUrl } from './addresses.ts'
import type { CaaQuestion, ValidationResult } from './challenge-validation.ts'
import { authorizationOf, wireIdentifier } from './order-status.ts'
import type { KnownOrder, OrderedName } from './order-store.ts'

/** RFC 8659 §2.2 and the practice of public CAs: what was asked longer ago is asked again. */
const CAA_HOLDS_MS = 8 * 3_600_000
const PATIENCE_MS = 15_000

/**
 * Whether CAA lets this CA issue for the names that nobody asked about within the last hours: those approved beforehand, and those proven
 * earlier. Nothing is asked where the policy names no issuer domain. Throws `AcmeProblem` with what forbids it.
 */
export async function checkCaa(order: KnownOrder, request: AccountRequest, acme: Acme): Promise<void> {
  const { account, policy, at } = request
  if (policy.settings.caaIdentities.length === 0) return
  const names = order.names.filter((name) => name.type === 'dns' && isStale(order, name, at))
  // A refusal leaves the order as it is, so that it may be finalized again: each time we would ask anew.
  if (names.length > 0) acme.pace.check('caa', account.id, names.length)
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const check = acme.validation.newCaaCheck()
  const problems = await Promise.all(
    names.map((name) => problemWith(order, name, request, acme, (question) => check(question, signal))),
  )
  const found = problems.filter((problem) => problem !== undefined)
  if (found.length > 0) throw joinedProblem(found)
}

function isStale(order: KnownOrder, name: OrderedName, now: number): boolean {
  const validatedAt = authorizationOf(order, name)?.validatedAt
  return validatedAt === undefined || validatedAt + CAA_HOLDS_MS < now
}

async function problemWith(
  order: KnownOrder,
  name: OrderedName,
  { account, policy, at, address }: AccountRequest,
  { record, url }: Acme,
  check: (question: CaaQuestion) => Promise<ValidationResult>,
): Promise<(ProblemDocument & { readonly kind: 'caa' | 'dns' | 'serverInternal' }) | undefined> {
  const method = authorizationOf(order, name)?.challenges.find(({ status }) => status === 'valid')?.type
  const result = await check({
    identifier: { type: name.type, value: name.value },
    wildcard: name.wildcard,
    ...(method !== undefined && { method }),
    accountUri: accountUrl(url, account.id, account.directory),
    identities: policy.settings.caaIdentities,
  })
  const identifier = wireIdentifier(name)
  const isRefused = result.result === 'failed'
  record(
    { tenant: account.tenant, protocol: 'acme', authority: policy.authority, account: account.id, subject: order.id },
    {
      at,
      step: `CAA ${identifier.value}`,
      said: isRefused ? result.error.detail : 'lets this CA issue',
      ...(isRefused && { refused: true, problem: result.error.type }),
      asked: result.steps.map(({ asked, from, cameBack }) => `${asked} from ${from}: ${cameBack}`),
      from: address,
    },
  )
  if (!isRefused) return undefined
  const kind = result.error.type === 'caa' || result.error.type === 'dns' ? result.error.type : 'serverInternal'
  return { type: `urn:ietf:params:acme:error:${kind}`, detail: result.error.detail, identifier, kind }
}
