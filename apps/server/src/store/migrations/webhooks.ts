import { type Kysely, sql } from 'kysely'
import type { Columns } from './columns.ts'

/** Webhooks of tenants, and what is on its way to them. The release before knows neither, and tells them nothing. */
export async function createWebhooks(db: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, integer, bytes, tableOptions } = columns
  await db.schema
    .createTable('webhook')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('url', text, (c) => c.notNull())
    .addColumn('events', text, (c) => c.notNull())
    .addColumn('enabled', integer, (c) => c.notNull())
    .addColumn('off_reason', text)
    .addColumn('created_by', text)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('revision', integer, (c) => c.notNull())
    .addColumn('previous_until', integer)
    .addColumn('failing_since', integer)
    .addColumn('failures', integer, (c) => c.notNull())
    .addColumn('retry_at', integer)
    .addColumn('last_success_at', integer)
    .addColumn('sealed_secret', bytes, (c) => c.notNull())
    .addColumn('sealed_previous', bytes, (c) => c.notNull())
    .modifyEnd(tableOptions)
    .execute()
  await db.schema.createIndex('webhook_tenant').on('webhook').columns(['tenant', 'id']).execute()
  await createDeliveries(db, columns)
}

async function createDeliveries(db: Kysely<unknown>, { text, integer, tableOptions }: Columns): Promise<void> {
  await db.schema
    .createTable('webhook_delivery')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    // No foreign key: what went to a webhook that was deleted goes a page at a time.
    .addColumn('webhook', text, (c) => c.notNull())
    .addColumn('event', text, (c) => c.notNull())
    .addColumn('event_id', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('attempts', integer, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('due_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('status', integer)
    .addColumn('problem', text)
    .addColumn('settled_at', integer)
    .addColumn('body', text, (c) => c.notNull())
    .addUniqueConstraint('webhook_delivery_once', ['webhook', 'event_id'])
    .modifyEnd(tableOptions)
    .execute()
  const index = (name: string) => db.schema.createIndex(`webhook_delivery_${name}`).on('webhook_delivery')
  await index('list').columns(['webhook', 'id']).execute()
  await index('state').columns(['webhook', 'state', 'id']).execute()
  await index('due').columns(['webhook', 'due_at', 'id']).where(sql.ref('state'), '=', sql.lit('waiting')).execute()
  await index('age').column('settled_at').execute()
}
