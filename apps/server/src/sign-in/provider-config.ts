import type { GenericOAuthConfig } from 'better-auth/plugins/generic-oauth'
import type { Log } from '../platform/log.ts'
import type { SignInProvider } from '../platform/sign-in-settings.ts'

/** A provider with its secret at hand. */
export interface OpenedProvider extends SignInProvider {
  readonly clientSecret: string
}

const TIMEOUT_MS = 5_000
const LARGEST_ANSWER = 256 * 1024

/** A provider as better-auth's generic plugin takes it. */
export function providerConfig(provider: OpenedProvider, log: Log): GenericOAuthConfig {
  const { id: providerId, name, clientId, clientSecret } = provider
  const common = { providerId, name, clientId, clientSecret, pkce: true }
  if (provider.protocol === 'github') return { ...common, ...githubConfig(provider.issuer, log) }
  return {
    ...common,
    discoveryUrl: discoveryUrl(provider.issuer),
    scopes: ['openid', 'email', 'profile'],
    // Signature, issuer, audience, expiry and nonce of the ID token, OpenID Connect Core §3.1.3.7.
    requireIdTokenVerification: true,
    // That does not ask for a token to be there; without one its nonce would bind nothing, and the code of somebody else would do.
    accountSubject: ({ tokens, profile }) => (tokens.idToken ? String(profile.sub ?? '') : ''),
  }
}

/**
 * Whether a provider can be used now: it answers, and says that it is the issuer that is configured (OpenID Connect Discovery §4.3:
 * the two must be equal, or one provider could speak for another).
 */
export async function answers({ protocol, issuer, id }: SignInProvider, log: Log): Promise<boolean> {
  if (protocol === 'github') return true
  try {
    const document = await fetchJson(discoveryUrl(issuer))
    if (Reflect.get(document, 'issuer') === issuer) return true
    log.warn('a provider of sign-in says that it is another issuer', { provider: id, issuer })
  } catch (error) {
    log.warn('a provider of sign-in does not answer', { provider: id, issuer, error })
  }
  return false
}

/** OpenID Connect Discovery §4: a slash at the end of the issuer is taken away first. */
function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
}

/** GitHub has no ID token: who signed in is asked of its API, and the address is theirs when GitHub says "primary, verified". */
function githubConfig(issuer: string, log: Log) {
  const api = issuer === 'https://github.com' ? 'https://api.github.com' : `${issuer}/api/v3`
  return {
    authorizationUrl: `${issuer}/login/oauth/authorize`,
    tokenUrl: `${issuer}/login/oauth/access_token`,
    scopes: ['read:user', 'user:email'],
    authorizationHeaders: { accept: 'application/json' },
    accountSubject: ({ profile }: { readonly profile: { readonly id?: unknown } }) => String(profile.id ?? ''),
    getUserInfo: async ({ accessToken }: { readonly accessToken?: string | undefined }) => {
      // A code that it does not take it answers with 200, and no token.
      if (accessToken === undefined) return null
      try {
        return await githubUser(api, accessToken)
      } catch (error) {
        log.warn('GitHub does not say who signs in', { issuer, error })
        return null
      }
    },
  }
}

async function githubUser(api: string, accessToken: string) {
  const headers = { authorization: `Bearer ${accessToken}`, 'user-agent': 'Chancery' }
  const person = await fetchJson(`${api}/user`, headers)
  const addresses = await fetchJson(`${api}/user/emails`, headers)
  const all: readonly unknown[] = Array.isArray(addresses) ? addresses : []
  const primary = all.find((one) => Object(one).primary === true && Object(one).verified === true)
  const id = Reflect.get(person, 'id')
  if (typeof id !== 'number' || primary === undefined) return null
  const name = String(Reflect.get(person, 'name') ?? Reflect.get(person, 'login') ?? '')
  return { id: String(id), email: String(Object(primary).email), emailVerified: true, name }
}

async function fetchJson(url: string, headers: Readonly<Record<string, string>> = {}): Promise<object> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const response = await fetch(url, { headers: { accept: 'application/json', ...headers }, signal, redirect: 'error' })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  const text = await response.text()
  if (text.length > LARGEST_ANSWER) throw new Error(`${url} answered more than ${LARGEST_ANSWER} characters`)
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new Error(`${url} answered no object`)
  return value
}
