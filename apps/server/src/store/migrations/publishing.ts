import type { Kysely } from 'kysely'
import type { Columns } from './columns.ts'

/** What is published and what publishes it: service certificates, CRLs, and the outbox. */
export async function createPublishing(db: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, integer, bytes, tableOptions } = columns
  await db.schema
    .createTable('service_certificate')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('authority', text, (c) => c.notNull())
    .addColumn('generation', text, (c) => c.notNull())
    .addColumn('purpose', text, (c) => c.notNull())
    .addColumn('certificate', text, (c) => c.notNull())
    .addColumn('not_before', integer, (c) => c.notNull())
    .addColumn('not_after', integer, (c) => c.notNull())
    .addColumn('der', bytes, (c) => c.notNull())
    .addColumn('sealed_key', bytes, (c) => c.notNull())
    .addForeignKeyConstraint('service_certificate_of', ['tenant', 'generation'], 'generation', ['tenant', 'id'])
    .modifyEnd(tableOptions)
    .execute()
  await db.schema
    .createIndex('service_certificate_current')
    .on('service_certificate')
    .columns(['generation', 'purpose', 'id'])
    .execute()
  await createCrls(db, columns)
  await createOutbox(db, columns)
}

async function createCrls(db: Kysely<unknown>, { text, integer, bytes, tableOptions }: Columns): Promise<void> {
  await db.schema
    .createTable('crl')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('generation', text, (c) => c.notNull())
    .addColumn('partition', integer, (c) => c.notNull())
    .addColumn('delta', integer, (c) => c.notNull())
    .addColumn('number', integer, (c) => c.notNull())
    .addColumn('this_update', integer, (c) => c.notNull())
    .addColumn('next_update', integer, (c) => c.notNull())
    .addColumn('entries', integer, (c) => c.notNull())
    .addColumn('size', integer, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('revocation_version', integer, (c) => c.notNull())
    .addUniqueConstraint('crl_number', ['generation', 'partition', 'delta', 'number'])
    .addForeignKeyConstraint('crl_of', ['tenant', 'generation'], 'generation', ['tenant', 'id'])
    .modifyEnd(tableOptions)
    .execute()
  // Parts come before the row that makes them visible: no foreign key to it.
  await db.schema
    .createTable('crl_part')
    .addColumn('crl', text, (c) => c.notNull())
    .addColumn('position', integer, (c) => c.notNull())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('generation', text, (c) => c.notNull())
    .addColumn('stored_at', integer, (c) => c.notNull())
    .addColumn('octets', bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('crl_part_key', ['crl', 'position'])
    .modifyEnd(tableOptions)
    .execute()
  await db.schema.createIndex('crl_part_age').on('crl_part').columns(['generation', 'stored_at', 'crl']).execute()
}

async function createOutbox(db: Kysely<unknown>, { text, integer, tableOptions }: Columns): Promise<void> {
  await db.schema
    .createTable('outbox')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('due_at', integer, (c) => c.notNull())
    .addColumn('leased_until', integer, (c) => c.notNull())
    .addColumn('attempts', integer, (c) => c.notNull())
    .addColumn('puts', integer, (c) => c.notNull())
    .addColumn('claimed_puts', integer, (c) => c.notNull())
    .addColumn('claim', integer, (c) => c.notNull())
    .addUniqueConstraint('outbox_key', ['kind', 'key'])
    .modifyEnd(tableOptions)
    .execute()
  await db.schema.createIndex('outbox_due').on('outbox').columns(['kind', 'due_at', 'id']).execute()
}
