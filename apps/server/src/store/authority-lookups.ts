import { SYSTEM_TENANT } from '../tenants/system-tenant.ts'
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
        .where('tenant', '<>', SYSTEM_TENANT)
        .executeTakeFirst(),
    )
    return row && { ...row }
  }
}
