import { Problem, ref } from '@chancery/api'
import type { FastifyInstance, FastifySchema, RouteGenericInterface } from 'fastify'
import { throwIfExceeded } from '../platform/admission.ts'
import { clientNetwork } from '../platform/client-network.ts'
import type { HttpServer } from '../platform/http-server.ts'
import { takeJson } from '../platform/json-body.ts'
import { LIMITS, RATE_LIMITS, type RateLimits } from '../platform/limits.ts'
import { refuseCrossSite } from '../platform/same-origin.ts'
import { ENDPOINTS, type Endpoint, SIGN_IN_PATH } from './endpoints.ts'
import type { Perform } from './perform.ts'

/**
 * Mounts the listed endpoints of better-auth. Before each: host, security headers, rate by address, origin, body and its schema.
 * What else better-auth could answer has no route, and is not found.
 */
export async function mountSignIn(
  http: HttpServer,
  perform: Perform,
  rateLimits: RateLimits = RATE_LIMITS,
): Promise<void> {
  await http.app.register(async (scope) => {
    await http.guardPeople(scope)
    takeJson(scope)
    const limit = scope.createRateLimit({
      max: rateLimits.strangersByAddress,
      timeWindow: rateLimits.windowMs,
      keyGenerator: (request) => `sign-in:${clientNetwork(request.ip)}`,
    })
    scope.addHook('onRequest', async (request) => {
      throwIfExceeded(await limit(request))
      refuseCrossSite(request, http.arrivalOf(request), request.headers.cookie !== undefined)
    })
    const all: readonly Endpoint[] = ENDPOINTS
    for (const endpoint of all) mountEndpoint(scope, endpoint, http, perform)
    http.refuseOtherMethods(
      scope,
      all.map(({ path, method }) => ({ path: SIGN_IN_PATH + path, methods: [method] })),
    )
  })
}

function mountEndpoint(
  scope: FastifyInstance,
  endpoint: Endpoint,
  http: Pick<HttpServer, 'arrivalOf'>,
  perform: Perform,
): void {
  scope.route<RouteGenericInterface, { operationId: string }>({
    method: endpoint.method,
    // A HEAD would spend what a GET spends: the state of a login, a challenge.
    exposeHeadRoute: false,
    url: SIGN_IN_PATH + endpoint.path,
    schema: schemaOf(endpoint),
    bodyLimit: LIMITS.publicBody,
    config: { operationId: endpoint.operationId },
    handler: async (request, reply) => {
      const { cookie: cookies, 'user-agent': userAgent = '' } = request.headers
      const mark = request.url.indexOf('?')
      const answer = await perform({
        endpoint,
        provider: textOf(request.params, 'id'),
        query: mark === -1 ? '' : request.url.slice(mark),
        cookies,
        scheme: http.arrivalOf(request).scheme,
        body: Object(request.body),
        address: clientNetwork(request.ip),
        userAgent,
      })
      reply.code(answer.status).header('cache-control', 'no-store')
      for (const one of answer.cookies) reply.header('set-cookie', one)
      if (answer.location !== undefined) return reply.header('location', answer.location).send()
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.body))
    },
  })
}

function schemaOf({ operationId, summary, body, signedIn }: Endpoint): FastifySchema {
  return {
    operationId,
    summary,
    description: signedIn === true ? 'Whoever is signed in.' : 'Anyone.',
    tags: ['auth'],
    security: signedIn === true ? [{ session: [] }] : [],
    ...(body === undefined ? {} : { body }),
    response: {
      200: { description: 'Done.', type: 'object', additionalProperties: true },
      default: {
        description: 'Why the request was declined.',
        content: { 'application/problem+json': { schema: ref(Problem) } },
      },
    },
  }
}

function textOf(params: unknown, name: string): string | undefined {
  const value: unknown = Reflect.get(Object(params), name)
  return typeof value === 'string' ? value : undefined
}
