import { passkey } from '@better-auth/passkey'
import { betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { genericOAuth } from 'better-auth/plugins/generic-oauth'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { cookiePrefix, type Scheme, SESSION_LIFETIME } from '../accounts/session-of.ts'
import { accountAdapter } from './account-adapter.ts'
import { SIGN_IN_PATH } from './endpoints.ts'
import { hashingInTurn } from './hashing.ts'
import { type OpenedProvider, providerConfig } from './provider-config.ts'
import type { SignInParts } from './sign-in-parts.ts'

/** To change how one signs in, one has to have signed in within this hour. */
const FRESH_SECONDS = 3600

/** Answers a request to one of better-auth's endpoints. Which of them can be reached is decided by who mounts them. */
export type AuthHandler = (request: Request) => Promise<Response>

/**
 * better-auth over our tables, with these providers, for calls that come by this scheme. It keeps no state of its own: making it anew
 * loses nothing.
 */
export function openBetterAuth(parts: SignInParts, providers: readonly OpenedProvider[], scheme: Scheme): AuthHandler {
  const { url, secret, log } = parts
  const auth = betterAuth({
    appName: 'Chancery',
    baseURL: url,
    basePath: SIGN_IN_PATH,
    secret,
    database: accountAdapter(parts, providers),
    trustedOrigins: [url],
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      // Ours are stricter, and count characters: these are only for the hash not to work on a book.
      minPasswordLength: 1,
      maxPasswordLength: 1024,
      password: hashingInTurn(parts.random),
    },
    session: {
      expiresIn: SESSION_LIFETIME.absolute / 1000,
      disableSessionRefresh: true,
      freshAge: FRESH_SECONDS,
      cookieCache: { enabled: false },
    },
    account: {
      updateAccountOnSignIn: false,
      accountLinking: {
        enabled: true,
        // An address says who somebody is at the provider, not here: only who is signed in links.
        disableImplicitLinking: true,
        allowDifferentEmails: true,
        trustedProviders: providers.map(({ id }) => id),
        allowUnlinkingAll: false,
      },
    },
    verification: { storeIdentifier: 'hashed', disableCleanup: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    onAPIError: { errorURL: `${url}/sign-in` },
    advanced: {
      cookiePrefix: cookiePrefix(scheme),
      // It would write another prefix than ours, which is stricter.
      useSecureCookies: false,
      defaultCookieAttributes: { secure: scheme === 'https', httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { disableIpTracking: true },
    },
    // What it says beside its message may hold tokens and addresses of people.
    logger: { level: 'error', log: (_level, message) => log.warn('better-auth', { message }) },
    plugins: [
      twoFactor({
        allowPasswordless: true,
        // Pauses grow with each attempt instead, for all that can be guessed.
        accountLockout: { enabled: false },
        backupCodeOptions: { storeBackupCodes: 'plain' },
      }),
      passkey({
        rpID: new URL(url).hostname,
        rpName: 'Chancery',
        origin: url,
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        registration: {
          requireSession: true,
          afterVerification: ({ verification }) => refuseUnverified(verification.registrationInfo?.userVerified),
        },
        authentication: {
          afterVerification: ({ verification }) => refuseUnverified(verification.authenticationInfo.userVerified),
        },
      }),
      genericOAuth({ config: providers.map((provider) => providerConfig(provider, log)) }),
    ],
  })
  auth.$context.catch((error: unknown) => log.error('sign-in could not be opened', { error }))
  return (request) => auth.handler(request)
}

/** A passkey stands for password and second factor: so it has to know who touches it. */
async function refuseUnverified(userVerified: boolean | undefined): Promise<void> {
  if (userVerified === true) return
  throw new APIError('UNAUTHORIZED', {
    message: 'The passkey did not make sure who used it: unlock it by PIN or finger.',
  })
}
