import type { Kysely } from 'kysely'
import type { Columns } from './columns.ts'

/** Mails that leave or wait, and the links by which people set a new password. */
export async function createMail(db: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, integer, bytes, tableOptions, keyedTableOptions } = columns
  await db.schema
    .createTable('mail')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('address', text, (c) => c.notNull())
    .addColumn('about', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('attempts', integer, (c) => c.notNull())
    .addColumn('problem', text)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('settled_at', integer)
    .addColumn('sealed_body', bytes, (c) => c.notNull())
    .modifyEnd(tableOptions)
    .execute()
  const index = (name: string) => db.schema.createIndex(`mail_${name}`).on('mail')
  await index('state').columns(['state', 'id']).execute()
  await index('expiry').columns(['state', 'expires_at']).execute()
  await index('about').columns(['tenant', 'about', 'state']).execute()
  await index('address').columns(['tenant', 'address', 'created_at']).execute()
  await index('age').column('settled_at').execute()
  await db.schema
    .createTable('password_reset')
    .addColumn('account', text, (c) => c.primaryKey().references('account.id'))
    .addColumn('secret_hash', bytes, (c) => c.notNull().unique())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .modifyEnd(keyedTableOptions)
    .execute()
  await db.schema.createIndex('password_reset_age').on('password_reset').column('expires_at').execute()
}
