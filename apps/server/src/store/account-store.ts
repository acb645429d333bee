import { Refusal } from '@chancery/pki'
import type { AccountStore, ApiToken, NewToken } from '../accounts/account-store.ts'
import { type Role, type ScopedRole, within } from '../accounts/roles.ts'
import { isUniqueViolation } from './database-errors.ts'
import type { ApiTokenTable, Flag } from './schema.ts'
import { statement } from './statement.ts'
import type { StoreContext } from './store-context.ts'

export function accountStore(context: StoreContext): AccountStore {
  return {
    ...accounts(context),
    ...tokens(context),
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
        const { passwordHash, ...person } = account
        await trx
          .insertInto('account')
          .values({ ...person, password_hash: passwordHash, operator: 1, created_at })
          .execute()
        await trx
          .insertInto('tenant')
          .values({ ...tenant, issuer_version: 0, created_at })
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

function tokens({ database, audit }: StoreContext) {
  return {
    createToken: async (token, record) => {
      try {
        await database.write(async (trx) => {
          await audit.recordCreation(trx, token.tenant, record)
          await trx.insertInto('api_token').values(tokenRow(token)).execute()
        })
      } catch (error) {
        if (isUniqueViolation(error)) throw new Refusal('conflict', 'This token exists already.')
        throw error
      }
    },
    listTokens: (tenant) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('api_token')
          .selectAll()
          .where('tenant', '=', tenant)
          .orderBy('id', 'desc')
          .execute()
        return rows.map(toToken)
      }),
    revokeToken: (tenant, token, record) =>
      database.write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('api_token')
          .set({ revoked_at: record.act.at })
          .where('tenant', '=', tenant)
          .where('id', '=', token)
          .where('revoked_at', 'is', null)
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        await audit.record(trx, tenant, record)
        return true
      }),
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
      if (tenant === null || role === null) continue
      tenants.set(tenant, [...(tenants.get(tenant) ?? []), scopedRole(role, authority)])
    }
    return { operator: first.operator === 1, tenants }
  }
}

/** A role as a membership says it: the empty text is the whole tenant. */
function scopedRole(role: Role, authority: string | null): ScopedRole {
  return { role, ...(authority !== '' && authority !== null && { authority }) }
}

type TokenAndMembership = Pick<ApiTokenTable, 'id' | 'tenant' | 'account' | 'role' | 'authority'> & {
  member_role: Role
  member_authority: string
}

/** Asked for every call of the API. */
function principalByToken({ database }: StoreContext): AccountStore['principalByToken'] {
  const find = statement<{ secretHash: Uint8Array; now: number }, TokenAndMembership>((place) =>
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
        'membership.role as member_role',
        'membership.authority as member_authority',
      ])
      .where('api_token.secret_hash', '=', place('secretHash'))
      .where('api_token.revoked_at', 'is', null)
      .where('api_token.expires_at', '>', place('now')),
  )
  return async (secretHash, now) => {
    const { rows } = await database.read((db) => find(db, { secretHash, now }))
    const [first] = rows
    if (first === undefined) return undefined
    const { id, tenant, account, role, authority } = first
    const memberships = rows.map((row) => scopedRole(row.member_role, row.member_authority))
    const roles = within(scopedRole(role, authority), memberships)
    return roles.length === 0 ? undefined : { tenant, account, token: id, roles }
  }
}

function tokenRow({ secretHash, createdAt, expiresAt, authority, ...token }: NewToken): ApiTokenTable {
  return {
    ...token,
    authority: authority ?? null,
    secret_hash: secretHash,
    created_at: createdAt,
    expires_at: expiresAt,
    last_used_at: null,
    revoked_at: null,
  }
}

function toToken({ authority, created_at, expires_at, last_used_at, revoked_at, ...row }: ApiTokenTable): ApiToken {
  const { id, tenant, account, name, role } = row
  return {
    id,
    tenant,
    account,
    name,
    role,
    ...(authority !== null && { authority }),
    createdAt: created_at,
    expiresAt: expires_at,
    ...(last_used_at !== null && { lastUsedAt: last_used_at }),
    ...(revoked_at !== null && { revokedAt: revoked_at }),
  }
}
