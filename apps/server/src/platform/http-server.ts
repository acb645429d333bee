import type { Socket } from 'node:net'
import { SCHEMAS } from '@chancery/api'
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Clock, Random } from './clock-and-random.ts'
import type { Config } from './config.ts'
import { answerClientError, answerError, routeOf } from './error-answers.ts'
import { hostRule, trustedProxy } from './host-rule.ts'
import { base62 } from './ids.ts'
import { LIMITS, type Limits } from './limits.ts'
import type { Log } from './log.ts'
import { OPENAPI_OPTIONS } from './openapi.ts'
import { HttpProblem } from './problem.ts'
import { createValidators } from './validation.ts'

export interface HttpServerOptions {
  readonly config: Config
  readonly log: Log
  readonly now: Clock
  readonly random: Random
  /** Other bounds than `LIMITS`, so that a test need not wait for them. */
  readonly limits?: Partial<Limits>
  /** Whether something that was thrown means "later", e.g. a database that cannot be reached: 503 in place of 500. */
  readonly isUnavailable?: (error: unknown) => boolean
}

/** The server before its routes: what all of them share. */
export interface HttpServer {
  readonly app: FastifyInstance
  readonly log: Log
  readonly now: Clock
  /** Host check, security headers and a log line for each request: for the scopes of people. Relying parties go without. */
  guardPeople(scope: FastifyInstance): Promise<void>
  /** Listens where the configuration says. Rejects with a clear message when the address is taken. */
  listen(): Promise<void>
  /** Takes no new connection, lets requests in flight finish, at most `LIMITS.stopTimeout`. */
  stop(): Promise<void>
  /** True from the first `stop` on: for readiness. */
  readonly isStopping: () => boolean
}

/** Makes the server with its error answers, limits and schemas. Routes are mounted on it by `mountRoutes` and `mountPublicRoutes`. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { config, log, now } = options
  const limits = { ...LIMITS, ...options.limits }
  const app = createApp(options, limits)
  let stopping = false

  app.server.maxConnections = limits.connections
  app.server.maxHeadersCount = limits.headerCount
  // Each scope says which bodies it takes.
  refuseUntabled(app)
  app.removeAllContentTypeParsers()
  for (const schema of SCHEMAS) app.addSchema(schema)
  const validators = createValidators()
  app.setValidatorCompiler<object>(({ schema, httpPart }) => validators(schema, placeOf(httpPart)))
  const { isUnavailable = () => false } = options
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, { log, isUnavailable }))
  await app.register(swagger, OPENAPI_OPTIONS)
  await app.register(rateLimit, { global: false })
  const redirectTo = redirectOf(config)
  app.setNotFoundHandler((request, reply) => {
    const location = redirectTo(request)
    if (location !== undefined) return reply.redirect(location, 307)
    throw new HttpProblem('not-found', 'There is nothing at this address.')
  })
  closeIdleConnectionsWhileStopping(app)

  return {
    app,
    log,
    now,
    guardPeople: (scope) => guardPeople(scope, { redirectTo, config, log }),
    listen: () => listen(app, config),
    stop: async () => {
      stopping = true
      const deadline = setTimeout(() => app.server.closeAllConnections(), limits.stopTimeout)
      await app.close().finally(() => clearTimeout(deadline))
    },
    isStopping: () => stopping,
  }
}

function createApp({ config, log, random }: HttpServerOptions, limits: Limits): FastifyInstance {
  return fastify({
    logger: false,
    genReqId: requestIds(random),
    requestIdHeader: false,
    trustProxy: config.trustedProxies.length > 0 ? trustedProxy(config.trustedProxies) : false,
    bodyLimit: limits.apiBody,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionTimeout: limits.socketTimeout,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: limits.pathParameter },
    http: {
      maxHeaderSize: limits.headers,
      headersTimeout: limits.headersTimeout,
      connectionsCheckingInterval: limits.timeoutCheckInterval,
    },
    frameworkErrors: (error, request, reply) => {
      answerError(error, request, reply, { log, isUnavailable: () => false })
    },
    clientErrorHandler: (error, socket: Socket) => answerClientError(error, socket),
  })
}

/** Ids to find a request in the log by: chance once for the process, then a count. Chance for each would cost a tenth of the quickest answers. */
function requestIds(random: Random): () => string {
  const process = base62(10, random)
  let count = 0
  return () => `${process}-${(++count).toString(36)}`
}

async function guardPeople(
  scope: FastifyInstance,
  {
    redirectTo,
    config,
    log,
  }: {
    readonly redirectTo: (request: FastifyRequest) => string | undefined
    readonly config: Config
    readonly log: Log
  },
): Promise<void> {
  scope.addHook('onRequest', async (request, reply) => {
    const location = redirectTo(request)
    if (location !== undefined) return reply.redirect(location, 307)
  })
  scope.addHook('onResponse', async (request, reply) => logRequest(log, request, reply))
  await scope.register(helmet, securityHeaders(config))
}

/** A line for each request: the route's pattern and never its address, headers or bodies. */
function logRequest(log: Log, request: FastifyRequest, reply: FastifyReply): void {
  log.info('request', {
    reference: request.id,
    method: request.method,
    route: routeOf(request),
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
  })
}

/** The host rule as it reads a request: Fastify believes X-Forwarded-* of trusted proxies only, and so do we. */
function redirectOf(config: Config): (request: FastifyRequest) => string | undefined {
  const rule = hostRule(config)
  const isTrusted = trustedProxy(config.trustedProxies)
  return (request) => {
    const toldByProxy =
      request.headers['x-forwarded-proto'] !== undefined && isTrusted(request.socket.remoteAddress ?? '')
    const told = request.protocol === 'https' ? 'https' : 'http'
    const scheme = toldByProxy ? told : undefined
    return rule({ method: request.method, host: request.host, scheme, target: request.url })
  }
}

/** For what people see: pages run no script, load from here alone, and are not framed. */
function securityHeaders(config: Config): FastifyHelmetOptions {
  return {
    global: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: config.url.startsWith('https:') ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  }
}

/** A route that came past the tables has none of the checks that stand before their handlers: it is refused at start. */
function refuseUntabled(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url, config = {} }) => {
    if ('operationId' in config || 'public' in config || 'otherMethods' in config) return
    throw new TypeError(`${method} ${url} stands in no table of routes: mount it by mountRoutes or mountPublicRoutes.`)
  })
}

/** A kept connection would hold the stop for a minute; closing all of them would lose the requests in flight. */
function closeIdleConnectionsWhileStopping(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    const sweep = setInterval(() => app.server.closeIdleConnections(), 50)
    app.server.once('close', () => clearInterval(sweep))
  })
}

async function listen(app: FastifyInstance, config: Config): Promise<void> {
  try {
    await app.listen({ host: config.http.host, port: config.http.port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const where = `${config.http.host}:${config.http.port}`
    if (code === 'EADDRINUSE')
      throw new ListenError(`${where} is taken by another program. Set CHANCERY_HTTP to another port.`)
    if (code === 'EACCES')
      throw new ListenError(`Listening on ${where} is not permitted. Set CHANCERY_HTTP to a port above 1023.`)
    if (code === 'EADDRNOTAVAIL')
      throw new ListenError(`This machine has no address ${config.http.host}. Set CHANCERY_HTTP to one it has.`)
    throw error
  }
}

/** The address of the configuration cannot be listened on. */
class ListenError extends Error {
  override readonly name = 'ListenError'
}

function placeOf(httpPart: string | undefined): 'body' | 'querystring' | 'params' | 'headers' {
  if (httpPart === 'body' || httpPart === 'querystring' || httpPart === 'params') return httpPart
  return 'headers'
}
