import { createHmac, timingSafeEqual } from 'node:crypto'
import { cookieIn, cookiePrefix, type Scheme } from '../accounts/session-of.ts'
import type { SignInParts } from './sign-in-parts.ts'
import { cookieAttributes } from './start-session.ts'

const LIFETIME_MS = 180 * 86_400_000

/**
 * A cookie that says: somebody signed in to this account here before. Attempts of such a device are counted by it alone, so that
 * whoever guesses at an account from elsewhere does not keep its owner out. It lets nobody in.
 */
export function knownDevice(
  cookies: string | undefined,
  email: string,
  scheme: Scheme,
  { secret }: Pick<SignInParts, 'secret'>,
): string | undefined {
  const [, id, mac] = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/.exec(cookieIn(cookies, nameOf(scheme)) ?? '') ?? []
  if (id === undefined || mac === undefined) return undefined
  return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(id, email, secret))) ? id : undefined
}

/** The cookie for a device that just signed in: `Set-Cookie`. */
export function rememberDevice(email: string, scheme: Scheme, { secret, random }: SignInParts): string {
  const id = Buffer.from(random(16)).toString('base64url')
  return `${nameOf(scheme)}=${id}.${macOf(id, email, secret)}; ${cookieAttributes(scheme, LIFETIME_MS)}`
}

function nameOf(scheme: Scheme): string {
  return `${cookiePrefix(scheme)}.device`
}

function macOf(id: string, email: string, secret: string): string {
  return createHmac('sha256', secret).update(`device ${id} ${email}`).digest('base64url')
}
