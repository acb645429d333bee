import type { AccountStore } from '../accounts/account-store.ts'
import { type Newcomer, registrationRule } from '../accounts/register.ts'
import type { RegistrationStore } from '../accounts/registration-store.ts'
import type { SetupLink } from '../accounts/setup-link.ts'
import type { SignInProvider } from '../platform/sign-in-settings.ts'
import { authHandlers } from './auth-handlers.ts'
import { openProviders } from './open-providers.ts'
import { type Perform, performer } from './perform.ts'
import { type MailedParts, type SignInDomain, signInDomain } from './sign-in-domain.ts'
import type { SignInParts, SignInStores } from './sign-in-parts.ts'

/** What sign-in is opened with. */
export interface SignInOptions extends Omit<SignInParts, 'stores' | 'mayRegister'> {
  readonly stores: SignInStores & { readonly accounts: AccountStore; readonly registration: RegistrationStore }
  readonly providers: readonly SignInProvider[]
  readonly setupLink?: SetupLink
  /** Absent: no mail leaves. */
  readonly mailed?: MailedParts
  /** Whether an invitation waits for somebody who has no account: they may make one while registration is closed. */
  readonly isInvited?: (newcomer: Newcomer) => Promise<boolean>
}

/** Sign-in at work. */
export interface SignIn {
  /** For `mountSignIn`. */
  readonly perform: Perform
  /** Asks the outside providers whether they answer; for when the server serves. */
  readonly askProviders: () => Promise<void>
  /** For the routes beside better-auth's. */
  readonly domain: SignInDomain
}

/** Opens sign-in. Throws `ConfigError` when the secret of a provider cannot be read. */
export function openSignIn(options: SignInOptions): SignIn {
  const { stores, providers, setupLink, mailed, isInvited = async () => false, ...rest } = options
  const { registration, accounts } = stores
  const parts: SignInParts = { ...rest, stores, mayRegister: registrationRule(registration, isInvited) }
  const { askAll, handlerFor } = authHandlers(parts, openProviders(providers))
  return {
    perform: performer(parts, handlerFor),
    askProviders: askAll,
    domain: signInDomain({
      ...{ parts, accounts, registration, providers },
      ...(setupLink && { setupLink }),
      ...(mailed && { mailed }),
    }),
  }
}
