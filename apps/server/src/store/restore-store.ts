import type { PastRestore, Restored, RestoredExtent, RestoreStore } from '../restores/restored.ts'
import type { StoreContext } from './store-context.ts'

/** Under this name and the backup's id the table `installation` says that a restore was settled. */
const RESTORED = 'restored '
/** The least text above every name that begins so: texts are compared octet by octet. */
const ABOVE = 'restored!'
const MOST = 100

/** The row of `installation` that says of a restore that it was settled. */
export function restoreFact(fact: Restored & RestoredExtent): { readonly name: string; readonly value: string } {
  return { name: `${RESTORED}${fact.backup}`, value: JSON.stringify(fact) }
}

export function restoreStore({ database }: StoreContext): RestoreStore {
  return {
    list: async () => {
      const rows = await database.read((db) =>
        db
          .selectFrom('installation')
          .select('value')
          .where('name', '>', RESTORED)
          .where('name', '<', ABOVE)
          // Ids of backups sort by when they were made.
          .orderBy('name', 'desc')
          .limit(MOST)
          .execute(),
      )
      return rows
        .map(({ value }): PastRestore => ({ engine: database.engine, ...factIn(value) }))
        .sort((a, b) => b.restoredAt - a.restoredAt)
    },
  }
}

/** What `restoreFact` wrote: nobody else writes under these names. */
function factIn(value: string): Restored & RestoredExtent {
  return JSON.parse(value)
}
