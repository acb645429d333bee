import { createHmac, timingSafeEqual } from 'node:crypto'
import { cookieIn, cookiePrefix } from '../accounts/session-of.ts'
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
  { url, secret }: Pick<SignInParts, 'url' | 'secret'>,
): string | undefined {
  const [, id, mac] = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/.exec(cookieIn(cookies, nameOf(url)) ?? '') ?? []
  if (id === undefined || mac === undefined) return undefined
  return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(id, email, secret))) ? id : undefined
}

/** The cookie for a device that just signed in: `Set-Cookie`. */
export function rememberDevice(email: string, { url, secret, random }: SignInParts): string {
  const id = Buffer.from(random(16)).toString('base64url')
  return `${nameOf(url)}=${id}.${macOf(id, email, secret)}; ${cookieAttributes(url, LIFETIME_MS)}`
}

function nameOf(url: string): string {
  return `${cookiePrefix(url)}.device`
}

function macOf(id: string, email: string, secret: string): string {
  return createHmac('sha256', secret).update(`device ${id} ${email}`).digest('base64url')
}
