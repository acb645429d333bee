import type { Member, MemberStore } from '../accounts/member-store.ts'
import type { ScopedRole } from '../accounts/roles.ts'
import { checkScopes, holdMembers, rolesOf, scopedRole } from './membership-rows.ts'
import { pageById } from './page-cursor.ts'
import type { Db, TenantContext, Trx } from './store-context.ts'

export function memberStore({ database, tenant, audit }: TenantContext): MemberStore {
  return {
    list: (page) => {
      const read = (limit: number, before: string | undefined) =>
        database.read((db) => membersOf(db, tenant, { limit, before }))
      return pageById(page, read, (member) => member)
    },
    find: (account) => database.read(async (db) => (await membersOf(db, tenant, { account, limit: 1 }))[0]),
    setRoles: ({ account, by, roles, at }, judge) =>
      database.write(async (trx) => {
        await holdMembers(trx, tenant)
        const of = await rolesOf(trx, tenant, account)
        if (of.length === 0) return false
        const record = judge({
          by: await rolesOf(trx, tenant, by),
          of,
          otherOwners: await hasOtherOwners(trx, tenant, account),
        })
        await checkScopes(trx, tenant, roles)
        await replaceRoles(trx, tenant, account, roles)
        await endTokens(trx, tenant, { account, roles, at })
        if (roles.length === 0) await withdrawInvitations(trx, tenant, account)
        await audit.record(trx, tenant, record)
        return true
      }),
  }
}

/** Members with their roles, newest account first. */
async function membersOf(
  db: Db,
  tenant: string,
  {
    account,
    limit,
    before,
  }: { readonly account?: string; readonly limit: number; readonly before?: string | undefined },
): Promise<readonly Member[]> {
  let accounts = db.selectFrom('membership').select('account').distinct().where('tenant', '=', tenant)
  if (account !== undefined) accounts = accounts.where('account', '=', account)
  if (before !== undefined) accounts = accounts.where('account', '<', before)
  const rows = await db
    .selectFrom('membership')
    .innerJoin('account', 'account.id', 'membership.account')
    .select(['account.id', 'account.email', 'account.name', 'role', 'authority', 'membership.created_at'])
    .where('membership.tenant', '=', tenant)
    .where('membership.account', 'in', accounts.orderBy('account', 'desc').limit(limit))
    .orderBy('account.id', 'desc')
    .orderBy('authority')
    .execute()
  return [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((some) => {
    const [first] = some
    if (first === undefined) return []
    const { id, email, name } = first
    const roles = some.map(({ role, authority }) => scopedRole(role, authority))
    return [{ id, email, name, roles, since: Math.min(...some.map(({ created_at }) => created_at)) }]
  })
}

async function hasOtherOwners(trx: Trx, tenant: string, account: string): Promise<boolean> {
  const other = await trx
    .selectFrom('membership')
    .select('account')
    .where('tenant', '=', tenant)
    .where('role', '=', 'owner')
    .where('authority', '=', '')
    .where('account', '<>', account)
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

async function replaceRoles(trx: Trx, tenant: string, account: string, roles: readonly ScopedRole[]): Promise<void> {
  const before = await trx
    .deleteFrom('membership')
    .where('tenant', '=', tenant)
    .where('account', '=', account)
    .returning('created_at')
    .execute()
  if (roles.length === 0) return
  const created_at = Math.min(...before.map((row) => row.created_at))
  const rows = roles.map(({ role, authority = '' }) => ({ tenant, account, role, authority, created_at }))
  await trx.insertInto('membership').values(rows).execute()
}

/** Tokens for what the roles do not reach any more: they would come to life again with a later role. */
async function endTokens(
  trx: Trx,
  tenant: string,
  { account, roles, at }: { readonly account: string; readonly roles: readonly ScopedRole[]; readonly at: number },
): Promise<void> {
  if (roles.some(({ authority }) => authority === undefined)) return
  const reached = roles.flatMap(({ authority }) => (authority === undefined ? [] : [authority]))
  let tokens = trx
    .updateTable('api_token')
    .set({ revoked_at: at })
    .where('tenant', '=', tenant)
    .where('account', '=', account)
    .where('revoked_at', 'is', null)
  if (reached.length > 0) tokens = tokens.where('authority', 'is not', null).where('authority', 'not in', reached)
  await tokens.execute()
}

/** Those that the member sent, and those to the member: who was removed would come back by one that is still open. */
async function withdrawInvitations(trx: Trx, tenant: string, account: string): Promise<void> {
  await trx
    .deleteFrom('invitation')
    .where('tenant', '=', tenant)
    .where((eb) =>
      eb.or([
        eb('invited_by', '=', account),
        eb('email', 'in', eb.selectFrom('account').select('account.email').where('account.id', '=', account)),
      ]),
    )
    .execute()
}
