import type { Kysely } from 'kysely'
import type { Columns } from './columns.ts'

/**
 * What tenants are told beforehand, how far the search for what expires has come, and what is gathered for a mail. The release before
 * knows none of these tables, and tells nobody.
 */
export async function createNotices(db: Kysely<unknown>, { text, integer, keyedTableOptions }: Columns): Promise<void> {
  await db.schema
    .createTable('notice_settings')
    .addColumn('tenant', text, (c) => c.primaryKey())
    .addColumn('settings', text, (c) => c.notNull())
    .modifyEnd(keyedTableOptions)
    .execute()
  await db.schema
    .createTable('expiry_progress')
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('days', integer, (c) => c.notNull())
    .addColumn('not_after', integer, (c) => c.notNull())
    .addColumn('certificate', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('expiry_progress_key', ['tenant', 'days'])
    .modifyEnd(keyedTableOptions)
    .execute()
  await db.schema
    .createTable('expiry_digest')
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('address', text, (c) => c.notNull())
    .addColumn('outside', integer, (c) => c.notNull())
    .addColumn('count', integer, (c) => c.notNull())
    .addColumn('lines', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('expiry_digest_key', ['tenant', 'address'])
    .modifyEnd(keyedTableOptions)
    .execute()
  // Tenants look at their own mails, newest first, of all states or of one.
  const index = (name: string) => db.schema.createIndex(`mail_${name}`).on('mail')
  await index('tenant').columns(['tenant', 'id']).execute()
  await index('tenant_state').columns(['tenant', 'state', 'id']).execute()
}
