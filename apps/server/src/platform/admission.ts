import type { FastifyInstance, FastifyRequest } from 'fastify'
import { holds, isAtLeast, type Principal, type Role, roleAnywhere } from '../accounts/roles.ts'
import type { SignedIn } from '../accounts/session-of.ts'
import { type Callers, checkTenant, chooseTenant, tenantAsked } from './callers.ts'
import { clientNetwork } from './client-network.ts'
import type { Arrival } from './forwarded.ts'
import type { HttpServer } from './http-server.ts'
import type { RateLimits } from './limits.ts'
import { HttpProblem } from './problem.ts'
import type { RoleAbove } from './routes.ts'
import { refuseCrossSite } from './same-origin.ts'

/** What a route of a tenant asks of its caller before a byte of the body is read. */
export interface Admission {
  readonly role: Role
  /** Whether the role for a CA may do, or it has to be for the whole tenant. */
  readonly takesScoped: boolean
  /** Whether API tokens are refused. */
  readonly forPeople: boolean
}

/**
 * Lets a request in, or throws `HttpProblem`: 'unauthenticated' (the same for a token that is unknown, expired or revoked),
 * 'rate-limited', or 'forbidden' with what would be needed. Failures are counted by address, calls by principal. Who sends a
 * token is known by it alone, whatever cookies come along.
 */
export function admission(
  app: FastifyInstance,
  callers: Callers,
  arrivalOf: HttpServer['arrivalOf'],
  limits: RateLimits,
) {
  const byAddress = (kind: string, max: number) =>
    app.createRateLimit({
      max,
      timeWindow: limits.windowMs,
      keyGenerator: (request) => `${kind}:${clientNetwork(request.ip)}`,
    })
  const failures = byAddress('address', limits.failuresByAddress)
  const strangers = byAddress('stranger', limits.strangersByAddress)
  const calls = app.createRateLimit({
    max: limits.byPrincipal,
    timeWindow: limits.windowMs,
    keyGenerator: (request) => `principal:${keyOf(request)}`,
  })
  const refuse = async (request: FastifyRequest): Promise<never> => {
    throwIfExceeded(await failures(request))
    throw unauthenticated(request.headers.authorization !== undefined)
  }

  const inTenant = async (request: FastifyRequest, needs: Admission): Promise<void> => {
    const { authorization } = request.headers
    const principal =
      authorization === undefined
        ? await principalBySession(request, callers, arrivalOf(request))
        : await principalByToken(authorization, callers)
    if (principal === undefined) return refuse(request)
    if (principal.token !== undefined) checkTenant(principal, tenantAsked(request))
    request.setDecorator('principal', principal)
    throwIfExceeded(await calls(request))
    throwIfForbidden(principal, needs)
  }

  const above = async (request: FastifyRequest, role: RoleAbove): Promise<void> => {
    const { authorization } = request.headers
    if (authorization !== undefined && role !== 'anyone') {
      if ((await principalByToken(authorization, callers)) === undefined) return refuse(request)
      throw new HttpProblem('forbidden', `API tokens are for a tenant, and this is ${MATTERS[role]}: sign in.`)
    }
    const signedIn = authorization === undefined ? await sessionIn(request, callers, arrivalOf(request)) : undefined
    if (role === 'anyone') {
      throwIfExceeded(await strangers(request))
      // Else another site could sign somebody in, as whom it likes.
      refuseCrossSite(request, arrivalOf(request), false)
    }
    if (signedIn === undefined) return role === 'anyone' ? undefined : refuse(request)
    request.setDecorator('signedIn', signedIn)
    throwIfExceeded(await calls(request))
    const standing = await callers.standingOf(signedIn.account)
    if (standing === undefined) return refuse(request)
    if (role === 'operator' && !standing.operator) {
      throw new HttpProblem('forbidden', 'This is for operators of the installation.')
    }
  }
  return { inTenant, above }
}

const MATTERS = { operator: 'a matter of the installation', account: 'a matter of your account' } as const

/** The principal that was let in. */
export function principalIn(request: FastifyRequest): Principal {
  const principal = request.getDecorator<Principal | null>('principal')
  if (principal === null) throw new Error('A request came to its handler without being let in.')
  return principal
}

/** Who is signed in, on a route above tenants. */
export function signedInOf(request: FastifyRequest): SignedIn | undefined {
  return request.getDecorator<SignedIn | null>('signedIn') ?? undefined
}

async function principalByToken(authorization: string, { principalOf }: Callers): Promise<Principal | undefined> {
  const token = bearerToken(authorization)
  return token === undefined ? undefined : principalOf(token)
}

async function principalBySession(
  request: FastifyRequest,
  callers: Callers,
  arrival: Arrival,
): Promise<Principal | undefined> {
  const signedIn = await sessionIn(request, callers, arrival)
  const standing = signedIn && (await callers.standingOf(signedIn.account))
  return standing && chooseTenant(signedIn.account, standing, tenantAsked(request))
}

/** Who is signed in. Throws `HttpProblem` 'forbidden' when another site may have caused a change. */
async function sessionIn(
  request: FastifyRequest,
  { sessionOf }: Callers,
  arrival: Arrival,
): Promise<SignedIn | undefined> {
  const signedIn = await sessionOf(request.headers.cookie, arrival.scheme)
  if (signedIn !== undefined) refuseCrossSite(request, arrival, true)
  return signedIn
}

/** RFC 6750 §2.1 */
function bearerToken(authorization: string): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/-]{1,512}=*)$/i.exec(authorization)?.[1]
}

function unauthenticated(gaveOne: boolean): HttpProblem {
  // RFC 6750 §3.1: no error code where no authentication was tried.
  const challenge = gaveOne ? 'Bearer realm="chancery", error="invalid_token"' : 'Bearer realm="chancery"'
  return new HttpProblem(
    'unauthenticated',
    gaveOne
      ? 'This token is not known, has expired or was revoked.'
      : 'Sign in, or send a token: "Authorization: Bearer chancery_…". `./chancery token create` makes one.',
    { headers: { 'www-authenticate': challenge } },
  )
}

function throwIfForbidden(principal: Principal, { role, takesScoped, forPeople }: Admission): void {
  const most = roleAnywhere(principal)
  if (most === undefined || !isAtLeast(most, role)) {
    throw new HttpProblem('forbidden', `This needs the role ${role}; ${whose(principal)} has the role ${most}.`)
  }
  if (!takesScoped && !holds(principal, role)) {
    throw new HttpProblem(
      'forbidden',
      `This is a matter of the tenant, and needs the role ${role} for the whole of it; ${whose(principal)} has it for certificate authorities only.`,
    )
  }
  if (forPeople && principal.token !== undefined) {
    throw new HttpProblem('forbidden', 'API tokens make no tokens and no members: sign in to do that.')
  }
}

function whose({ token }: Principal): string {
  return token === undefined ? 'your account' : 'this token'
}

/** Throws `HttpProblem` 'rate-limited' when a limit of `createRateLimit` is exceeded. */
export function throwIfExceeded(limit: {
  readonly isAllowed: boolean
  readonly isExceeded?: boolean
  readonly ttlInSeconds?: number
}): void {
  if (limit.isAllowed || limit.isExceeded !== true) return
  const seconds = Math.max(1, limit.ttlInSeconds ?? 1)
  throw new HttpProblem('rate-limited', `Too many requests. Try again in ${seconds} seconds.`, {
    headers: { 'retry-after': String(seconds) },
  })
}

function keyOf(request: FastifyRequest): string {
  const principal = request.getDecorator<Principal | null>('principal')
  if (principal !== null) return principal.token ?? `${principal.account}@${principal.tenant}`
  return `account:${signedInOf(request)?.account}`
}
