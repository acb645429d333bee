import { checkPassword } from '../accounts/password.ts'
import { hashSessionToken, type Scheme, SESSION_LIFETIME, sessionCookieName, tokenIn } from '../accounts/session-of.ts'
import type { Session } from '../accounts/session-store.ts'
import { HttpProblem } from '../platform/problem.ts'
import type { AuthHandler } from './better-auth.ts'
import { type Endpoint, SIGN_IN_PATH } from './endpoints.ts'
import { knownDevice, rememberDevice } from './known-device.ts'
import { type Counter, counted, takeAttempts } from './pace.ts'
import { passkeysAt } from './passkeys-at.ts'
import { recordRefusedSignIn } from './refused-sign-in.ts'
import { duringCall, type SignInCall } from './sign-in-call.ts'
import type { SignInParts } from './sign-in-parts.ts'

/** A call of one of better-auth's endpoints, admitted and well-formed. */
export interface EndpointCall {
  readonly endpoint: Endpoint
  /** The provider of a callback. */
  readonly provider: string | undefined
  /** `?…`, or empty. */
  readonly query: string
  readonly cookies: string | undefined
  /** How the call came: it decides which cookies count and are set. */
  readonly scheme: Scheme
  readonly body: Readonly<Record<string, unknown>>
  readonly address: string
  readonly userAgent: string
}

export interface EndpointAnswer {
  readonly status: number
  readonly location: string | undefined
  readonly cookies: readonly string[]
  readonly body: unknown
}

export type Perform = (call: EndpointCall) => Promise<EndpointAnswer>

/** Has better-auth answer a call, at a pace, and takes out of its answer what is not for scripts. Throws `HttpProblem`, `Refusal`. */
export function performer(
  parts: SignInParts,
  handlerFor: (scheme: Scheme, provider: string | undefined) => Promise<AuthHandler>,
): Perform {
  return async (call) => {
    const { body } = call
    const current = await sessionIn(call, parts)
    refuseAtOnce(call, current, parts)
    const counts = countedFor(call, current, parts)
    await takeAttempts(counts, parts)

    const handler = await handlerFor(call.scheme, call.provider ?? textIn(body, 'provider'))
    const state = stateOf(call, current)
    const response = await duringCall(state, () => handler(requestOf(call, parts.url)))
    if (state.failure !== undefined) throw state.failure
    if (response.status >= 400) return await refuse(response, call, parts)

    const right = state.tried === undefined ? counts : [...counts, counted('second-factor', state.tried, parts)]
    for (const { key, isShared } of right) await parts.stores.attempts.forgive(key, !isShared, parts.now())
    return await answerOf(response, call, parts)
  }
}

/** What needs no attempt to be declined. */
function refuseAtOnce(
  { endpoint, body, scheme }: EndpointCall,
  current: Session | undefined,
  { url }: SignInParts,
): void {
  // The provider leads back to that address, and what was set here over http would not count there.
  if (endpoint.leadsAway && !url.startsWith(`${scheme}:`)) {
    throw new HttpProblem('forbidden', `Providers lead back to ${url}: open that address to sign in through one.`)
  }
  const passkeys = passkeysAt(url)
  if (endpoint.passkey && !passkeys.available) throw new HttpProblem('forbidden', passkeys.why)
  if (endpoint.signedIn && current === undefined) throw new HttpProblem('unauthenticated', 'Sign in first.')
  const newPassword = textIn(body, 'newPassword')
  if (newPassword !== undefined) checkPassword(newPassword)
}

function stateOf(
  { endpoint, provider: returning, body, address, userAgent }: EndpointCall,
  current: Session | undefined,
): SignInCall {
  const provider = returning ?? textIn(body, 'provider')
  const code = textIn(body, 'code')
  return {
    path: endpoint.path.replace('/:id', ''),
    ...(provider !== undefined && { provider }),
    ...(code !== undefined && { code }),
    address,
    userAgent,
    ...(current && { current: { account: current.account, session: current.id, way: current.way } }),
  }
}

function textIn(body: EndpointCall['body'], name: string): string | undefined {
  const value = body[name]
  return typeof value === 'string' ? value : undefined
}

async function sessionIn(
  { cookies, scheme }: EndpointCall,
  { stores, now }: SignInParts,
): Promise<Session | undefined> {
  const token = tokenIn(cookies, sessionCookieName(scheme))
  if (token === undefined) return undefined
  return await stores.sessions.find(hashSessionToken(token), { now: now(), idleMs: SESSION_LIFETIME.idle })
}

function emailIn({ body }: EndpointCall): string {
  return String(body['email'] ?? '')
    .trim()
    .toLowerCase()
}

function countedFor(call: EndpointCall, current: Session | undefined, parts: SignInParts): readonly Counter[] {
  const { counts } = call.endpoint
  if (counts === 'confirmation') return current ? [counted('account', `confirm ${current.account}`, parts)] : []
  if (counts === 'address') return [counted('address', call.address, parts)]
  if (counts === undefined) return []
  const email = emailIn(call)
  const device = knownDevice(call.cookies, email, call.scheme, parts)
  if (device !== undefined) return [counted('device', device, parts)]
  return [counted('account', email, parts), counted('address', call.address, parts)]
}

/** The request as better-auth gets it: what was checked, and nothing else. */
function requestOf({ endpoint, provider, query, cookies, body }: EndpointCall, url: string): Request {
  const path = endpoint.path.replace(':id', encodeURIComponent(provider ?? ''))
  // It was seen before that the call came from our own page, or from no browser.
  const headers = new Headers({ origin: url, ...(cookies !== undefined && { cookie: cookies }) })
  if (endpoint.method === 'GET') return new Request(`${url}${SIGN_IN_PATH}${path}${query}`, { headers })
  headers.set('content-type', 'application/json')
  const more = endpoint.path === '/change-password' ? { revokeOtherSessions: true } : {}
  return new Request(`${url}${SIGN_IN_PATH}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ ...body, ...more }),
  })
}

const PROBLEM_OF: Readonly<Record<number, ConstructorParameters<typeof HttpProblem>[0]>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  422: 'not-permitted',
  429: 'rate-limited',
}

/** What better-auth declines, as every other route declines. */
async function refuse(response: Response, call: EndpointCall, parts: SignInParts): Promise<never> {
  const said = await jsonOf(response)
  if (response.status >= 500) throw new Error(`better-auth failed with ${response.status} at ${call.endpoint.path}`)
  if (call.endpoint.counts === 'password') {
    // Not awaited: how long it takes would tell whether there is such an account.
    recordRefusedSignIn(emailIn(call), call.address, parts).catch((error: unknown) =>
      parts.log.error('a refused sign-in could not be recorded', { error }),
    )
  }
  const message = typeof said['message'] === 'string' ? `${said['message'].replace(/\.$/, '')}.` : 'This was declined.'
  throw new HttpProblem(PROBLEM_OF[response.status] ?? 'malformed', message)
}

async function answerOf(response: Response, call: EndpointCall, parts: SignInParts): Promise<EndpointAnswer> {
  const said = response.status >= 300 ? {} : await jsonOf(response)
  const isPasswordRight = call.endpoint.counts === 'password'
  return {
    status: response.status,
    // Only a callback leads the browser on; elsewhere the page does, with the address in the body.
    location: response.status >= 300 ? (response.headers.get('location') ?? undefined) : undefined,
    cookies: [
      ...response.headers.getSetCookie(),
      ...(isPasswordRight ? [rememberDevice(emailIn(call), call.scheme, parts)] : []),
    ],
    body: withoutSecrets(said),
  }
}

async function jsonOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await response.text()
  const value: unknown = text === '' ? {} : JSON.parse(text)
  return Object(value)
}

/** The token of a session is in its cookie, where scripts do not see it: so it is in no answer. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => name !== 'token' && name !== 'session')
  return Object.fromEntries(kept.map(([name, part]) => [name, withoutSecrets(part)]))
}
