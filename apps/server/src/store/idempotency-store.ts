import { IDEMPOTENCY_MS } from './audit-writer.ts'
import type { StoreContext } from './store-context.ts'
import type { IdempotencyStore } from './stores.ts'

export function idempotencyStore({ database }: StoreContext): IdempotencyStore {
  return {
    find: (scope, key, now) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('idempotency')
          .select(['body_hash', 'object_type', 'object_id'])
          .where('scope', '=', scope)
          .where('key', '=', key)
          .where('created_at', '>', now - IDEMPOTENCY_MS)
          .executeTakeFirst()
        return row && { bodyHash: row.body_hash, object: { type: row.object_type, id: row.object_id } }
      }),
    forget: async (before) => {
      await database.write((trx) => trx.deleteFrom('idempotency').where('created_at', '<', before).execute())
    },
  }
}
