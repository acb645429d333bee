import type { Kysely } from 'kysely'
import type { Columns } from './columns.ts'

/** CAs say which version of what can be set of them somebody has seen. The release before does not count its changes. */
export async function addAuthorityRevision(db: Kysely<unknown>, { integer }: Columns): Promise<void> {
  await db.schema
    .alterTable('authority')
    .addColumn('revision', integer, (c) => c.notNull().defaultTo(1))
    .execute()
}
