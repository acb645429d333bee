import type { RegistrationStore } from '../accounts/registration-store.ts'
import { INSTALLATION_LOG } from '../audit/account-record.ts'
import { keptRead } from './kept-reads.ts'
import type { StoreContext } from './store-context.ts'

/** The setting, as it stands in the table of the installation. */
const SETTING = 'open-registration'

export function registrationStore({ database, audit }: StoreContext): RegistrationStore {
  // Asked before every request to a stranger's server.
  const setting = keptRead(database, ['installation'], (name) =>
    database.read(async (db) => {
      const row = await db.selectFrom('installation').select('value').where('name', '=', name).executeTakeFirst()
      return row?.value ?? 'no'
    }),
  )
  return {
    isOpen: async () => (await setting(SETTING)) === 'yes',
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
