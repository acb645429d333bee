import type { Db, StoreContext, Trx } from './store-context.ts'
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
        await replaceFact(trx, name, undefined, value)
        const row = await trx
          .selectFrom('installation')
          .select('value')
          .where('name', '=', name)
          .executeTakeFirstOrThrow()
        return row.value
      }),
  }
}

/** Whether the database holds nothing that was sealed. */
export async function isEmpty(db: Db): Promise<boolean> {
  const key = await db.selectFrom('generation').select('id').where('sealed_key', 'is not', null).limit(1).execute()
  const service = await db.selectFrom('service_certificate').select('id').limit(1).execute()
  const secret = await db.selectFrom('sealed_secret').select('name').limit(1).execute()
  return key.length === 0 && service.length === 0 && secret.length === 0
}

/** Puts a fact in the place of what it was, or of nothing. False when it is something else by now. */
export async function replaceFact(trx: Trx, name: string, from: string | undefined, to: string): Promise<boolean> {
  if (from === undefined) {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('installation')
      .values({ name, value: to })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    return numInsertedOrUpdatedRows === 1n
  }
  const { numUpdatedRows } = await trx
    .updateTable('installation')
    .set({ value: to })
    .where('name', '=', name)
    .where('value', '=', from)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}
