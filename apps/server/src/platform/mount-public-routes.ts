import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isNotModified, versionHeaders } from './conditional.ts'
import { addressText } from './forwarded.ts'
import type { HttpServer, ObserveHttp } from './http-server.ts'
import { LIMITS } from './limits.ts'
import type { OwnWords, PublicAnswer, PublicRequest, PublicRoute } from './public-routes.ts'
import { readBody } from './request-body.ts'

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
      sendByFastify(request, reply, await answer(publicRequestOf(request, { params: {}, body: NOTHING }), refusal)),
    )
  }
  await http.app.register(async (scope) => {
    mountAll(
      scope,
      rows.filter(({ audience }) => audience === 'relying-parties'),
      http,
    )
  })
  for (const audience of ['programs', 'people'] as const) {
    await http.app.register(async (scope) => {
      await (audience === 'people' ? http.guardPeople(scope) : http.guardPrograms(scope))
      mountAll(
        scope,
        rows.filter((row) => row.audience === audience),
        // Their scopes have a hook that does.
        { ...http, observe: () => {} },
      )
    })
  }
}

function mountAll(
  scope: FastifyInstance,
  rows: readonly PublicRoute[],
  { observe, refuseOtherMethods }: Pick<HttpServer, 'observe' | 'refuseOtherMethods'>,
): void {
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  for (const row of rows) {
    const { methods, path: url, audience, bodyLimit = LIMITS.publicBody } = row
    const answer = answering(row, observe)
    const quick = methods.filter((method) => method === 'POST' && audience !== 'people')
    const others = methods.filter((method) => !quick.includes(method))
    if (others.length > 0) {
      scope.route({
        method: others,
        url,
        bodyLimit,
        config: { public: audience },
        handler: (request, reply) => answer(request, reply, request.body),
      })
    }
    if (quick.length > 0) {
      scope.route({
        method: quick,
        url,
        config: { public: audience },
        // No hook comes after this one: what Fastify does between it and the handler, and its own way of reading a body, is not needed. Nor
        // what it says of a Content-Type: a protocol has words of its own for that.
        onRequest: async (request, reply) => await answer(request, reply, await readBody(request.raw, bodyLimit)),
        handler: async () => undefined,
      })
    }
  }
  refuseOtherMethods(scope, rows)
}

/** Calls a route and sends what it says. */
function answering(row: PublicRoute, observe: ObserveHttp) {
  return (request: FastifyRequest, reply: FastifyReply, body: unknown): Sent | Promise<Sent> => {
    const startedAt = performance.now()
    const sendObserved = (answer: PublicAnswer): Sent => {
      const sent = send(row.audience, request, reply, answer)
      observe({ method: request.method, route: row.path, status: reply.raw.statusCode }, performance.now() - startedAt)
      return sent
    }
    const answer = row.handle(publicRequestOf(request, { body }))
    return answer instanceof Promise ? answer.then(sendObserved) : sendObserved(answer)
  }
}

/** A reply that is on its way; nothing when it was sent past Fastify. */
type Sent = FastifyReply | undefined

function publicRequestOf(
  request: FastifyRequest,
  { params = request.params, body }: { readonly params?: unknown; readonly body: unknown },
): PublicRequest {
  const { method, url, headers } = request
  const mark = url.indexOf('?')
  return {
    method: method === 'POST' || method === 'HEAD' ? method : 'GET',
    rawPath: mark === -1 ? url : url.slice(0, mark),
    rawQuery: mark === -1 ? undefined : url.slice(mark + 1),
    params: isTextRecord(params) ? params : {},
    headers,
    address: () => addressText(request.ip),
    body: body instanceof Uint8Array ? body : NOTHING,
  }
}

function send(
  audience: PublicRoute['audience'],
  request: FastifyRequest,
  reply: FastifyReply,
  answer: PublicAnswer,
): Sent {
  const { mediaType, body } = answer
  const isQuick = audience !== 'people' && mediaType !== undefined
  if (isQuick && (typeof body === 'string' || body instanceof Uint8Array) && !isKnown(request, answer)) {
    sendAtOnce(reply, answer, body)
    return undefined
  }
  return sendByFastify(request, reply, answer)
}

function sendByFastify(request: FastifyRequest, reply: FastifyReply, answer: PublicAnswer): FastifyReply {
  const { status, mediaType, body } = answer
  reply.headers({ 'x-content-type-options': 'nosniff', ...versionHeaders(answer), ...fieldsOf(answer) })
  if (isKnown(request, answer)) return reply.code(304).send()
  if (mediaType === undefined) return reply.code(status).send()
  return reply.header('content-type', mediaType).code(status).send(octetsOf(body))
}

/**
 * Fastify adds a charset to the media type of text that is JSON, which has none (RFC 8259 §11): win-acme then takes a problem document for
 * none. It leaves that of octets as it is.
 */
function octetsOf(body: PublicAnswer['body']): Buffer | Readable {
  if (typeof body === 'string') return Buffer.from(body)
  return body instanceof Uint8Array ? octetsAsBuffer(body) : body
}

/** The headers that it says itself: Fastify wants lists that it could change. */
function fieldsOf({ headers = {} }: PublicAnswer): Record<string, string | string[]> {
  const fields = Object.entries(headers)
  return Object.fromEntries(fields.map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]))
}

/** Whether the client has what the answer says. */
function isKnown({ method, headers }: FastifyRequest, answer: PublicAnswer): boolean {
  return answer.status === 200 && method !== 'POST' && isNotModified(headers, answer)
}

/**
 * Past Fastify, which would look for hooks on sending that these routes do not have: that is a fifth of the work of the quickest answers.
 * What the answer says of itself comes last, so that no header is there twice.
 */
function sendAtOnce(reply: FastifyReply, answer: PublicAnswer, body: Uint8Array | string): void {
  const headers = {
    'content-type': answer.mediaType,
    'content-length': `${Buffer.byteLength(body)}`,
    'x-content-type-options': 'nosniff',
  }
  if (answer.etag !== undefined || answer.lastModifiedAt !== undefined) Object.assign(headers, versionHeaders(answer))
  Object.assign(headers, answer.headers)
  reply.raw.writeHead(answer.status, headers)
  reply.hijack()
  // Node joins text to the headers and writes it with them, where octets make a list of two.
  if (typeof body === 'string') reply.raw.end(body)
  else if (body.length <= FEW_OCTETS) reply.raw.end(octetsAsBuffer(body).toString('latin1'), 'latin1')
  else reply.raw.end(octetsAsBuffer(body))
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
