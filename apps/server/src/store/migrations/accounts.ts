import type { Kysely } from 'kysely'
import type { Columns } from './columns.ts'

/** Who there is, and what was done by whom. */
export async function createAccounts(db: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, integer, bytes, tableOptions, keyedTableOptions } = columns
  await db.schema
    .createTable('installation')
    .addColumn('name', text, (c) => c.primaryKey())
    .addColumn('value', text, (c) => c.notNull())
    .modifyEnd(keyedTableOptions)
    .execute()
  await db.schema
    .createTable('account')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('email', text, (c) => c.notNull().unique())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('password_hash', text, (c) => c.notNull())
    .addColumn('operator', integer, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .modifyEnd(tableOptions)
    .execute()
  await db.schema
    .createTable('tenant')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('issuer_version', integer, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .modifyEnd(keyedTableOptions)
    .execute()
  await db.schema
    .createTable('membership')
    .addColumn('tenant', text, (c) => c.notNull().references('tenant.id'))
    .addColumn('account', text, (c) => c.notNull().references('account.id'))
    .addColumn('authority', text, (c) => c.notNull())
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('membership_key', ['account', 'tenant', 'authority'])
    .modifyEnd(keyedTableOptions)
    .execute()
  await db.schema.createIndex('membership_tenant').on('membership').columns(['tenant', 'account']).execute()
  await db.schema
    .createTable('api_token')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull().references('tenant.id'))
    .addColumn('account', text, (c) => c.notNull().references('account.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('authority', text)
    .addColumn('secret_hash', bytes, (c) => c.notNull().unique())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('last_used_at', integer)
    .addColumn('revoked_at', integer)
    .modifyEnd(tableOptions)
    .execute()
  await db.schema.createIndex('api_token_tenant').on('api_token').columns(['tenant', 'id']).execute()
}

/** The records of acts, and the keys of calls that may be repeated. */
export async function createRecords(db: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, integer, bytes, keyedTableOptions } = columns
  // No foreign key to the tenant: on PostgreSQL every issuance would have to lock that one row.
  await db.schema
    .createTable('audit_record')
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('id', text, (c) => c.notNull())
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('actor', text, (c) => c.notNull())
    .addColumn('account', text)
    .addColumn('token', text)
    .addColumn('action', text, (c) => c.notNull())
    .addColumn('object_type', text, (c) => c.notNull())
    .addColumn('object_id', text, (c) => c.notNull())
    .addColumn('details', text)
    .addPrimaryKeyConstraint('audit_record_key', ['tenant', 'id'])
    .modifyEnd(keyedTableOptions)
    .execute()
  await db.schema
    .createTable('idempotency')
    .addColumn('scope', text, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('body_hash', bytes, (c) => c.notNull())
    .addColumn('object_type', text, (c) => c.notNull())
    .addColumn('object_id', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('idempotency_key', ['scope', 'key'])
    .modifyEnd(keyedTableOptions)
    .execute()
  await db.schema.createIndex('idempotency_age').on('idempotency').column('created_at').execute()
}
