import type { RegistrationStore } from '../accounts/registration-store.ts'
import { INSTALLATION_LOG } from '../audit/account-record.ts'
import type { StoreContext } from './store-context.ts'

/** The setting, as it stands in the table of the installation. */
const SETTING = 'open-registration'

export function registrationStore({ database, audit }: StoreContext): RegistrationStore {
  return {
    isOpen: () =>
      database.read(async (db) => {
        const row = await db.selectFrom('installation').select('value').where('name', '=', SETTING).executeTakeFirst()
        return row?.value === 'yes'
      }),
    set: async (open, record) => {
      const value = open ? 'yes' : 'no'
      await database.write(async (trx) => {
        await trx
          .insertInto('installation')
          .values({ name: SETTING, value })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
          .execute()
        await audit.record(trx, INSTALLATION_LOG, record)
      })
    },
  }
}
