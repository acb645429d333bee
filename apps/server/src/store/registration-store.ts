import type { RegistrationStore } from '../accounts/registration-store.ts'
import type { StoreContext } from './store-context.ts'

/** The setting, as it stands in the table of the installation. */
const SETTING = 'open-registration'

export function registrationStore({ database }: StoreContext): RegistrationStore {
  return {
    isOpen: () =>
      database.read(async (db) => {
        const row = await db.selectFrom('installation').select('value').where('name', '=', SETTING).executeTakeFirst()
        return row?.value === 'yes'
      }),
  }
}
