import { Refusal } from '@chancery/pki'
import type { IdentityStore, SignInAccount } from './identity-store.ts'
import { checkPassword, hashPassword } from './password.ts'
import type { SecondFactorStore } from './second-factor-store.ts'
import type { SessionStore } from './session-store.ts'

const MOST_LISTED = 10_000

/** What the way back into an account needs. Whoever has it has a shell on the machine: nothing else is asked. */
export interface RecoverDeps {
  readonly identities: IdentityStore
  readonly secondFactors: SecondFactorStore
  readonly sessions: SessionStore
  readonly now: () => number
  readonly random: (byteCount: number) => Uint8Array
}

/**
 * Gives an account a new password and ends all its sessions. Throws `Refusal`: 'not-found' for an unknown address,
 * 'not-permitted' for a password that will not do.
 */
export async function resetPassword(email: string, password: string, deps: RecoverDeps): Promise<void> {
  const { id } = await accountOf(email, deps)
  checkPassword(password)
  const passwordHash = await hashPassword(password, deps.random)
  await deps.identities.setPassword(id, passwordHash, recordOf(id, 'password.reset', deps))
}

/** Removes the second factor of an account and ends all its sessions. Throws `Refusal` 'not-found' when there is none. */
export async function removeSecondFactor(email: string, deps: RecoverDeps): Promise<void> {
  const { id } = await accountOf(email, deps)
  if (!(await deps.secondFactors.remove(id, recordOf(id, 'second-factor.remove', deps)))) {
    throw new Refusal('not-found', `${email} has no second factor.`)
  }
  await deps.sessions.endAll(id, undefined, recordOf(id, 'session.end-all', deps))
}

/** All accounts by address. */
export function listAccounts({ identities }: Pick<RecoverDeps, 'identities'>): Promise<readonly SignInAccount[]> {
  return identities.listAccounts('', MOST_LISTED)
}

async function accountOf(email: string, { identities }: RecoverDeps): Promise<SignInAccount> {
  const account = await identities.findAccountByEmail(email.trim().toLowerCase())
  if (account === undefined) throw new Refusal('not-found', `There is no account ${email}.`)
  return account
}

function recordOf(account: string, action: string, { now }: RecoverDeps) {
  const object = { type: 'account', id: account }
  return { account, actor: { kind: 'command-line' } as const, at: now(), action, object }
}
