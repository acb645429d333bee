import type { StoreContext } from './store-context.ts'
import type { InstallationStore } from './stores.ts'

export function installationStore({ database }: StoreContext): InstallationStore {
  return {
    get: (name) =>
      database.read(async (db) => {
        const row = await db.selectFrom('installation').select('value').where('name', '=', name).executeTakeFirst()
        return row?.value
      }),
    setOnce: (name, value) =>
      database.write(async (trx) => {
        await trx
          .insertInto('installation')
          .values({ name, value })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
        const row = await trx
          .selectFrom('installation')
          .select('value')
          .where('name', '=', name)
          .executeTakeFirstOrThrow()
        return row.value
      }),
    isEmpty: () =>
      database.read(async (db) => {
        const key = await db
          .selectFrom('generation')
          .select('id')
          .where('sealed_key', 'is not', null)
          .limit(1)
          .execute()
        const service = await db.selectFrom('service_certificate').select('id').limit(1).execute()
        return key.length === 0 && service.length === 0
      }),
  }
}
