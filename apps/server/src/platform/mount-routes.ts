import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../accounts/roles.ts'
import type { SignedIn } from '../accounts/session-of.ts'
import { INSTALLATION_LOG } from '../audit/account-record.ts'
import type { Act, Actor, IdempotencyClaim } from '../audit/audit-record.ts'
import { admission, principalIn, signedInOf } from './admission.ts'
import type { Callers } from './callers.ts'
import { clientNetwork } from './client-network.ts'
import type { HttpServer } from './http-server.ts'
import { type FindRepeated, onceByKey } from './idempotency.ts'
import { bodyBytes, takeJson } from './json-body.ts'
import { LIMITS, LONG_ANSWERS, type LongAnswerLimits, RATE_LIMITS, type RateLimits } from './limits.ts'
import { longAnswers } from './long-answers.ts'
import { HttpProblem } from './problem.ts'
import { assertReach, narrow, staysInside } from './reach.ts'
import { schemaOf } from './route-schema.ts'
import { type AboveRow, type Answer, type AnyRow, isAbove, type RouteRow } from './routes.ts'
import type { StorageProblem } from './storage-watch.ts'

export interface RouteDeps<Domain, Above = never> extends Callers {
  /** The domain of a principal's tenant: the only way of a handler to anything that is stored. */
  domainFor(principal: Principal): Domain
  /** What the rows above tenants work on. */
  readonly above: Above
  readonly findRepeated: FindRepeated
  readonly rateLimits?: RateLimits
  readonly longAnswers?: LongAnswerLimits
  /** Why nothing new can be kept now. */
  readonly storageProblem?: () => StorageProblem | undefined
}

/**
 * Mounts the table of routes. Before each handler, in this order: host, security headers, token or session, tenant, rate, role,
 * reach of the role, body, its schema, the CA of what is named, `Idempotency-Key`. A route cannot be mounted past them.
 */
export async function mountRoutes<Domain, Above>(
  http: HttpServer,
  rows: readonly AnyRow<Domain, Above>[],
  deps: RouteDeps<Domain, Above>,
): Promise<void> {
  await http.app.register(async (scope) => {
    await http.guardPeople(scope)
    takeJson(scope)
    scope.decorateRequest('principal', null)
    scope.decorateRequest('signedIn', null)
    const admit = admission(scope, deps, http.arrivalOf, deps.rateLimits ?? RATE_LIMITS)
    const perform = performer(deps, http)
    const { storageProblem = () => undefined } = deps
    for (const row of rows) mountRow(scope, row, { admit, perform, storageProblem })
    http.refuseOtherMethods(
      scope,
      rows.map(({ path, method }) => ({ path, methods: [method] })),
    )
  })
}

function mountRow<Domain, Above>(
  scope: FastifyInstance,
  row: AnyRow<Domain, Above>,
  steps: {
    readonly admit: ReturnType<typeof admission>
    readonly perform: Perform<Domain, Above>
    readonly storageProblem: () => StorageProblem | undefined
  },
): void {
  const admit = admitter(row, steps.admit)
  scope.route({
    method: row.method,
    url: row.path,
    schema: schemaOf(row),
    bodyLimit: row.bodyLimit ?? LIMITS.apiBody,
    config: { operationId: row.operationId },
    onRequest: async (request) => {
      refuseWithoutStorage(row, steps.storageProblem())
      await admit(request)
    },
    handler: async (request, reply) => send(reply, row, await steps.perform(row, request)),
  })
}

/** Said at once: else everybody would wait for a database that is away, and what is begun on a full disk is only undone again. */
function refuseWithoutStorage<Domain, Above>(row: AnyRow<Domain, Above>, problem: StorageProblem | undefined): void {
  if (problem === undefined) return
  if (problem.stops === 'changes' && (row.method === 'GET' || row.needsLittleRoom === true)) return
  throw new HttpProblem('unavailable', problem.detail, { headers: { 'retry-after': '10' } })
}

function admitter<Domain, Above>(
  row: AnyRow<Domain, Above>,
  { inTenant, above }: ReturnType<typeof admission>,
): (request: FastifyRequest) => Promise<void> {
  if (isAbove(row)) return (request) => above(request, row.role)
  assertReach(row.reach, row)
  const needs = { role: row.role, takesScoped: row.reach !== 'tenant', forPeople: row.forPeople === true }
  return (request) => inTenant(request, needs)
}

type Perform<Domain, Above> = (row: AnyRow<Domain, Above>, request: FastifyRequest) => Promise<Answer>

function performer<Domain, Above>(
  deps: RouteDeps<Domain, Above>,
  { now, arrivalOf }: Pick<HttpServer, 'now' | 'arrivalOf'>,
): Perform<Domain, Above> {
  const once = onceByKey(deps.findRepeated)
  const oneOfFew = longAnswers(deps.longAnswers ?? LONG_ANSWERS)
  return async (row, request) => {
    if (row.schema.body === undefined && bodyBytes(request).length > 0 && !isEmptyObject(request.body)) {
      throw new HttpProblem('malformed', 'This address takes no body.')
    }
    return isAbove(row) ? performAbove(row, request) : performInTenant(row, request)
  }

  async function performInTenant(row: RouteRow<Domain>, request: FastifyRequest): Promise<Answer> {
    const principal = principalIn(request)
    const { tenant, account, token } = principal
    const who = token === undefined ? `account:${account}@${tenant}` : `token:${token}`
    const actor: Actor = { kind: 'account', account, ...(token !== undefined && { token }) }
    const act = actOf({ tenant, actor, at: now() }, row, request, who)
    const call = await narrow(row, { ...partsOf(request), principal, domain: deps.domainFor(principal), act })
    const answering = () => answerTo(row, call)
    const answer = await (row.isLong === true ? oneOfFew(account, answering) : answering())
    staysInside(row, call, answer)
    return answer
  }

  function performAbove(row: AboveRow<Above>, request: FastifyRequest): Promise<Answer> {
    const caller = signedInOf(request)
    const act = actOf(
      { tenant: INSTALLATION_LOG, actor: actorOf(caller), at: now() },
      row,
      request,
      caller && `account:${caller.account}`,
    )
    const { scheme } = arrivalOf(request)
    const from = { address: clientNetwork(request.ip), userAgent: request.headers['user-agent'] ?? '', scheme }
    const call = { ...partsOf(request), domain: deps.above, act, from }
    if (row.role === 'anyone') return answerTo(row, { ...call, caller })
    if (caller === undefined) throw new Error('A request came to its handler without being let in.')
    return answerTo(row, { ...call, caller })
  }

  function answerTo<C extends { readonly act: Act }>(row: Answering<C>, call: C): Promise<Answer> {
    const { creates } = row
    const claim = call.act.idempotency
    if (creates === undefined || claim === undefined) return row.handle(call)
    return once<Answer>(claim, call.act.at, {
      create: () => row.handle(call),
      present: async (id) => {
        const answer = await creates.present(call, id)
        return { ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } }
      },
    })
  }
}

/** The part of a row that answers. */
interface Answering<C> {
  readonly creates?: { present(call: C, id: string): Promise<Answer> }
  handle(call: C): Promise<Answer>
}

function partsOf({ params, query, body }: FastifyRequest) {
  return { params, query, body }
}

function actorOf(caller: SignedIn | undefined): Actor {
  return caller === undefined ? { kind: 'stranger' } : { kind: 'account', account: caller.account }
}

/** The act with its key, for rows that make something. Keys are those of whom they came from: a stranger has none. */
function actOf(
  act: Act,
  row: { readonly method: string; readonly path: string; readonly creates?: object },
  request: FastifyRequest,
  who: string | undefined,
): Act {
  const key = request.headers['idempotency-key']
  if (row.creates === undefined || who === undefined || typeof key !== 'string') return act
  return { ...act, idempotency: claimOf(`${who}:${row.method} ${row.path}`, key, request) }
}

/** A key with its scope, and a hash over what the call says: the path with its parameters, and the body byte by byte. */
function claimOf(scope: string, key: string, request: FastifyRequest): IdempotencyClaim {
  const bodyHash = createHash('sha256').update(`${request.url}\n`).update(bodyBytes(request)).digest()
  return { scope, key, bodyHash }
}

function send(reply: FastifyReply, row: { readonly mediaTypes?: readonly string[] }, answer: Answer): FastifyReply {
  reply.code(answer.status).header('cache-control', 'no-store')
  if (answer.location !== undefined) reply.header('location', answer.location)
  if (row.mediaTypes?.[0] !== undefined && answer.status === 200) reply.type(row.mediaTypes[0])
  if (answer.headers !== undefined) reply.headers(answer.headers)
  if (answer.body === null) return reply.send()
  if (answer.body instanceof Readable && reply.request.method === 'HEAD') {
    // Fastify would read it to its end, to send nothing of it.
    answer.body.destroy()
    return reply.send(Readable.from([]))
  }
  return reply.send(answer.body instanceof Uint8Array ? Buffer.from(answer.body) : answer.body)
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
