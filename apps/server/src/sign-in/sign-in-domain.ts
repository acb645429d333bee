import { Refusal } from '@chancery/pki'
import type { AccountStore } from '../accounts/account-store.ts'
import type { IdentityStore } from '../accounts/identity-store.ts'
import { type ResetDeps, usePasswordReset } from '../accounts/password-reset.ts'
import { checkEmail } from '../accounts/person.ts'
import {
  type AdmittedRegistration,
  admitByMail,
  type RegistrationRequest,
  registerByPassword,
} from '../accounts/register.ts'
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
  /** Whether mail leaves: then whoever registers sets their password by a link. */
  readonly byMail: boolean
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
  /**
   * Makes an account, or where mail leaves a letter alone: then answer and work are the same whether the address has an account.
   * Throws `Refusal`: 'forbidden' while registration is closed, 'not-permitted', where no mail leaves 'conflict' when the address has
   * an account; `HttpProblem` 'rate-limited'.
   */
  register(request: RegistrationRequest, from: CallOrigin): Promise<Welcome | 'mailed'>
  /**
   * Sends a link for a new password to an address, if it has an account. Answer and work are the same whether it has. Throws
   * `Refusal` 'not-permitted' where no mail leaves, `HttpProblem` 'rate-limited'.
   */
  askForPassword(email: string, from: CallOrigin): Promise<void>
  /** Sets a new password by such a link. Throws `Refusal` 'not-found', 'not-permitted'; `HttpProblem` 'rate-limited'. */
  setPassword(use: { readonly secret: string; readonly password: string }, from: CallOrigin): Promise<void>
}

/** How passwords are set by mailed links. The askings leave a word for whoever writes the mail, later. */
export interface MailedParts extends ResetDeps {
  /** Of {@link ResetDeps}, and to make accounts. */
  readonly identities: Pick<IdentityStore, 'findAccount' | 'findAccountByEmail' | 'register'>
  readonly askForPassword: (email: string) => Promise<void>
  readonly askForAccount: (asked: AdmittedRegistration) => Promise<void>
}

export interface SignInDomainParts {
  readonly parts: SignInParts
  readonly accounts: AccountStore
  readonly registration: RegistrationStore
  readonly providers: readonly SignInProvider[]
  /** Absent: there was an account when this process began. */
  readonly setupLink?: SetupLink
  /** Absent: no mail leaves. */
  readonly mailed?: MailedParts
}

export function signInDomain(domain: SignInDomainParts): SignInDomain {
  const { parts, accounts, registration, providers, setupLink, mailed } = domain
  const isSetUp = async () => (await accounts.countAccounts()) > 0
  return {
    parts,
    ...passwordActs(mailed, parts),
    register: registering(mailed, parts),
    methods: async () => ({
      password: true,
      passkeys: passkeysAt(parts.url),
      providers: providers.map(({ id, name }) => ({ id, name })),
      registration: (await registration.isOpen()) ? 'open' : 'closed',
      byMail: mailed !== undefined,
      setup: (await isSetUp()) ? 'done' : 'due',
      passwordReset: mailed === undefined ? 'off' : 'by-mail',
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
  }
}

function registering(mailed: MailedParts | undefined, parts: SignInParts): SignInDomain['register'] {
  return async (request, from) => {
    await takeAttempts([counted('registration', from.address, parts)], parts)
    if (mailed === undefined) {
      const made = await registerByPassword(request, { ...parts, identities: parts.stores.identities })
      return { ...made, cookie: await signInBySetup({ account: made.account, way: 'registration', ...from }, parts) }
    }
    const asked = await admitByMail(request, parts.mayRegister)
    // Together with forgotten passwords: both send letters to that address.
    await takeAttempts([counted('password-reset', asked.email, parts)], parts)
    await mailed.askForAccount(asked)
    return 'mailed'
  }
}

function passwordActs(
  mailed: MailedParts | undefined,
  parts: SignInParts,
): Pick<SignInDomain, 'askForPassword' | 'setPassword'> {
  const { hash } = hashingInTurn(parts.random)
  const offered = (): MailedParts => {
    if (mailed !== undefined) return mailed
    throw new Refusal(
      'not-permitted',
      'This installation sends no mail: ask whoever runs it for a new password (./chancery account reset-password).',
    )
  }
  return {
    askForPassword: async (email, from) => {
      const { askForPassword } = offered()
      const address = checkEmail(email)
      const counts = [counted('password-reset', address, parts), counted('password-reset-address', from.address, parts)]
      await takeAttempts(counts, parts)
      await askForPassword(address)
    },
    setPassword: async (use, from) => {
      const deps = offered()
      await takeAttempts([counted('password-reset-address', from.address, parts)], parts)
      await usePasswordReset(use, parts.now(), { ...deps, hash })
    },
  }
}
