import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isNotModified, versionHeaders } from './conditional.ts'
import { addressIn } from './forwarded.ts'
import type { HttpServer, ObserveHttp } from './http-server.ts'
import { LIMITS } from './limits.ts'
import { refuseOtherMethods } from './other-methods.ts'
import type { OwnWords, PublicAnswer, PublicRequest, PublicRoute } from './public-routes.ts'

const NOTHING = new Uint8Array()

/**
 * Mounts the routes that ask for no token: those of relying parties without any hook, those of people behind the host rule. And lets
 * protocols say in their own words what is refused before their routes hear of it.
 */
export async function mountPublicRoutes(
  http: HttpServer,
  rows: readonly PublicRoute[],
  words: readonly OwnWords[] = [],
): Promise<void> {
  for (const { below, answer } of words) {
    http.speakBelow(below, async (request, reply, refusal) =>
      send(
        'programs',
        request,
        reply,
        await answer({ ...publicRequestOf(request), params: {}, body: NOTHING }, refusal),
      ),
    )
  }
  await http.app.register(async (scope) => {
    mountAll(
      scope,
      rows.filter(({ audience }) => audience === 'relying-parties'),
      http.observe,
    )
  })
  for (const audience of ['programs', 'people'] as const) {
    await http.app.register(async (scope) => {
      await (audience === 'people' ? http.guardPeople(scope) : http.guardPrograms(scope))
      if (audience === 'programs') scope.addHook('onRequest', leaveMediaTypeToRoute)
      mountAll(
        scope,
        rows.filter((row) => row.audience === audience),
        // Their scopes have a hook that does.
        () => {},
      )
    })
  }
}

/**
 * A Content-Type that is none counts as absent: Fastify would answer it before the route hears of the request, and a protocol has words of
 * its own for that.
 */
async function leaveMediaTypeToRoute({ raw }: FastifyRequest): Promise<void> {
  const given = raw.headers['content-type']
  if (given !== undefined && !MEDIA_TYPE.test(given)) delete raw.headers['content-type']
}
const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/

function mountAll(scope: FastifyInstance, rows: readonly PublicRoute[], observe: ObserveHttp): void {
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  for (const row of rows) {
    scope.route({
      method: [...row.methods],
      url: row.path,
      bodyLimit: row.bodyLimit ?? LIMITS.publicBody,
      config: { public: row.audience },
      handler: (request, reply) => {
        const startedAt = performance.now()
        const sendObserved = (answer: PublicAnswer): FastifyReply => {
          const sent = send(row.audience, request, reply, answer)
          observe(
            { method: request.method, route: row.path, status: reply.raw.statusCode },
            performance.now() - startedAt,
          )
          return sent
        }
        const answer = row.handle(publicRequestOf(request))
        return answer instanceof Promise ? answer.then(sendObserved) : sendObserved(answer)
      },
    })
  }
  refuseOtherMethods(scope, rows)
}

function publicRequestOf(request: FastifyRequest): PublicRequest {
  const { method, url, params, headers, body } = request
  const mark = url.indexOf('?')
  return {
    method: method === 'POST' || method === 'HEAD' ? method : 'GET',
    rawPath: mark === -1 ? url : url.slice(0, mark),
    rawQuery: mark === -1 ? '' : url.slice(mark + 1),
    params: isTextRecord(params) ? params : {},
    headers,
    // Asked by few, and not for nothing where proxies are trusted.
    get address() {
      return addressIn(request.ip)?.toString() ?? request.ip
    },
    body: body instanceof Uint8Array ? body : NOTHING,
  }
}

function send(
  audience: PublicRoute['audience'],
  request: FastifyRequest,
  reply: FastifyReply,
  answer: PublicAnswer,
): FastifyReply {
  const { status, mediaType, body } = answer
  const headers = { 'x-content-type-options': 'nosniff', ...versionHeaders(answer), ...answer.headers }
  if (status === 200 && request.method !== 'POST' && isNotModified(request.headers, answer)) {
    return reply.headers(headers).code(304).send()
  }
  if (body instanceof Uint8Array && audience === 'relying-parties') {
    return sendOctets(reply, status, { ...headers, 'content-type': mediaType }, body)
  }
  return reply
    .headers(headers)
    .header('content-type', mediaType)
    .code(status)
    .send(body instanceof Uint8Array ? octetsAsBuffer(body) : body)
}

/** Past Fastify, which would run the hooks that these routes do not have: that is a fifth of the work of the quickest answers. */
function sendOctets(
  reply: FastifyReply,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): FastifyReply {
  reply.hijack()
  const all: Record<string, string | number | string[]> = { ...headers, 'content-length': body.length }
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) all[name] ??= value
  reply.raw.writeHead(status, all)
  const octets = octetsAsBuffer(body)
  // Node joins text to the headers and writes it with them, where octets make a list of two.
  if (octets.length <= FEW_OCTETS) reply.raw.end(octets.toString('latin1'), 'latin1')
  else reply.raw.end(octets)
  return reply
}

/** What is worth a copy. */
const FEW_OCTETS = 4096

function octetsAsBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** The router gives text for every parameter. */
function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null
}
