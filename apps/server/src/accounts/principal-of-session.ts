import type { AccountStore } from './account-store.ts'
import { isAtLeast, type Principal } from './roles.ts'
import type { SignedIn } from './session-of.ts'

/**
 * What somebody with a session may do in a tenant: the one they name, or their only one. Nothing when they are no member of it,
 * or have several and name none.
 */
export async function principalOfSession(
  { account }: SignedIn,
  tenant: string | undefined,
  accounts: Pick<AccountStore, 'memberships'>,
): Promise<Principal | undefined> {
  const all = await accounts.memberships(account)
  const meant = tenant ?? onlyOne([...new Set(all.map((membership) => membership.tenant))])
  const here = all.filter((membership) => membership.tenant === meant)
  // A role for the whole tenant before one for a CA; of those the greatest.
  const [most] = here.toSorted(
    (a, b) =>
      Number(a.authority !== undefined) - Number(b.authority !== undefined) || (isAtLeast(a.role, b.role) ? -1 : 1),
  )
  return most && { ...most, account }
}

function onlyOne(tenants: readonly string[]): string | undefined {
  return tenants.length === 1 ? tenants[0] : undefined
}
