import { Refusal } from '@chancery/pki'
import type { IdentityStore } from './identity-store.ts'
import { hashPassword } from './password.ts'
import { accountThereLetter, accountWithoutPasswordThereLetter, registrationLetter } from './password-letters.ts'
import { type LinkLetters, type ResetDeps, sendPasswordLink } from './password-reset.ts'
import type { AdmittedRegistration } from './register.ts'

const NEW: LinkLetters = {
  kind: 'registration',
  action: 'account.register-mail',
  withLink: registrationLetter,
  withoutPassword: accountWithoutPasswordThereLetter,
}
const THERE: LinkLetters = { ...NEW, withLink: accountThereLetter }

export interface RegisterByMailDeps extends Pick<ResetDeps, 'resets' | 'mail' | 'url' | 'random'> {
  readonly identities: Pick<IdentityStore, 'findAccountByEmail' | 'register'>
  readonly newId: () => string
}

/**
 * Answers a registration by mail alone. A new address gets an account with a tenant of its own and a password that nobody knows, and
 * the link to set one: who follows it has shown that the address is theirs. An address with an account gets a letter that says so,
 * with such a link too: also who lost the first letter comes in by it. It is not called while somebody waits for an answer.
 */
export async function registerByMail(asked: AdmittedRegistration, at: number, deps: RegisterByMailDeps): Promise<void> {
  const find = () => deps.identities.findAccountByEmail(asked.email)
  const known = await find()
  const isNew = known === undefined && (await makeAccount(asked, at, deps))
  const account = known ?? (await find())
  // Absent: somebody else's removal came in between.
  if (account !== undefined) await sendPasswordLink(account, isNew ? NEW : THERE, at, deps)
}

/** False when another registration made it meanwhile. */
async function makeAccount(
  { email, name, tenantName }: AdmittedRegistration,
  at: number,
  { identities, newId, random }: RegisterByMailDeps,
): Promise<boolean> {
  const id = newId()
  const passwordHash = await hashPassword(Buffer.from(random(32)).toString('base64url'), random)
  const record = { account: id, actor: { kind: 'stranger' }, at, object: { type: 'account', id } } as const
  try {
    await identities.register(
      { account: { id, email, name, passwordHash }, tenant: { id: newId(), name: tenantName } },
      { ...record, action: 'account.register' },
    )
    return true
  } catch (error) {
    if (error instanceof Refusal && error.code === 'conflict') return false
    throw error
  }
}
