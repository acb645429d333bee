import { type Kysely, sql } from 'kysely'
import type { Columns } from './columns.ts'

/** Every issuance through its whole life, and what certificates are found by. */
export async function createRegister(db: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, integer, bytes, tableOptions } = columns
  // No foreign keys: on PostgreSQL each would lock the same few rows for every issuance. `recordIntent` looks them up itself.
  await db.schema
    .createTable('certificate')
    .addColumn('id', text, (c) => c.notNull())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('authority', text, (c) => c.notNull())
    .addColumn('generation', text, (c) => c.notNull())
    .addColumn('template', text)
    .addColumn('request', text)
    .addColumn('serial', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('revocation', text)
    .addColumn('revoked_at', integer)
    .addColumn('revocation_reason', integer)
    .addColumn('invalidity_at', integer)
    .addColumn('revocation_version', integer)
    .addColumn('not_before', integer, (c) => c.notNull())
    .addColumn('not_after', integer, (c) => c.notNull())
    .addColumn('recorded_at', integer, (c) => c.notNull())
    .addColumn('deadline_at', integer)
    .addColumn('issued_at', integer)
    .addColumn('crl_partition', integer, (c) => c.notNull())
    .addColumn('subject', text, (c) => c.notNull())
    .addColumn('algorithm', text)
    .addColumn('public_key_hash', bytes)
    .addColumn('fingerprint', bytes)
    .addColumn('tbs_hash', bytes)
    .addColumn('evidence', text)
    .addColumn('approval', text)
    .addColumn('names', text)
    .addColumn('note', text)
    .addColumn('tbs', bytes)
    .addColumn('der', bytes)
    .addPrimaryKeyConstraint('certificate_key', ['tenant', 'id'])
    .addUniqueConstraint('certificate_serial', ['generation', 'serial'])
    .modifyEnd(tableOptions)
    .execute()
  await createListIndexes(db)
  await createRevocationIndexes(db)
  await createNames(db, columns)
}

/**
 * One for each way in which a list begins: whose, and newest first or by expiry. Every issuance writes into each of them, so
 * there are no others: what is of one template is listed by expiry alone, and what has a name is not found by its CA.
 */
async function createListIndexes(db: Kysely<unknown>): Promise<void> {
  const index = (name: string) => db.schema.createIndex(`certificate_${name}`).on('certificate')
  await index('authority').columns(['authority', 'id']).execute()
  await index('tenant_expiry').columns(['tenant', 'not_after', 'id']).execute()
  await index('authority_expiry').columns(['authority', 'not_after', 'id']).execute()
  await index('template_expiry').columns(['template', 'not_after', 'id']).where('template', 'is not', null).execute()
  await index('fingerprint').column('fingerprint').where('fingerprint', 'is not', null).execute()
  await index('open').column('id').where(sql.ref('state'), '=', sql.lit('intent')).execute()
}

/** Few certificates are revoked, and these alone are in here: an issuance does not touch them. */
async function createRevocationIndexes(db: Kysely<unknown>): Promise<void> {
  const index = (name: string) => db.schema.createIndex(`certificate_${name}`).on('certificate')
  const entry = ['not_after', 'serial', 'revoked_at', 'revocation_reason', 'invalidity_at']
  await index('tenant_revoked').columns(['tenant', 'revocation', 'id']).where('revocation', 'is not', null).execute()
  await index('authority_revoked')
    .columns(['authority', 'revocation', 'id'])
    .where('revocation', 'is not', null)
    .execute()
  // A whole CRL is read from these alone, in their order.
  await index('crl')
    .columns(['generation', ...entry])
    .where('revocation_reason', 'is not', null)
    .execute()
  await index('crl_partition')
    .columns(['generation', 'crl_partition', ...entry])
    .where('revocation_reason', 'is not', null)
    .execute()
  await index('delta_crl')
    .columns(['generation', 'revocation_version', 'serial'])
    .where('revocation_version', 'is not', null)
    .execute()
}

async function createNames(db: Kysely<unknown>, { text, integer, bytes, keyedTableOptions }: Columns): Promise<void> {
  await db.schema
    .createTable('certificate_name')
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('certificate', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('certificate_name_key', ['tenant', 'key', 'certificate'])
    .modifyEnd(keyedTableOptions)
    .execute()
  await db.schema
    .createTable('compromised_key')
    .addColumn('public_key_hash', bytes, (c) => c.notNull())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('since', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('compromised_key_key', ['public_key_hash', 'tenant'])
    .modifyEnd(keyedTableOptions)
    .execute()
  await db.schema
    .createTable('crl_partition')
    .addColumn('generation', text, (c) => c.notNull())
    .addColumn('partition', integer, (c) => c.notNull())
    .addColumn('tenant', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('crl_partition_key', ['generation', 'partition'])
    .modifyEnd(keyedTableOptions)
    .execute()
}
