import type { Sealer } from '@chancery/keys'
import type { AttemptStore } from '../accounts/attempt-store.ts'
import type { ChallengeStore } from '../accounts/challenge-store.ts'
import type { IdentityStore } from '../accounts/identity-store.ts'
import type { PasskeyStore } from '../accounts/passkey-store.ts'
import type { MayRegister } from '../accounts/register.ts'
import type { SecondFactorStore } from '../accounts/second-factor-store.ts'
import type { SessionStore } from '../accounts/session-store.ts'
import type { Log } from '../platform/log.ts'

/** What sign-in keeps, and where. */
export interface SignInStores {
  readonly identities: IdentityStore
  readonly sessions: SessionStore
  readonly passkeys: PasskeyStore
  readonly secondFactors: SecondFactorStore
  readonly challenges: ChallengeStore
  readonly attempts: AttemptStore
}

/** What sign-in is made of. */
export interface SignInParts {
  readonly stores: SignInStores
  readonly sealer: Sealer
  /** Signs cookies, in hex. Derives from the master key. */
  readonly secret: string
  /** `CHANCERY_URL`. */
  readonly url: string
  /** Whether an outside identity that nobody knows may have an account. */
  readonly mayRegister: MayRegister
  readonly now: () => number
  readonly newId: () => string
  readonly random: (byteCount: number) => Uint8Array
  readonly log: Log
}
