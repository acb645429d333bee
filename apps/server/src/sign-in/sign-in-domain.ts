import { Refusal } from '@chancery/pki'
import type { AccountStore } from '../accounts/account-store.ts'
import { type ResetDeps, usePasswordReset } from '../accounts/password-reset.ts'
import { checkEmail } from '../accounts/person.ts'
import { type RegistrationRequest, registerByPassword } from '../accounts/register.ts'
import type { RegistrationStore } from '../accounts/registration-store.ts'
import { type FirstAccount, setUpInBrowser } from '../accounts/set-up.ts'
import type { SetupLink } from '../accounts/setup-link.ts'
import { HttpProblem } from '../platform/problem.ts'
import type { CallOrigin } from '../platform/routes.ts'
import type { SignInProvider } from '../platform/sign-in-settings.ts'
import { hashingInTurn } from './hashing.ts'
import { counted, takeAttempts } from './pace.ts'
import { type Passkeys, passkeysAt } from './passkeys-at.ts'
import type { SignInParts } from './sign-in-parts.ts'
import { signInBySetup } from './start-session.ts'

/** What a page of sign-in asks first. */
export interface SignInMethods {
  readonly password: true
  readonly passkeys: Passkeys
  readonly providers: readonly Pick<SignInProvider, 'id' | 'name'>[]
  readonly registration: 'open' | 'closed'
  /** Whether the first account is still to be made. */
  readonly setup: 'due' | 'done'
  /** Whether who forgot their password gets a link by mail. */
  readonly passwordReset: 'by-mail' | 'off'
}

/** Somebody who has just signed in: their account, and the cookie of their session. */
export interface Welcome {
  readonly account: string
  readonly tenant: string
  readonly cookie: string
}

/** What people do before they have a session, and with their sessions. */
export interface SignInDomain {
  readonly parts: SignInParts
  methods(): Promise<SignInMethods>
  /** Makes the first account. Throws `Refusal`, and `HttpProblem` 'forbidden' for another secret than the link's. */
  setUp(secret: string, first: FirstAccount, from: CallOrigin): Promise<Welcome>
  register(request: RegistrationRequest, from: CallOrigin): Promise<Welcome>
  /**
   * Sends a link for a new password to an address, if it has an account. Answer and work are the same whether it has. Throws
   * `Refusal` 'not-permitted' where no mail leaves, `HttpProblem` 'rate-limited'.
   */
  askForPassword(email: string, from: CallOrigin): Promise<void>
  /** Sets a new password by such a link. Throws `Refusal` 'not-found', 'not-permitted'; `HttpProblem` 'rate-limited'. */
  setPassword(use: { readonly secret: string; readonly password: string }, from: CallOrigin): Promise<void>
}

/** How passwords that were forgotten are set anew. */
export interface PasswordResetParts extends ResetDeps {
  /** Leaves a word for whoever writes the mail, later. */
  readonly ask: (email: string) => Promise<void>
}

export interface SignInDomainParts {
  readonly parts: SignInParts
  readonly accounts: AccountStore
  readonly registration: RegistrationStore
  readonly providers: readonly SignInProvider[]
  /** Absent: there was an account when this process began. */
  readonly setupLink?: SetupLink
  /** Absent: no mail leaves. */
  readonly passwordResets?: PasswordResetParts
}

export function signInDomain(domain: SignInDomainParts): SignInDomain {
  const { parts, accounts, registration, providers, setupLink, passwordResets } = domain
  const isSetUp = async () => (await accounts.countAccounts()) > 0
  return {
    parts,
    ...passwordActs(passwordResets, parts),
    methods: async () => ({
      password: true,
      passkeys: passkeysAt(parts.url),
      providers: providers.map(({ id, name }) => ({ id, name })),
      registration: (await registration.isOpen()) ? 'open' : 'closed',
      setup: (await isSetUp()) ? 'done' : 'due',
      passwordReset: passwordResets === undefined ? 'off' : 'by-mail',
    }),
    setUp: async (secret, first, from) => {
      const attempts = counted('setup', from.address, parts)
      await takeAttempts([attempts], parts)
      if (setupLink === undefined || !setupLink.matches(secret)) {
        throw new HttpProblem(
          'forbidden',
          'This link does not open the setup: take the one that the server printed when it last started.',
        )
      }
      const made = await setUpInBrowser(first, { ...parts, accounts })
      await parts.stores.attempts.forgive(attempts.key, true, parts.now())
      return { ...made, cookie: await signInBySetup({ account: made.account, way: 'setup', ...from }, parts) }
    },
    register: async (request, from) => {
      await takeAttempts([counted('registration', from.address, parts)], parts)
      const made = await registerByPassword(request, { ...parts, identities: parts.stores.identities })
      return { ...made, cookie: await signInBySetup({ account: made.account, way: 'registration', ...from }, parts) }
    },
  }
}

function passwordActs(
  resets: PasswordResetParts | undefined,
  parts: SignInParts,
): Pick<SignInDomain, 'askForPassword' | 'setPassword'> {
  const { hash } = hashingInTurn(parts.random)
  const offered = (): PasswordResetParts => {
    if (resets !== undefined) return resets
    throw new Refusal(
      'not-permitted',
      'This installation sends no mail: ask whoever runs it for a new password (./chancery account reset-password).',
    )
  }
  return {
    askForPassword: async (email, from) => {
      const { ask } = offered()
      const address = checkEmail(email)
      const counts = [counted('password-reset', address, parts), counted('password-reset-address', from.address, parts)]
      await takeAttempts(counts, parts)
      await ask(address)
    },
    setPassword: async (use, from) => {
      const deps = offered()
      await takeAttempts([counted('password-reset-address', from.address, parts)], parts)
      await usePasswordReset(use, parts.now(), { ...deps, hash })
    },
  }
}
