import { Refusal } from '@chancery/pki'
import type { AccountStore } from '../accounts/account-store.ts'
import { type Principal, type Role, type ScopedRole, within } from '../accounts/roles.ts'
import { SYSTEM_TENANT } from '../tenants/system-tenant.ts'
import { recordOfAccount } from './account-audit.ts'
import { keptRead } from './kept-reads.ts'
import { insertAccount, scopedRole } from './membership-rows.ts'
import { operators } from './operators.ts'
import type { ApiTokenTable } from './people-schema.ts'
import type { Flag } from './schema.ts'
import { statement } from './statement.ts'
import type { StoreContext } from './store-context.ts'
import { tokenRow } from './token-store.ts'

export function accountStore(context: StoreContext): AccountStore {
  return {
    ...accounts(context),
    ...tokens(context),
    ...operators(context),
    standing: standing(context),
    principalByToken: principalByToken(context),
  }
}

function accounts({ database, audit }: StoreContext) {
  return {
    countAccounts: () =>
      database.read(async (db) => {
        const { count } = await db
          .selectFrom('account')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow()
        return count
      }),
    createFirst: async ({ account, tenant, token }, record) => {
      const created_at = record.act.at
      await database.write(async (trx) => {
        // The row that both would write decides between two set-ups at once: each sees no account of the other's.
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('installation')
          .values({ name: 'set-up-at', value: String(created_at) })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow()
        const other = await trx.selectFrom('account').select('id').limit(1).executeTakeFirst()
        if (numInsertedOrUpdatedRows !== 1n || other !== undefined) {
          throw new Refusal('conflict', 'This installation was set up already: its first account exists.')
        }
        await insertAccount(trx, account, 1, created_at)
        await trx
          .insertInto('tenant')
          .values({ ...tenant, issuer_version: 0, created_at, own_of: account.id })
          .execute()
        await trx
          .insertInto('membership')
          .values({ tenant: tenant.id, account: account.id, authority: '', role: 'owner', created_at })
          .execute()
        if (token !== undefined) await trx.insertInto('api_token').values(tokenRow(token)).execute()
        await audit.record(trx, tenant.id, record)
      })
    },
    findAccountByEmail: async (email) => {
      if (email.includes('\0')) return undefined
      const row = await database.read((db) =>
        db.selectFrom('account').select(['id', 'email', 'name']).where('email', '=', email).executeTakeFirst(),
      )
      return row && { ...row }
    },
    find: (account) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('account')
          .select(['id', 'email', 'name', 'created_at as createdAt'])
          .where('id', '=', account)
          .executeTakeFirst()
        return row && { ...row }
      }),
    rename: async (account, name, record) => {
      await database.write(async (trx) => {
        await trx.updateTable('account').set({ name }).where('id', '=', account).execute()
        await recordOfAccount(trx, { audit }, record)
      })
    },
    memberships: (account) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('membership')
          .select(['tenant', 'role', 'authority'])
          .where('account', '=', account)
          .orderBy('tenant')
          .orderBy('authority')
          .execute()
        return rows.map(({ authority, ...row }) => ({ ...row, ...(authority !== '' && { authority }) }))
      }),
  } satisfies Partial<AccountStore>
}

function tokens({ database }: StoreContext) {
  return {
    touchToken: async (token, at) => {
      // Asked before it is written: most calls have nothing to write.
      const row = await database.read((db) =>
        db.selectFrom('api_token').select('last_used_at').where('id', '=', token).executeTakeFirst(),
      )
      if (row === undefined || (row.last_used_at !== null && row.last_used_at > at - A_MINUTE)) return
      await database.write((trx) =>
        trx
          .updateTable('api_token')
          .set({ last_used_at: at })
          .where('id', '=', token)
          .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', at)]))
          .execute(),
      )
    },
  } satisfies Partial<AccountStore>
}

const A_MINUTE = 60_000

interface StandingRow {
  readonly operator: Flag
  readonly tenant: string | null
  readonly role: Role | null
  readonly authority: string | null
}

/** Asked for every call of somebody who is signed in. */
function standing({ database }: StoreContext): AccountStore['standing'] {
  const find = statement<{ account: string }, StandingRow>((place) =>
    database.kysely
      .selectFrom('account')
      .leftJoin('membership', 'membership.account', 'account.id')
      .select(['account.operator', 'membership.tenant', 'membership.role', 'membership.authority'])
      .where('account.id', '=', place('account')),
  )
  return async (account) => {
    const { rows } = await database.read((db) => find(db, { account }))
    const [first] = rows
    if (first === undefined) return undefined
    const tenants = new Map<string, ScopedRole[]>()
    for (const { tenant, role, authority } of rows) {
      // Nobody can be made a member of the system's tenant; should somebody ever be, it opens nothing.
      if (tenant === null || role === null || tenant === SYSTEM_TENANT) continue
      tenants.set(tenant, [...(tenants.get(tenant) ?? []), scopedRole(role, authority)])
    }
    return { operator: first.operator === 1, tenants }
  }
}

type TokenAndMembership = Pick<ApiTokenTable, 'id' | 'tenant' | 'account' | 'role' | 'authority' | 'expires_at'> & {
  member_role: Role
  member_authority: string
}

/** Asked for every call of the API. */
function principalByToken({ database }: StoreContext): AccountStore['principalByToken'] {
  const find = statement<{ secretHash: Uint8Array }, TokenAndMembership>((place) =>
    database.kysely
      .selectFrom('api_token')
      .innerJoin('membership', (join) =>
        join.onRef('membership.account', '=', 'api_token.account').onRef('membership.tenant', '=', 'api_token.tenant'),
      )
      .select([
        'api_token.id',
        'api_token.tenant',
        'api_token.account',
        'api_token.role',
        'api_token.authority',
        'api_token.expires_at',
        'membership.role as member_role',
        'membership.authority as member_authority',
      ])
      .where('api_token.secret_hash', '=', place('secretHash'))
      .where('api_token.revoked_at', 'is', null),
  )
  const known = keptRead(database, ['api_token', 'membership'], async (hash) => {
    const { rows } = await database.read((db) => find(db, { secretHash: Uint8Array.fromBase64(hash) }))
    return bearerOf(rows)
  })
  return async (secretHash, now) => {
    const token = await known(secretHash.toBase64())
    return token !== undefined && token.expiresAt > now ? token.principal : undefined
  }
}

function bearerOf(rows: readonly TokenAndMembership[]) {
  const [first] = rows
  if (first === undefined) return undefined
  const { id, tenant, account, role, authority, expires_at } = first
  const memberships = rows.map((row) => scopedRole(row.member_role, row.member_authority))
  const roles = within(scopedRole(role, authority), memberships)
  if (roles.length === 0) return undefined
  return { expiresAt: expires_at, principal: { tenant, account, token: id, roles } satisfies Principal }
}
