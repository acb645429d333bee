import { timingSafeEqual } from 'node:crypto'
import type { PasswordResetStore } from '../accounts/password-reset-store.ts'
import { recordOfAccount } from './account-audit.ts'
import { putMail } from './mail-store.ts'
import { endSessions } from './session-store.ts'
import type { StoreContext } from './store-context.ts'

export function passwordResetStore(context: StoreContext): PasswordResetStore {
  const { database } = context
  return {
    create: async ({ account, secretHash, createdAt, expiresAt }, mail, record) => {
      const row = { secret_hash: secretHash, created_at: createdAt, expires_at: expiresAt }
      await database.write(async (trx) => {
        await trx
          .insertInto('password_reset')
          .values({ ...row, account })
          .onConflict((conflict) => conflict.column('account').doUpdateSet(row))
          .execute()
        await putMail(trx, mail)
        await recordOfAccount(trx, context, record)
      })
    },
    tell: async (mail, record) => {
      await database.write(async (trx) => {
        await putMail(trx, mail)
        await recordOfAccount(trx, context, record)
      })
    },
    find: (secretHash, now) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('password_reset')
          .select(['account', 'secret_hash'])
          .where('secret_hash', '=', secretHash)
          .where('expires_at', '>', now)
          .executeTakeFirst()
        return row !== undefined && timingSafeEqual(row.secret_hash, secretHash) ? row.account : undefined
      }),
    spend: ({ secretHash, account, at, passwordHash }, mail, record) =>
      database.write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('password_reset')
          .where('account', '=', account)
          .where('secret_hash', '=', secretHash)
          .where('expires_at', '>', at)
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) return false
        await trx.updateTable('account').set({ password_hash: passwordHash }).where('id', '=', account).execute()
        await endSessions(trx, account)
        if (mail !== undefined) await putMail(trx, mail)
        await recordOfAccount(trx, context, record)
        return true
      }),
    forget: async (now) => {
      await database.write((trx) => trx.deleteFrom('password_reset').where('expires_at', '<=', now).execute())
    },
  }
}
