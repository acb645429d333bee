import { createHash } from 'node:crypto'
import type { SessionStore, SignInWay } from './session-store.ts'

const HOUR_MS = 3_600_000

/** How long a session lives, in milliseconds: at most, and without being used. */
export const SESSION_LIFETIME = { absolute: 7 * 24 * HOUR_MS, idle: 12 * HOUR_MS } as const

/** What is unused for less than this is not written down: a write for every call would cost more than the call. */
const TOUCH_EVERY_MS = 5 * 60_000

/** Somebody with a session: which account, and which of its sessions. The tenant is another question. */
export interface SignedIn {
  readonly account: string
  readonly session: string
  /** How they proved who they are. */
  readonly way: SignInWay
}

/** How a request came, as its client sees it. */
export type Scheme = 'http' | 'https'

/** Who sends a request with these cookies (the `Cookie` header), if it is anybody now. Only the cookie of its scheme counts. */
export type SessionOf = (cookies: string | undefined, scheme: Scheme) => Promise<SignedIn | undefined>

export interface SessionOfDeps {
  readonly sessions: Pick<SessionStore, 'find' | 'touch'>
  readonly now: () => number
  /** Told when the use of a session could not be noted: the call goes on. */
  readonly report: (error: unknown) => void
}

/** The form in which the token of a session is stored and looked up. */
export function hashSessionToken(token: string): Uint8Array {
  return createHash('sha256').update(token, 'utf8').digest()
}

/**
 * The cookie of a session. Over https its prefix makes browsers take it from this host alone, over https and for every path
 * (draft-ietf-httpbis-rfc6265bis §4.1.3.2); over http on this machine they would refuse it. What somebody in the network may have
 * set over http has another name, and counts for nothing over https.
 */
export function sessionCookieName(scheme: Scheme): string {
  return `${cookiePrefix(scheme)}.session_token`
}

/** What the names of all cookies of sign-in begin with. */
export function cookiePrefix(scheme: Scheme): string {
  return scheme === 'https' ? '__Host-chancery' : 'chancery'
}

/**
 * Tells whose session a request carries. Every call asks the store, so that a session that was ended is nobody's at the next call,
 * in every process.
 */
export function sessionReader({ sessions, now, report }: SessionOfDeps): SessionOf {
  return async (cookies, scheme) => {
    const token = tokenIn(cookies, sessionCookieName(scheme))
    if (token === undefined) return undefined
    const at = now()
    const found = await sessions.find(hashSessionToken(token), { now: at, idleMs: SESSION_LIFETIME.idle })
    if (found === undefined) return undefined
    if (at - found.lastSeenAt >= TOUCH_EVERY_MS) sessions.touch(found.id, at).catch(report)
    return { account: found.account, session: found.id, way: found.way }
  }
}

/** The value of a cookie, RFC 6265 §5.4; of two with one name the first, as the more specific. */
export function cookieIn(cookies: string | undefined, name: string): string | undefined {
  for (const part of (cookies ?? '').split(';')) {
    const mark = part.indexOf('=')
    if (mark !== -1 && part.slice(0, mark).trim() === name) return part.slice(mark + 1).trim()
  }
  return undefined
}

/** The token of the session in a `Cookie` header: `token.signature`, percent-encoded. */
export function tokenIn(cookies: string | undefined, cookieName: string): string | undefined {
  // What is looked up by its hash needs no signature: nobody guesses a token.
  return /^([A-Za-z0-9_-]{32,64})\./.exec(cookieIn(cookies, cookieName) ?? '')?.[1]
}
