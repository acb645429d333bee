import type { StoreContext } from './store-context.ts'
import type { SystemStores } from './stores.ts'

/** Across tenants: an address reaches its CA without one, for public pages alone. */
export function findAuthorityByPublicId({ database }: StoreContext): SystemStores['authorityByPublicId'] {
  return async (publicId) => {
    // PostgreSQL takes no NUL in a text, and no public id has one.
    if (publicId.includes('\0')) return undefined
    const row = await database.read((db) =>
      db
        .selectFrom('authority')
        .select(['tenant', 'id as authority'])
        .where('public_id', '=', publicId)
        .executeTakeFirst(),
    )
    return row && { ...row }
  }
}

/** Across tenants, for the sweep that finishes what one click began. */
export function findAwaitedFromParents({ database }: StoreContext): SystemStores['awaitedFromParents'] {
  return (createdBefore, limit) =>
    database.read(async (db) => {
      const rows = await db
        .selectFrom('generation')
        .innerJoin('authority', 'authority.id', 'generation.authority')
        .select(['generation.tenant', 'generation.authority', 'generation.id as generation'])
        .where('generation.status', '=', 'awaiting-certificate')
        .where('generation.created_at', '<', createdBefore)
        .where('authority.parent', 'is not', null)
        .where('authority.status', 'in', ['awaiting-certificate', 'active'])
        .orderBy('generation.id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ ...row }))
    })
}
