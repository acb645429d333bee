import { type Kysely, sql } from 'kysely'

/** What a scrape of metrics asks for across tenants: the requests that wait, the oldest first. */
export async function createOperations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('enrollment_request_waiting')
    .on('enrollment_request')
    .column('created_at')
    .where(sql.ref('status'), '=', sql.lit('pending'))
    .execute()
}
