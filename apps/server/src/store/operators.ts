import { Refusal } from '@chancery/pki'
import type { AccountStore } from '../accounts/account-store.ts'
import { INSTALLATION_LOG } from '../audit/account-record.ts'
import { pageById } from './page-cursor.ts'
import type { StoreContext, Trx } from './store-context.ts'

/** Who runs the installation. */
export function operators({ database, audit }: StoreContext): Pick<AccountStore, 'operators' | 'setOperator'> {
  return {
    operators: (page) => {
      const read = (limit: number, before: string | undefined) =>
        database.read((db) => {
          const rows = db.selectFrom('account').select(['id', 'email', 'name']).where('operator', '=', 1)
          return (before === undefined ? rows : rows.where('id', '<', before))
            .orderBy('id', 'desc')
            .limit(limit)
            .execute()
        })
      return pageById(page, read, (row) => ({ ...row }))
    },
    setOperator: (account, operator, by, record) =>
      database.write(async (trx) => {
        await holdOperators(trx)
        if (!(await isOperator(trx, by))) throw new Refusal('forbidden', 'You are no operator any more.')
        const { numUpdatedRows } = await trx
          .updateTable('account')
          .set({ operator: operator ? 1 : 0 })
          .where('id', '=', account)
          .where('operator', '=', operator ? 0 : 1)
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        const left = await trx.selectFrom('account').select('id').where('operator', '=', 1).limit(1).executeTakeFirst()
        if (left === undefined) throw new Refusal('conflict', 'The last operator stays: name another one first.')
        await audit.record(trx, INSTALLATION_LOG, record)
        return true
      }),
  }
}

/** Changes of operators wait here for each other: two at once would each see the other still there. */
async function holdOperators(trx: Trx): Promise<void> {
  await trx
    .insertInto('installation')
    .values({ name: 'operators', value: '' })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: '' }))
    .execute()
}

async function isOperator(trx: Trx, account: string): Promise<boolean> {
  const row = await trx
    .selectFrom('account')
    .select('id')
    .where('id', '=', account)
    .where('operator', '=', 1)
    .executeTakeFirst()
  return row !== undefined
}
