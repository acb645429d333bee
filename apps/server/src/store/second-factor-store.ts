import { Refusal } from '@chancery/pki'
import type { SecondFactor, SecondFactorStore } from '../accounts/second-factor-store.ts'
import { recordOfAccount } from './account-audit.ts'
import type { SecondFactorTable } from './sign-in-schema.ts'
import type { StoreContext } from './store-context.ts'

export function secondFactorStore(context: StoreContext): SecondFactorStore {
  const { database } = context
  return {
    find: (account) =>
      database.read(async (db) => {
        const row = await db.selectFrom('second_factor').selectAll().where('account', '=', account).executeTakeFirst()
        return row && toFactor(row)
      }),
    begin: async (factor) => {
      const row = toRow(factor)
      const { numInsertedOrUpdatedRows } = await database.write((trx) =>
        trx
          .insertInto('second_factor')
          .values(row)
          .onConflict((conflict) =>
            conflict.column('account').doUpdateSet(row).where('second_factor.confirmed', '=', 0),
          )
          .executeTakeFirstOrThrow(),
      )
      if (numInsertedOrUpdatedRows !== 1n) {
        throw new Refusal('conflict', 'This account has a second factor already: remove it first.')
      }
    },
    confirm: (account, record) =>
      database.write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('second_factor')
          .set({ confirmed: 1 })
          .where('account', '=', account)
          .where('confirmed', '=', 0)
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        await recordOfAccount(trx, context, record)
        return true
      }),
    takeStep: (account, step) =>
      database.write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('second_factor')
          .set({ last_step: step })
          .where('account', '=', account)
          .where('last_step', '<', step)
          .executeTakeFirstOrThrow()
        return numUpdatedRows > 0n
      }),
    replaceRecoveryCodes: (account, before, after, record) =>
      database.write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('second_factor')
          .set({ sealed_recovery_codes: after })
          .where('account', '=', account)
          .where('sealed_recovery_codes', '=', before)
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        await recordOfAccount(trx, context, record)
        return true
      }),
    remove: (account, record) =>
      database.write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('second_factor')
          .where('account', '=', account)
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) return false
        await recordOfAccount(trx, context, record)
        return true
      }),
  }
}

function toRow(factor: SecondFactor): SecondFactorTable {
  const { confirmed, lastStep, createdAt, sealedSecret, sealedRecoveryCodes, ...row } = factor
  return {
    ...row,
    confirmed: confirmed ? 1 : 0,
    last_step: lastStep,
    created_at: createdAt,
    sealed_secret: sealedSecret,
    sealed_recovery_codes: sealedRecoveryCodes,
  }
}

function toFactor(row: SecondFactorTable): SecondFactor {
  return {
    id: row.id,
    account: row.account,
    confirmed: row.confirmed === 1,
    lastStep: row.last_step,
    createdAt: row.created_at,
    sealedSecret: row.sealed_secret,
    sealedRecoveryCodes: row.sealed_recovery_codes,
  }
}
