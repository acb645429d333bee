import { counted } from './pace.ts'
import type { SignInParts } from './sign-in-parts.ts'

/**
 * Records that somebody tried a wrong password at an account, in its tenants. Not each time: at the 1st, 5th, 10th, 50th, 100th …
 * failure in a row, so that who guesses does not write the log.
 */
export async function recordRefusedSignIn(email: string, address: string, parts: SignInParts): Promise<void> {
  const { identities, attempts } = parts.stores
  const account = await identities.findAccountByEmail(email)
  if (account === undefined) return
  const failures = await attempts.count(counted('account', email, parts).key)
  if (failures > 0 && !/^[15]0*$/.test(String(failures))) return
  await identities.note({
    account: account.id,
    actor: { kind: 'stranger' },
    at: parts.now(),
    action: 'session.refuse',
    object: { type: 'account', id: account.id },
    details: { failures: Math.max(failures, 1), address },
  })
}
