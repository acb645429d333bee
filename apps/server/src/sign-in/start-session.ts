import { createHmac } from 'node:crypto'
import { hashSessionToken, type Scheme, SESSION_LIFETIME, sessionCookieName } from '../accounts/session-of.ts'
import type { SignInWay } from '../accounts/session-store.ts'
import type { SignInParts } from './sign-in-parts.ts'

const LONGEST_USER_AGENT = 300

/** A session that begins. */
export interface Beginning {
  readonly account: string
  readonly way: SignInWay
  readonly token: string
  readonly address: string
  readonly userAgent: string
  readonly expiresAt: number
  /** False: in place of another session of the same sign-in, and not recorded again. */
  readonly isNew: boolean
}

/** Stores a session and the record of the sign-in. Returns the id of the session. */
export async function startSession(
  { account, way, token, address, userAgent, expiresAt, isNew }: Beginning,
  { stores, now, newId }: Pick<SignInParts, 'stores' | 'now' | 'newId'>,
): Promise<string> {
  const id = newId()
  const at = now()
  const session = {
    id,
    account,
    way,
    tokenHash: hashSessionToken(token),
    createdAt: at,
    expiresAt,
    address,
    userAgent: userAgent.slice(0, LONGEST_USER_AGENT),
  }
  const record = {
    account,
    actor: { kind: 'account', account } as const,
    at,
    action: 'session.start',
    object: { type: 'session', id },
    details: { way, address },
  }
  await stores.sessions.create(session, isNew ? record : undefined)
  return id
}

/** A session that better-auth did not begin, and its cookie as better-auth writes it: `Set-Cookie`. */
export async function signInBySetup(
  whose: Pick<Beginning, 'account' | 'way' | 'address' | 'userAgent'> & { readonly scheme: Scheme },
  parts: Pick<SignInParts, 'stores' | 'now' | 'newId' | 'random' | 'secret'>,
): Promise<string> {
  const token = Buffer.from(parts.random(24)).toString('base64url')
  const expiresAt = parts.now() + SESSION_LIFETIME.absolute
  await startSession({ ...whose, token, expiresAt, isNew: true }, parts)
  const signature = createHmac('sha256', parts.secret).update(token).digest('base64')
  const value = encodeURIComponent(`${token}.${signature}`)
  const attributes = cookieAttributes(whose.scheme, SESSION_LIFETIME.absolute)
  return `${sessionCookieName(whose.scheme)}=${value}; ${attributes}`
}

/** What every cookie of sign-in says. `lifetimeMs` is how long browsers keep it. */
export function cookieAttributes(scheme: Scheme, lifetimeMs: number): string {
  const secure = scheme === 'https' ? '; Secure' : ''
  return `Max-Age=${Math.floor(lifetimeMs / 1000)}; Path=/; HttpOnly${secure}; SameSite=Lax`
}
