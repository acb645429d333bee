import type { Kysely } from 'kysely'
import type { Columns } from './columns.ts'

/**
 * Requests by people: who asked, what was approved for them, and the links by which they look and claim. The release before knows
 * no such requests: it shows them with what it does know, and signs none of them.
 */
export async function createPeople(
  db: Kysely<unknown>,
  { text, integer, bytes, tableOptions, keyedTableOptions }: Columns,
): Promise<void> {
  await db.schema.alterTable('template').addColumn('enrollment', text).execute()
  await db.schema.alterTable('enrollment_request').addColumn('email', text).execute()
  await db.schema.alterTable('enrollment_request').addColumn('approved', text).execute()
  await db.schema
    .createTable('request_link')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('request', text, (c) => c.notNull())
    .addColumn('purpose', text, (c) => c.notNull())
    .addColumn('secret_hash', bytes, (c) => c.notNull().unique())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('spent_at', integer)
    .addUniqueConstraint('request_link_key', ['tenant', 'request', 'purpose'])
    .addForeignKeyConstraint(
      'request_link_of',
      ['tenant', 'request'],
      'enrollment_request',
      ['tenant', 'id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .modifyEnd(tableOptions)
    .execute()
  await db.schema
    .createTable('renewal')
    .addColumn('certificate', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('next', text, (c) => c.notNull())
    .addColumn('csr', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .modifyEnd(keyedTableOptions)
    .execute()
  await db.schema.createIndex('renewal_next').on('renewal').column('next').execute()
  await db.schema.createIndex('request_link_age').on('request_link').column('expires_at').execute()
}
