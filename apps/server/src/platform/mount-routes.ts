import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../accounts/roles.ts'
import type { Act, IdempotencyClaim } from '../audit/audit-record.ts'
import { type AdmissionDeps, admission, principalIn } from './admission.ts'
import type { HttpServer } from './http-server.ts'
import { type FindRepeated, onceByKey } from './idempotency.ts'
import { bodyBytes, takeJson } from './json-body.ts'
import { LIMITS, RATE_LIMITS, type RateLimits } from './limits.ts'
import { refuseOtherMethods } from './other-methods.ts'
import { HttpProblem } from './problem.ts'
import { assertReach, narrow, staysInside, takesBound } from './reach.ts'
import { schemaOf } from './route-schema.ts'
import type { Answer, Call, RouteRow } from './routes.ts'

export interface RouteDeps<Domain> extends AdmissionDeps {
  /** The domain of a principal's tenant: the only way of a handler to anything that is stored. */
  domainFor(principal: Principal): Domain
  readonly findRepeated: FindRepeated
  readonly rateLimits?: RateLimits
}

/**
 * Mounts the table of routes. Before each handler, in this order: host, security headers, token, rate, role, reach of the role,
 * body, its schema, the CA of what is named, `Idempotency-Key`. A route cannot be mounted past them.
 */
export async function mountRoutes<Domain>(
  http: HttpServer,
  rows: readonly RouteRow<Domain>[],
  deps: RouteDeps<Domain>,
): Promise<void> {
  await http.app.register(async (scope) => {
    await http.guardPeople(scope)
    takeJson(scope)
    scope.decorateRequest('principal', null)
    const admit = admission(scope, deps, deps.rateLimits ?? RATE_LIMITS)
    const perform = performer(deps, http.now)
    for (const row of rows) mountRow(scope, row, { admit, perform })
    refuseOtherMethods(
      scope,
      rows.map(({ path, method }) => ({ path, methods: [method] })),
    )
  })
}

function mountRow<Domain>(
  scope: FastifyInstance,
  row: RouteRow<Domain>,
  steps: { readonly admit: ReturnType<typeof admission>; readonly perform: Perform<Domain> },
): void {
  assertReach(row.reach, row)
  const needs = { role: row.role, takesBound: takesBound(row.reach) }
  scope.route({
    method: row.method,
    url: row.path,
    schema: schemaOf(row),
    bodyLimit: row.bodyLimit ?? LIMITS.apiBody,
    config: { operationId: row.operationId },
    onRequest: (request) => steps.admit(request, needs),
    handler: async (request, reply) => send(reply, row, await steps.perform(row, request)),
  })
}

type Perform<Domain> = (row: RouteRow<Domain>, request: FastifyRequest) => Promise<Answer>

function performer<Domain>(deps: RouteDeps<Domain>, now: () => number): Perform<Domain> {
  const once = onceByKey(deps.findRepeated)
  return async (row, request) => {
    if (row.schema.body === undefined && bodyBytes(request).length > 0 && !isEmptyObject(request.body)) {
      throw new HttpProblem('malformed', 'This address takes no body.')
    }
    const principal = principalIn(request)
    const claim = row.creates === undefined ? undefined : claimOf(row, request, principal)
    const call = await narrow(
      row.reach,
      callOf(request, principal, deps.domainFor(principal), actOf(principal, now(), claim)),
    )
    const answer = await answerTo(row, call)
    staysInside(row.reach, call, answer)
    return answer
  }

  function answerTo(row: RouteRow<Domain>, call: Call<Domain>): Promise<Answer> {
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

function callOf<Domain>(request: FastifyRequest, principal: Principal, domain: Domain, act: Act): Call<Domain> {
  return { principal, domain, act, params: request.params, query: request.query, body: request.body }
}

function actOf(principal: Principal, at: number, claim: IdempotencyClaim | undefined): Act {
  const { tenant, account, token } = principal
  return {
    tenant,
    actor: { kind: 'account', account, ...(token === undefined ? {} : { token }) },
    at,
    ...(claim === undefined ? {} : { idempotency: claim }),
  }
}

/** The key of a call, its scope, and a hash over what it says: the path with its parameters, and the body byte by byte. */
function claimOf<Domain>(
  row: RouteRow<Domain>,
  request: FastifyRequest,
  { tenant, account, token }: Principal,
): IdempotencyClaim | undefined {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string') return undefined
  const who = token === undefined ? `account:${account}@${tenant}` : `token:${token}`
  const bodyHash = createHash('sha256').update(`${request.url}\n`).update(bodyBytes(request)).digest()
  return { scope: `${who}:${row.method} ${row.path}`, key, bodyHash }
}

function send<Domain>(reply: FastifyReply, row: RouteRow<Domain>, answer: Answer): FastifyReply {
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
