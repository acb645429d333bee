import type { Kysely } from 'kysely'
import type { Columns } from './columns.ts'

/** How a key signs, where somebody chose. The release before lets every key sign by its default, and goes on doing so. */
export async function addGenerationSignature(db: Kysely<unknown>, { text }: Columns): Promise<void> {
  await db.schema.alterTable('generation').addColumn('signature_algorithm', text).execute()
}
