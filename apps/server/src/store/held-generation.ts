import type { Trx } from './store-context.ts'

/**
 * Whether the CA of a generation was deleted. Asked in a statement of its own by whoever holds the generation's row: who deletes the
 * CA changes that row too, so it has either ended, and is seen here, or waits. The statement that got the row may have begun before
 * the deletion was over, and would not have seen it.
 */
export async function isOfDeletedAuthority(trx: Trx, generation: string): Promise<boolean> {
  const deleted = await trx
    .selectFrom('generation')
    .innerJoin('authority', 'authority.id', 'generation.authority')
    .select('authority.id')
    .where('generation.id', '=', generation)
    .where('authority.status', '=', 'deleted')
    .executeTakeFirst()
  return deleted !== undefined
}
