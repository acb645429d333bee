import { type Kysely, sql } from 'kysely'
import type { Columns } from './columns.ts'

/**
 * The seal of the audit, and what a rotation of the master key needs. A release before this one goes on writing records without a
 * seal: they wait for the sealer like all others.
 */
export async function createAuditSeal(
  db: Kysely<unknown>,
  { text, integer, bytes, ...options }: Columns,
): Promise<void> {
  await db.schema.alterTable('audit_record').addColumn('seal', integer).execute()
  const index = (name: string) => db.schema.createIndex(`audit_record_${name}`).on('audit_record')
  // The only one that writing a record touches. It holds what is not sealed yet, the work of seconds, so it stays small.
  await index('unsealed').column('id').where(sql.ref('seal'), 'is', null).execute()
  // These are filled by the sealer, not by the act.
  await index('seal').columns(['seal', 'id']).where(sql.ref('seal'), 'is not', null).execute()
  await index('object').columns(['object_id', 'id']).where(sql.ref('seal'), 'is not', null).execute()
  await db.schema
    .createTable('audit_seal')
    .addColumn('number', integer, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('first', integer, (c) => c.notNull())
    .addColumn('last', integer, (c) => c.notNull())
    .addColumn('first_at', integer, (c) => c.notNull())
    .addColumn('last_at', integer, (c) => c.notNull())
    .addColumn('sealed_at', integer, (c) => c.notNull())
    .addColumn('link', bytes, (c) => c.notNull())
    .addColumn('previous', bytes, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('signature', bytes, (c) => c.notNull())
    .addColumn('hints', bytes, (c) => c.notNull())
    .modifyEnd(options.keyedTableOptions)
    .execute()
  await db.schema.createIndex('audit_seal_tenant').on('audit_seal').columns(['tenant', 'number']).execute()
  await db.schema
    .createTable('audit_key')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('public_key', bytes, (c) => c.notNull())
    .addColumn('until_number', integer, (c) => c.notNull())
    .addColumn('until_digest', bytes, (c) => c.notNull())
    .addColumn('successor', text, (c) => c.notNull())
    .addColumn('endorsement', bytes, (c) => c.notNull())
    .modifyEnd(options.tableOptions)
    .execute()
  await db.schema
    .createTable('sealed_secret')
    .addColumn('name', text, (c) => c.primaryKey())
    .addColumn('sealed', bytes, (c) => c.notNull())
    .modifyEnd(options.tableOptions)
    .execute()
  await db.schema
    .createTable('key_holder')
    .addColumn('process', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('seen_at', integer, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .modifyEnd(options.keyedTableOptions)
    .execute()
}
