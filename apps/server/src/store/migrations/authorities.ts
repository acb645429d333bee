import { type Kysely, sql } from 'kysely'
import type { Columns } from './columns.ts'

/** CAs, their generations, and the certificates of their keys. */
export async function createAuthorities(db: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, integer, bytes, tableOptions } = columns
  await db.schema
    .createTable('authority')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull().references('tenant.id'))
    .addColumn('public_id', text, (c) => c.notNull().unique())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('parent', text)
    .addColumn('cps', text, (c) => c.notNull())
    .addColumn('settings', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addUniqueConstraint('authority_tenant', ['tenant', 'id'])
    .modifyEnd(tableOptions)
    .execute()
  // A CA that is gone leaves its name to others.
  await db.schema
    .createIndex('authority_name')
    .unique()
    .on('authority')
    .columns(['tenant', 'name'])
    .where(sql.ref('status'), '<>', sql.lit('deleted'))
    .execute()
  await db.schema
    .createTable('generation')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('authority', text, (c) => c.notNull())
    .addColumn('public_id', text, (c) => c.notNull().unique())
    .addColumn('number', integer, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('key_type', text, (c) => c.notNull())
    .addColumn('key_origin', text, (c) => c.notNull())
    .addColumn('history_known', integer, (c) => c.notNull())
    .addColumn('revocation_version', integer, (c) => c.notNull())
    .addColumn('crl_number', integer, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('public_key', bytes, (c) => c.notNull())
    .addColumn('public_key_hash', bytes, (c) => c.notNull())
    .addColumn('csr', bytes, (c) => c.notNull())
    .addColumn('sealed_key', bytes)
    .addUniqueConstraint('generation_tenant', ['tenant', 'id'])
    .addUniqueConstraint('generation_number', ['authority', 'number'])
    .addForeignKeyConstraint('generation_authority', ['tenant', 'authority'], 'authority', ['tenant', 'id'])
    .modifyEnd(tableOptions)
    .execute()
  // A CA that was deleted, or whose import was interrupted, can come back with its key.
  await db.schema
    .createIndex('generation_public_key')
    .unique()
    .on('generation')
    .columns(['tenant', 'public_key_hash'])
    .where(sql.ref('sealed_key'), 'is not', null)
    .execute()
  await createAuthorityCertificates(db, columns)
}

async function createAuthorityCertificates(
  db: Kysely<unknown>,
  { text, integer, bytes, tableOptions }: Columns,
): Promise<void> {
  await db.schema
    .createTable('authority_certificate')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('generation', text, (c) => c.notNull())
    .addColumn('active', integer, (c) => c.notNull())
    .addColumn('not_before', integer, (c) => c.notNull())
    .addColumn('not_after', integer, (c) => c.notNull())
    .addColumn('issued_as', text)
    .addColumn('der', bytes, (c) => c.notNull())
    .addForeignKeyConstraint('authority_certificate_of', ['tenant', 'generation'], 'generation', ['tenant', 'id'])
    .modifyEnd(tableOptions)
    .execute()
  await db.schema
    .createIndex('authority_certificate_generation')
    .on('authority_certificate')
    .columns(['generation', 'id'])
    .execute()
  await db.schema
    .createIndex('authority_certificate_active')
    .unique()
    .on('authority_certificate')
    .column('generation')
    .where(sql.ref('active'), '=', sql.lit(1))
    .execute()
  await db.schema
    .createIndex('authority_certificate_issued')
    .on('authority_certificate')
    .columns(['tenant', 'issued_as'])
    .where('issued_as', 'is not', null)
    .execute()
  await db.schema
    .createTable('authority_chain')
    .addColumn('certificate', text, (c) => c.notNull().references('authority_certificate.id'))
    .addColumn('position', integer, (c) => c.notNull())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('der', bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('authority_chain_key', ['certificate', 'position'])
    .modifyEnd(tableOptions)
    .execute()
}

/** Templates, and requests that wait for an answer under one. */
export async function createTemplates(db: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, integer, bytes, tableOptions } = columns
  await db.schema
    .createTable('template')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('authority', text, (c) => c.notNull())
    .addColumn('public_id', text, (c) => c.notNull().unique())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('description', text, (c) => c.notNull())
    .addColumn('enabled', integer, (c) => c.notNull())
    .addColumn('revision', integer, (c) => c.notNull())
    .addColumn('profile', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addUniqueConstraint('template_tenant', ['tenant', 'id'])
    .addUniqueConstraint('template_name', ['authority', 'name'])
    .addForeignKeyConstraint('template_authority', ['tenant', 'authority'], 'authority', ['tenant', 'id'])
    .modifyEnd(tableOptions)
    .execute()
  await db.schema.createIndex('template_list').on('template').columns(['authority', 'id']).execute()
  // Decided requests outlive their template: no foreign key to it.
  await db.schema
    .createTable('enrollment_request')
    .addColumn('id', text, (c) => c.notNull())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('authority', text, (c) => c.notNull())
    .addColumn('template', text, (c) => c.notNull())
    .addColumn('template_revision', integer, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('subject', text, (c) => c.notNull())
    .addColumn('subject_alt_names', text, (c) => c.notNull())
    .addColumn('overrides', text, (c) => c.notNull())
    .addColumn('evidence', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('decided_at', integer)
    .addColumn('decided_by', text)
    .addColumn('note', text)
    .addColumn('certificate', text)
    .addColumn('csr', bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('enrollment_request_key', ['tenant', 'id'])
    .addForeignKeyConstraint('enrollment_request_authority', ['tenant', 'authority'], 'authority', ['tenant', 'id'])
    .modifyEnd(tableOptions)
    .execute()
  for (const scope of ['tenant', 'authority', 'template']) {
    const index = (name: string) => db.schema.createIndex(`enrollment_request_${name}`).on('enrollment_request')
    if (scope !== 'tenant') await index(scope).columns([scope, 'id']).execute()
    await index(`${scope}_status`).columns([scope, 'status', 'id']).execute()
  }
}
