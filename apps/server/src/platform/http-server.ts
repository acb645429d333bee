import type { Socket } from 'node:net'
import { SCHEMAS } from '@chancery/api'
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Clock, Random } from './clock-and-random.ts'
import type { Config } from './config.ts'
import { answerClientError, answerError, type ErrorAnswers, routeOf, type SayRefusal } from './error-answers.ts'
import { type Arrival, arrivals, trustedProxy } from './forwarded.ts'
import { hostRule } from './host-rule.ts'
import { base62 } from './ids.ts'
import { LIMITS, type Limits } from './limits.ts'
import { createListeners, type Listeners } from './listeners.ts'
import type { Log } from './log.ts'
import { describeRoutes } from './openapi.ts'
import { type OtherMethods, otherMethods } from './other-methods.ts'
import { HttpProblem } from './problem.ts'
import { runningHandlers } from './running-handlers.ts'
import { serializersOf } from './serializers.ts'
import { isLoopback } from './settings.ts'
import type { TlsIdentity } from './tls-identity.ts'
import { createValidators } from './validation.ts'

export interface HttpServerOptions {
  readonly config: Config
  readonly log: Log
  readonly now: Clock
  readonly random: Random
  /** Other bounds than `LIMITS`, so that a test need not wait for them. */
  readonly limits?: Partial<Limits>
  /** What the https listener begins with, where the configuration has one. */
  readonly identity?: TlsIdentity
  /** Whether something that was thrown means "later", e.g. a database that cannot be reached: 503 in place of 500. */
  readonly isUnavailable?: (error: unknown) => boolean
  /** Hears of each answer. */
  readonly observe?: ObserveHttp
  /** Its routes are described as they are mounted, for `openApiText`. Who serves gives what was written of them once, and starts sooner. */
  readonly describes?: true
}

/** Told of an answer: the pattern of its route, never its address. How long it took is not known of every refusal. */
export type ObserveHttp = (
  answer: { readonly method: string; readonly route: string; readonly status: number },
  durationMs?: number,
) => void

/** The server before its routes: what all of them share. */
export interface HttpServer {
  readonly app: FastifyInstance
  readonly log: Log
  readonly now: Clock
  readonly observe: ObserveHttp
  /** Host check, security headers and a log line for each request: for the scopes of people. Relying parties go without. */
  guardPeople(scope: FastifyInstance): Promise<void>
  /** The same without the headers, which browsers read alone. */
  guardPrograms(scope: FastifyInstance): Promise<void>
  /** From now on what is refused at addresses that begin so is told in these words. */
  speakBelow(prefix: string, say: SayRefusal): void
  /** Has the methods refused that the paths of a scope do not take. */
  readonly refuseOtherMethods: OtherMethods['refuse']
  /** How a request came: whether by https, and to which host. */
  readonly arrivalOf: (request: FastifyRequest) => Arrival
  readonly listen: Listeners['listen']
  readonly stop: Listeners['stop']
  readonly useIdentity: Listeners['useIdentity']
  /** True from the first `stop` on: for readiness. */
  readonly isStopping: () => boolean
}

/** Makes the server with its error answers, limits and schemas. Routes are mounted on it by `mountRoutes` and `mountPublicRoutes`. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { config, log, now } = options
  const limits = { ...LIMITS, ...options.limits }
  const { isUnavailable = () => false, observe = () => {} } = options
  const spoken: { readonly prefix: string; readonly say: SayRefusal }[] = []
  const answers = {
    log,
    isUnavailable,
    ownWords: (url: string) => spoken.find(({ prefix }) => url.startsWith(prefix))?.say,
  }
  const app = createApp(options, limits, answers)
  let stopping = false

  refuseUntabled(app)
  const others = otherMethods(app, { maxParamLength: limits.pathParameter })
  const running = runningHandlers(app)
  // Each scope says which bodies it takes.
  app.removeAllContentTypeParsers()
  for (const schema of SCHEMAS) app.addSchema(schema)
  const validators = createValidators()
  app.setValidatorCompiler<object>(({ schema, httpPart }) => validators(schema, placeOf(httpPart)))
  app.setErrorHandler((error, request, reply) => {
    const observed = (answered: FastifyReply): FastifyReply => {
      if (hasNoHooks(request)) {
        const route = others.rareAt(request)?.path ?? routeOf(request)
        observe({ method: request.method, route, status: reply.statusCode })
      }
      return answered
    }
    const answered = answerError(error, request, reply, answers)
    return answered instanceof Promise ? answered.then(observed) : observed(answered)
  })
  if (options.describes === true) await describeRoutes(app)
  await app.register(rateLimit, { global: false })
  const arrivalOf = arrivals(config)
  const redirectTo = redirectOf(config, arrivalOf)
  app.setNotFoundHandler((request, reply) => {
    const location = redirectTo(request)
    if (location !== undefined) return reply.redirect(location, 307)
    throw others.rareAt(request)?.problem ?? new HttpProblem('not-found', 'There is nothing at this address.')
  })
  const listeners = createListeners(app, { ...options, limits, idle: running.idle })

  return {
    app,
    log,
    now,
    observe,
    speakBelow: (prefix, say) => {
      spoken.push({ prefix, say })
    },
    refuseOtherMethods: others.refuse,
    arrivalOf,
    guardPeople: async (scope) => {
      guardPrograms(scope, { redirectTo, log, observe })
      await scope.register(helmet, securityHeaders(config))
    },
    guardPrograms: async (scope) => guardPrograms(scope, { redirectTo, log, observe }),
    listen: listeners.listen,
    stop: () => {
      stopping = true
      return listeners.stop()
    },
    useIdentity: listeners.useIdentity,
    isStopping: () => stopping,
  }
}

function createApp({ config, random }: HttpServerOptions, limits: Limits, answers: ErrorAnswers): FastifyInstance {
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
    schemaController: { compilersFactory: { buildSerializer: serializersOf } },
    routerOptions: { maxParamLength: limits.pathParameter },
    http: {
      maxHeaderSize: limits.headers,
      headersTimeout: limits.headersTimeout,
      connectionsCheckingInterval: limits.timeoutCheckInterval,
    },
    frameworkErrors: (error, request, reply) => {
      void answerError(error, request, reply, answers)
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

function guardPrograms(
  scope: FastifyInstance,
  {
    redirectTo,
    log,
    observe,
  }: {
    readonly redirectTo: (request: FastifyRequest) => string | undefined
    readonly log: Log
    readonly observe: ObserveHttp
  },
): void {
  scope.addHook('onRequest', (request, reply, done) => {
    const location = redirectTo(request)
    if (location === undefined) done()
    else reply.redirect(location, 307)
  })
  scope.addHook('onResponse', (request, reply, done) => {
    observeAnswer(observe, request, reply)
    logRequest(log, request, reply)
    done()
  })
}

/** What is mounted without hooks for being quick, and what is not mounted at all. */
function hasNoHooks({ is404, routeOptions }: FastifyRequest): boolean {
  return is404 || ('public' in routeOptions.config && routeOptions.config.public === 'relying-parties')
}

/** For scopes with hooks; the quickest answers tell of themselves. */
function observeAnswer(observe: ObserveHttp, request: FastifyRequest, reply: FastifyReply): void {
  const { method } = request
  observe({ method, route: routeOf(request), status: reply.statusCode }, reply.elapsedTime)
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

/** The host rule as it reads a request. */
function redirectOf(
  config: Config,
  arrivalOf: (request: FastifyRequest) => Arrival,
): (request: FastifyRequest) => string | undefined {
  const rule = hostRule(config)
  return (request) => rule({ ...arrivalOf(request), method: request.method, target: request.url })
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
    strictTransportSecurity: remembersHttps(config) ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  }
}

/**
 * Whether browsers are to remember that this host is https alone (RFC 6797). They then turn every plain address of the host into
 * https on the same port, or on 443 for 80: what is right only where https is on 443, and wrong for the other servers of localhost.
 */
function remembersHttps({ url }: Config): boolean {
  const { protocol, port } = new URL(url)
  return protocol === 'https:' && port === '' && !isLoopback(url)
}

/** A route that came past the tables has none of the checks that stand before their handlers: it is refused at start. */
function refuseUntabled(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url, config = {} }) => {
    if ('operationId' in config || 'public' in config || 'otherMethods' in config) return
    throw new TypeError(`${method} ${url} stands in no table of routes: mount it by mountRoutes or mountPublicRoutes.`)
  })
}

function placeOf(httpPart: string | undefined): 'body' | 'querystring' | 'params' | 'headers' {
  if (httpPart === 'body' || httpPart === 'querystring' || httpPart === 'params') return httpPart
  return 'headers'
}
