import { Refusal } from '@chancery/pki'
import type { ApiToken, NewToken, TokenStore } from '../accounts/token-store.ts'
import { isUniqueViolation } from './database-errors.ts'
import { checkScopes, holdMembers, rolesOf, scopedRole } from './membership-rows.ts'
import { pageById } from './page-cursor.ts'
import type { ApiTokenTable } from './people-schema.ts'
import type { Db, TenantContext, Trx } from './store-context.ts'

/** Tokens that an account may have in a tenant: more are forgotten ones. */
const MOST_TOKENS = 200

export function tokenStore({ database, tenant, audit }: TenantContext): TokenStore {
  return {
    create: async (token, judge, record) => {
      try {
        await database.write(async (trx) => {
          await audit.recordCreation(trx, tenant, record)
          await holdMembers(trx, tenant)
          judge(await rolesOf(trx, tenant, token.account))
          await checkScopes(trx, tenant, [token])
          await checkRoom(trx, tenant, token)
          await trx
            .insertInto('api_token')
            .values(tokenRow({ ...token, tenant }))
            .execute()
        })
      } catch (error) {
        if (isUniqueViolation(error)) throw new Refusal('conflict', 'This token exists already.')
        throw error
      }
    },
    find: (token) =>
      database.read(async (db) => {
        const row = await tokens(db, tenant).where('id', '=', token).executeTakeFirst()
        return row && toToken(row)
      }),
    list: ({ account }, page) => {
      const read = (limit: number, before: string | undefined) =>
        database.read((db) => {
          let rows = tokens(db, tenant)
          if (account !== undefined) rows = rows.where('account', '=', account)
          if (before !== undefined) rows = rows.where('id', '<', before)
          return rows.orderBy('id', 'desc').limit(limit).execute()
        })
      return pageById(page, read, toToken)
    },
    revoke: (token, { account }, record) =>
      database.write(async (trx) => {
        let row = trx
          .updateTable('api_token')
          .set({ revoked_at: record.act.at })
          .where('tenant', '=', tenant)
          .where('id', '=', token)
          .where('revoked_at', 'is', null)
        if (account !== undefined) row = row.where('account', '=', account)
        const { numUpdatedRows } = await row.executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        await audit.record(trx, tenant, record)
        return true
      }),
  }
}

function tokens(db: Db, tenant: string) {
  return db.selectFrom('api_token').selectAll().where('tenant', '=', tenant)
}

async function checkRoom(trx: Trx, tenant: string, { account, createdAt }: NewToken): Promise<void> {
  const { count } = await trx
    .selectFrom('api_token')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant', '=', tenant)
    .where('account', '=', account)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', createdAt)
    .executeTakeFirstOrThrow()
  if (count < MOST_TOKENS) return
  throw new Refusal('not-permitted', `An account has at most ${MOST_TOKENS} tokens in a tenant: revoke some first.`)
}

export function tokenRow({ secretHash, createdAt, expiresAt, authority, ...token }: NewToken): ApiTokenTable {
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

function toToken({
  role,
  authority,
  created_at,
  expires_at,
  last_used_at,
  revoked_at,
  ...row
}: ApiTokenTable): ApiToken {
  const { id, tenant, account, name } = row
  return {
    id,
    tenant,
    account,
    name,
    ...scopedRole(role, authority),
    createdAt: created_at,
    expiresAt: expires_at,
    ...(last_used_at !== null && { lastUsedAt: last_used_at }),
    ...(revoked_at !== null && { revokedAt: revoked_at }),
  }
}
