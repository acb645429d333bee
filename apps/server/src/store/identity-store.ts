import { Refusal } from '@chancery/pki'
import type { IdentityStore, OutsideIdentity, SignInAccount } from '../accounts/identity-store.ts'
import { recordOfAccount } from './account-audit.ts'
import { isUniqueViolation } from './database-errors.ts'
import type { AccountTable } from './people-schema.ts'
import { endSessions } from './session-store.ts'
import type { OutsideIdentityTable } from './sign-in-schema.ts'
import type { Db, StoreContext } from './store-context.ts'

export function identityStore(context: StoreContext): IdentityStore {
  return { ...accounts(context), ...identities(context) }
}

function accounts(context: StoreContext) {
  const { database } = context
  return {
    findAccount: (id) =>
      database.read(async (db) => toAccount(await selectAccounts(db).where('account.id', '=', id).executeTakeFirst())),
    findAccountByEmail: async (email) => {
      if (email.includes('\0')) return undefined
      return await database.read(async (db) =>
        toAccount(await selectAccounts(db).where('account.email', '=', email).executeTakeFirst()),
      )
    },
    listAccounts: (after, limit) =>
      database.read(async (db) => {
        const rows = await selectAccounts(db)
          .where('account.email', '>', after)
          .orderBy('account.email')
          .limit(limit)
          .execute()
        return rows.flatMap((row) => toAccount(row) ?? [])
      }),
    setPassword: (account, passwordHash, record) =>
      database.write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('account')
          .set({ password_hash: passwordHash })
          .where('id', '=', account)
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        await endSessions(trx, account)
        await recordOfAccount(trx, context, record)
        return true
      }),
    register: async ({ account, tenant, identity }, record) => {
      const created_at = record.at
      const { passwordHash = '', ...person } = account
      try {
        await database.write(async (trx) => {
          const row = { ...person, password_hash: passwordHash, operator: 0, created_at } as const
          await trx.insertInto('account').values(row).execute()
          await trx
            .insertInto('tenant')
            .values({ ...tenant, issuer_version: 0, created_at, own_of: row.id })
            .execute()
          await trx
            .insertInto('membership')
            .values({ tenant: tenant.id, account: account.id, authority: '', role: 'owner', created_at })
            .execute()
          if (identity !== undefined) await trx.insertInto('outside_identity').values(toRow(identity)).execute()
          await recordOfAccount(trx, context, record)
        })
      } catch (error) {
        if (isUniqueViolation(error)) throw new Refusal('conflict', 'There is an account with this address already.')
        throw error
      }
    },
    note: (record) => database.write((trx) => recordOfAccount(trx, context, record)),
  } satisfies Partial<IdentityStore>
}

function identities(context: StoreContext) {
  const { database } = context
  return {
    findIdentity: (issuer, subject) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('outside_identity')
          .selectAll()
          .where('issuer', '=', issuer)
          .where('subject', '=', subject)
          .executeTakeFirst()
        return row && toIdentity(row)
      }),
    identitiesOf: (account) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('outside_identity')
          .selectAll()
          .where('account', '=', account)
          .orderBy('id')
          .limit(100)
          .execute()
        return rows.map(toIdentity)
      }),
    link: async (identity, record) => {
      try {
        await database.write(async (trx) => {
          await trx.insertInto('outside_identity').values(toRow(identity)).execute()
          await recordOfAccount(trx, context, record)
        })
      } catch (error) {
        if (isUniqueViolation(error)) throw new Refusal('conflict', 'This identity belongs to an account already.')
        throw error
      }
    },
    unlink: (account, identity, record) =>
      database.write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('outside_identity')
          .where('account', '=', account)
          .where('id', '=', identity)
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) return false
        await recordOfAccount(trx, context, record)
        return true
      }),
  } satisfies Partial<IdentityStore>
}

type AccountRow = AccountTable & { confirmed: number | null }

function selectAccounts(db: Db) {
  return db
    .selectFrom('account')
    .leftJoin('second_factor', 'second_factor.account', 'account.id')
    .select(['account.id', 'account.email', 'account.name', 'account.password_hash', 'account.operator'])
    .select(['account.created_at', 'second_factor.confirmed'])
}

function toAccount(row: AccountRow | undefined): SignInAccount | undefined {
  if (row === undefined) return undefined
  const { id, email, name, password_hash, operator, created_at, confirmed } = row
  return {
    id,
    email,
    name,
    ...(password_hash !== '' && { passwordHash: password_hash }),
    operator: operator === 1,
    secondFactor: confirmed === 1,
    createdAt: created_at,
  }
}

function toRow({ createdAt, ...row }: OutsideIdentity): OutsideIdentityTable {
  return { ...row, created_at: createdAt }
}

function toIdentity({ created_at, ...row }: OutsideIdentityTable): OutsideIdentity {
  return { ...row, createdAt: created_at }
}
