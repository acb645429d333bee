import { Refusal } from '@chancery/pki'
import type { AccountStore } from './account-store.ts'

/** Which tenant is meant: by its id, or by a member's e-mail address where that member has one tenant only. */
export interface MemberQuery {
  readonly email?: string
  readonly tenant?: string
}

/**
 * The account and tenant that an operator names at the command line. Throws `Refusal`: 'not-found' for an unknown address or
 * tenant of it, 'malformed' when the address alone does not tell which tenant.
 */
export async function findMember(
  { email, tenant }: { readonly email: string; readonly tenant?: string },
  accounts: Pick<AccountStore, 'findAccountByEmail' | 'memberships'>,
): Promise<{ readonly account: string; readonly tenant: string }> {
  const account = await accounts.findAccountByEmail(email.trim().toLowerCase())
  if (account === undefined) throw new Refusal('not-found', `There is no account ${email}.`)
  const tenants = [...new Set((await accounts.memberships(account.id)).map((membership) => membership.tenant))]
  const meant = tenant === undefined ? tenants : tenants.filter((one) => one === tenant)
  const [only] = meant
  if (only === undefined) throw new Refusal('not-found', `${email} is no member of ${tenant ?? 'any tenant'}.`)
  if (meant.length > 1) {
    throw new Refusal(
      'malformed',
      `${email} is a member of several tenants: say which with --tenant. ${tenants.join(', ')}`,
    )
  }
  return { account: account.id, tenant: only }
}

/** The tenant of a query that names at least one of both. */
export async function findTenant(
  { email, tenant }: MemberQuery,
  accounts: Pick<AccountStore, 'findAccountByEmail' | 'memberships'>,
): Promise<string> {
  if (email !== undefined)
    return (await findMember({ email, ...(tenant === undefined ? {} : { tenant }) }, accounts)).tenant
  if (tenant !== undefined) return tenant
  throw new Refusal('malformed', 'Say whose tokens: --account ADDRESS or --tenant ID.')
}
