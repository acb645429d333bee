import { type Kysely, sql } from 'kysely'
import type { Columns, EngineName } from './columns.ts'

/**
 * ACME: policies with their bindings, accounts, orders, what orders stand on. A release before this one knows nothing of these tables.
 * Foreign keys only where few rows are written: an order looks up what it stands on itself.
 */
export async function createAcme(db: Kysely<unknown>, columns: Columns, engine: EngineName): Promise<void> {
  await createPolicies(db, columns)
  await createAccounts(db, columns)
  await createOrders(db, columns)
  await createAuthorizations(db, columns)
  await createNonces(db, columns, engine)
}

async function createPolicies(db: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, integer, bytes, tableOptions } = columns
  await db.schema
    .createTable('acme_policy')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('authority', text, (c) => c.notNull())
    .addColumn('public_id', text, (c) => c.notNull().unique())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('enabled', integer, (c) => c.notNull())
    .addColumn('revision', integer, (c) => c.notNull())
    .addColumn('settings', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addUniqueConstraint('acme_policy_tenant', ['tenant', 'id'])
    .addUniqueConstraint('acme_policy_name', ['tenant', 'name'])
    .addForeignKeyConstraint('acme_policy_authority', ['tenant', 'authority'], 'authority', ['tenant', 'id'])
    .modifyEnd(tableOptions)
    .execute()
  await db.schema.createIndex('acme_policy_list').on('acme_policy').columns(['authority', 'id']).execute()
  await db.schema
    .createTable('acme_binding')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('policy', text, (c) => c.notNull())
    .addColumn('kid', text, (c) => c.notNull().unique())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('sealed_key', bytes, (c) => c.notNull())
    .addColumn('allowed_uses', integer)
    .addColumn('uses', integer, (c) => c.notNull())
    .addColumn('expires_at', integer)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addUniqueConstraint('acme_binding_name', ['policy', 'name'])
    .addForeignKeyConstraint('acme_binding_policy', ['tenant', 'policy'], 'acme_policy', ['tenant', 'id'])
    .modifyEnd(tableOptions)
    .execute()
  await db.schema.createIndex('acme_binding_list').on('acme_binding').columns(['policy', 'id']).execute()
}

async function createAccounts(db: Kysely<unknown>, { text, integer, tableOptions }: Columns): Promise<void> {
  await db.schema
    .createTable('acme_account')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('policy', text, (c) => c.notNull())
    .addColumn('directory', text, (c) => c.notNull())
    .addColumn('thumbprint', text, (c) => c.notNull())
    .addColumn('jwk', text, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('contacts', text, (c) => c.notNull())
    .addColumn('binding', text)
    .addColumn('binding_name', text)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('created_from', text, (c) => c.notNull())
    .addUniqueConstraint('acme_account_key', ['directory', 'thumbprint'])
    .modifyEnd(tableOptions)
    .execute()
  await db.schema.createIndex('acme_account_list').on('acme_account').columns(['policy', 'id']).execute()
  await db.schema.createIndex('acme_account_tenant').on('acme_account').columns(['tenant', 'id']).execute()
}

/** Every order writes into each of these indexes, so there are few: by its account, by its end, and what it replaces. */
async function createOrders(db: Kysely<unknown>, { text, integer, keyedTableOptions }: Columns): Promise<void> {
  await db.schema
    .createTable('acme_order')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('policy', text, (c) => c.notNull())
    .addColumn('template', text, (c) => c.notNull())
    .addColumn('profile', text)
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('identifiers', text, (c) => c.notNull())
    .addColumn('not_before', integer)
    .addColumn('not_after', integer)
    .addColumn('replaces', text)
    .addColumn('error', text)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('keep_until', integer, (c) => c.notNull())
    .modifyEnd(keyedTableOptions)
    .execute()
  const index = (name: string) => db.schema.createIndex(`acme_order_${name}`).on('acme_order')
  await index('account').columns(['account', 'id']).execute()
  await index('age').column('keep_until').execute()
  await index('replaces').columns(['tenant', 'replaces']).where('replaces', 'is not', null).execute()
}

/** Only of names that have to be proven: what a policy approves beforehand stands in its order. */
async function createAuthorizations(db: Kysely<unknown>, { text, integer, tableOptions }: Columns): Promise<void> {
  await db.schema
    .createTable('acme_authorization')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('policy', text, (c) => c.notNull())
    .addColumn('order', text, (c) => c.notNull())
    .addColumn('type', text, (c) => c.notNull())
    .addColumn('value', text, (c) => c.notNull())
    .addColumn('wildcard', integer, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('validated_at', integer)
    .modifyEnd(tableOptions)
    .execute()
  const authorization = (name: string) => db.schema.createIndex(`acme_authorization_${name}`).on('acme_authorization')
  await authorization('identifier').columns(['account', 'status', 'value', 'type', 'wildcard']).execute()
  await authorization('age').column('expires_at').execute()
  await db.schema
    .createTable('acme_challenge')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('authorization', text, (c) => c.notNull())
    .addColumn('type', text, (c) => c.notNull())
    .addColumn('token', text, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('error', text)
    .addColumn('validated_at', integer)
    .addColumn('started_at', integer)
    .addColumn('due_at', integer)
    .addColumn('leased', integer, (c) => c.notNull())
    .addColumn('attempts', integer, (c) => c.notNull())
    .addColumn('claim', integer, (c) => c.notNull())
    .modifyEnd(tableOptions)
    .execute()
  const challenge = (name: string) => db.schema.createIndex(`acme_challenge_${name}`).on('acme_challenge')
  await challenge('authorization').columns(['authorization', 'id']).execute()
  // Only what somebody has to look at: the work of seconds.
  await challenge('due').columns(['due_at', 'id']).where('due_at', 'is not', null).execute()
}

/**
 * Nonces that were redeemed, where several processes serve: one process remembers them by itself. On PostgreSQL not logged, so that
 * redeeming one waits for no disk; a crash of the server empties both tables, and with the epoch all nonces of before are worth nothing.
 */
async function createNonces(
  db: Kysely<unknown>,
  { text, integer, bytes, keyedTableOptions }: Columns,
  engine: EngineName,
): Promise<void> {
  await db.schema
    .createTable('acme_nonce')
    .addColumn('nonce', bytes, (c) => c.notNull().primaryKey())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .modifyEnd(keyedTableOptions)
    .execute()
  await db.schema.createIndex('acme_nonce_age').on('acme_nonce').column('expires_at').execute()
  await db.schema
    .createTable('acme_nonce_epoch')
    .addColumn('one', integer, (c) => c.notNull().primaryKey())
    .addColumn('epoch', text, (c) => c.notNull())
    .modifyEnd(keyedTableOptions)
    .execute()
  if (engine === 'sqlite') return
  await sql`alter table acme_nonce set unlogged`.execute(db)
  await sql`alter table acme_nonce_epoch set unlogged`.execute(db)
}
