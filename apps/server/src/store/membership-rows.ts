import { Refusal } from '@chancery/pki'
import type { NewAccount } from '../accounts/account-store.ts'
import type { Role, ScopedRole } from '../accounts/roles.ts'
import type { Flag } from './schema.ts'
import type { Db, Trx } from './store-context.ts'

/**
 * From here to its end a transaction changes who may do what in a tenant alone: the others wait for the row of the tenant, and
 * then see what it did. Throws a fault for a tenant that is not there.
 */
export async function holdMembers(trx: Trx, tenant: string): Promise<void> {
  const held = await trx
    .updateTable('tenant')
    .set((eb) => ({ name: eb.ref('name') }))
    .where('id', '=', tenant)
    .returning('id')
    .executeTakeFirst()
  if (held === undefined) throw new Error('the members of a tenant that is not there were to be changed')
}

/** The roles of an account in a tenant; none when it is no member. */
export async function rolesOf(db: Db | Trx, tenant: string, account: string): Promise<readonly ScopedRole[]> {
  const rows = await db
    .selectFrom('membership')
    .select(['role', 'authority'])
    .where('tenant', '=', tenant)
    .where('account', '=', account)
    .orderBy('authority')
    .execute()
  return rows.map(({ role, authority }) => scopedRole(role, authority))
}

/** A role as a row says it: the empty text, and null, are the whole tenant. */
export function scopedRole(role: Role, authority: string | null): ScopedRole {
  return { role, ...(authority !== '' && authority !== null && { authority }) }
}

/** Throws `Refusal` 'not-found' when one of the CAs that roles are for is none of the tenant's, or deleted. */
export async function checkScopes(trx: Trx, tenant: string, roles: readonly ScopedRole[]): Promise<void> {
  const meant = roles.flatMap(({ authority }) => (authority === undefined ? [] : [authority]))
  if (meant.length === 0) return
  const there = await trx
    .selectFrom('authority')
    .select('id')
    .where('tenant', '=', tenant)
    .where('id', 'in', meant)
    .where('status', '<>', 'deleted')
    .execute()
  const missing = meant.find((authority) => !there.some(({ id }) => id === authority))
  if (missing === undefined) return
  throw new Refusal('not-found', `There is no certificate authority ${missing} in this tenant.`)
}

/** The row of a new account. Its address is taken when this breaks a unique key. */
export async function insertAccount(
  trx: Trx,
  { passwordHash, ...person }: NewAccount,
  operator: Flag,
  at: number,
): Promise<void> {
  await trx
    .insertInto('account')
    .values({ ...person, password_hash: passwordHash, operator, created_at: at })
    .execute()
}

/** Ends every right that is for one CA: of members, tokens, and invitations; of who has no other role the membership. Inside a transaction that holds the tenant's row. */
export async function endRolesFor(trx: Trx, tenant: string, authority: string, at: number): Promise<void> {
  for (const table of ['membership', 'invitation'] as const) {
    await trx.deleteFrom(table).where('tenant', '=', tenant).where('authority', '=', authority).execute()
  }
  await trx
    .updateTable('api_token')
    .set({ revoked_at: at })
    .where('tenant', '=', tenant)
    .where('authority', '=', authority)
    .where('revoked_at', 'is', null)
    .execute()
  await endWithoutMembers(trx, tenant, at)
}

/** What was left to those who are no members any more: with a later membership it would come to life again. */
async function endWithoutMembers(trx: Trx, tenant: string, at: number): Promise<void> {
  const members = trx.selectFrom('membership').select('account').where('tenant', '=', tenant)
  await trx
    .updateTable('api_token')
    .set({ revoked_at: at })
    .where('tenant', '=', tenant)
    .where('revoked_at', 'is', null)
    .where('account', 'not in', members)
    .execute()
  await trx.deleteFrom('invitation').where('tenant', '=', tenant).where('invited_by', 'not in', members).execute()
}
