import type { FastifyInstance, FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'
import { isAtLeast, type Principal, type Role } from '../accounts/roles.ts'
import type { SessionOf, SignedIn } from '../accounts/session-of.ts'
import type { RateLimits } from './limits.ts'
import { HttpProblem } from './problem.ts'
import { refuseCrossSite } from './same-origin.ts'

/** Whose token this is, if it is anybody's now. */
export type PrincipalOf = (token: string) => Promise<Principal | undefined>

/** How calls with the cookie of a session are let in. */
export interface SessionAdmission {
  readonly sessionOf: SessionOf
  /** What who has a session may do in the tenant that the call names, or in their only one. */
  readonly principalOf: (signedIn: SignedIn, tenant: string | undefined) => Promise<Principal | undefined>
}

/** What lets calls in: API tokens, and sessions. */
export interface AdmissionDeps {
  readonly principalOf: PrincipalOf
  readonly sessions?: SessionAdmission
}

/** The header by which a call with a session says which tenant it means. */
const TENANT_HEADER = 'chancery-tenant'

/** What a route asks of its caller before a byte of the body is read. */
export interface Admission {
  readonly role: Role | 'authenticated'
  /** Whether a principal that is bound to one CA may come in at all. */
  readonly takesBound: boolean
}

/**
 * Lets a request in, or throws `HttpProblem`: 'unauthenticated' (the same for a token that is unknown, expired or revoked),
 * 'rate-limited', or 'forbidden' with what would be needed. Failures are counted by address, calls by principal.
 */
export function admission(app: FastifyInstance, deps: AdmissionDeps, limits: RateLimits) {
  const failures = app.createRateLimit({
    max: limits.failuresByAddress,
    timeWindow: limits.windowMs,
    keyGenerator: (request) => `address:${networkOf(request.ip)}`,
  })
  const calls = app.createRateLimit({
    max: limits.byPrincipal,
    timeWindow: limits.windowMs,
    keyGenerator: (request) => `principal:${keyOf(principalIn(request))}`,
  })

  return async (request: FastifyRequest, needs: Admission): Promise<void> => {
    const principal = await callerOf(request, deps)
    if (principal === undefined) {
      throwIfExceeded(await failures(request))
      throw unauthenticated(request.headers.authorization !== undefined)
    }
    request.setDecorator('principal', principal)
    throwIfExceeded(await calls(request))
    throwIfForbidden(principal, needs)
  }
}

/** The principal that was let in. */
export function principalIn(request: FastifyRequest): Principal {
  const principal = request.getDecorator<Principal | null>('principal')
  if (principal === null) throw new Error('A request came to its handler without being let in.')
  return principal
}

/** By its token; a call that brings none, by its session. */
async function callerOf(
  request: FastifyRequest,
  { principalOf, sessions }: AdmissionDeps,
): Promise<Principal | undefined> {
  const { authorization, cookie } = request.headers
  if (authorization !== undefined) {
    const token = bearerToken(authorization)
    return token === undefined ? undefined : await principalOf(token)
  }
  const signedIn = await sessions?.sessionOf(cookie)
  if (sessions === undefined || signedIn === undefined) return undefined
  refuseCrossSite(request, true)
  const principal = await sessions.principalOf(signedIn, tenantNamed(request))
  if (principal === undefined) throw noSuchTenant()
  return principal
}

function tenantNamed(request: FastifyRequest): string | undefined {
  const named = request.headers[TENANT_HEADER]
  return typeof named === 'string' && named.length <= 64 ? named : undefined
}

function noSuchTenant(): HttpProblem {
  return new HttpProblem(
    'forbidden',
    'Your account is no member of this tenant, or of several: name one of yours in the header Chancery-Tenant.',
  )
}

/** RFC 6750 §2.1 */
function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/-]{1,512}=*)$/i.exec(authorization ?? '')?.[1]
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

function throwIfForbidden(principal: Principal, needs: Admission): void {
  if (needs.role !== 'authenticated' && !isAtLeast(principal.role, needs.role)) {
    throw new HttpProblem('forbidden', `This needs the role ${needs.role}; this token has the role ${principal.role}.`)
  }
  if (principal.authority !== undefined && !needs.takesBound) {
    throw new HttpProblem(
      'forbidden',
      'This token is for one certificate authority, and this is a matter of the tenant.',
    )
  }
}

/** Throws `HttpProblem` 'rate-limited' when a limit of `createRateLimit` is exceeded. */
function throwIfExceeded(limit: {
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

function keyOf(principal: Principal): string {
  return principal.token ?? `${principal.account}@${principal.tenant}`
}

/** An address, or of IPv6 the network that one customer commonly has: /64. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const plain = ipaddr.process(address)
  return plain instanceof ipaddr.IPv6 ? plain.parts.slice(0, 4).join(':') : plain.toString()
}
