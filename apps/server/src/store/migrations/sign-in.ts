import type { Kysely } from 'kysely'
import type { Columns } from './columns.ts'

/** How accounts sign in: sessions, second factors, passkeys, outside identities; and what slows down who guesses. */
export async function createSignIn(db: Kysely<unknown>, columns: Columns): Promise<void> {
  await createSessions(db, columns)
  await createFactors(db, columns)
  const { text, integer, bytes, tableOptions, keyedTableOptions } = columns
  await db.schema
    .createTable('sign_in_challenge')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('identifier', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('sealed_value', bytes, (c) => c.notNull())
    .modifyEnd(tableOptions)
    .execute()
  const challenge = (name: string) => db.schema.createIndex(`sign_in_challenge_${name}`).on('sign_in_challenge')
  await challenge('identifier').columns(['identifier', 'created_at']).execute()
  await challenge('age').column('expires_at').execute()
  await db.schema
    .createTable('attempt')
    .addColumn('key', text, (c) => c.primaryKey())
    .addColumn('failures', integer, (c) => c.notNull())
    .addColumn('last_at', integer, (c) => c.notNull())
    .addColumn('blocked_until', integer, (c) => c.notNull())
    .modifyEnd(keyedTableOptions)
    .execute()
  await db.schema.createIndex('attempt_age').on('attempt').column('last_at').execute()
}

async function createSessions(db: Kysely<unknown>, { text, integer, bytes, tableOptions }: Columns): Promise<void> {
  await db.schema
    .createTable('session')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('account', text, (c) => c.notNull().references('account.id'))
    .addColumn('token_hash', bytes, (c) => c.notNull().unique())
    .addColumn('way', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('last_seen_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('address', text, (c) => c.notNull())
    .addColumn('user_agent', text, (c) => c.notNull())
    .modifyEnd(tableOptions)
    .execute()
  await db.schema.createIndex('session_account').on('session').columns(['account', 'id']).execute()
  await db.schema.createIndex('session_age').on('session').column('last_seen_at').execute()
}

async function createFactors(db: Kysely<unknown>, { text, integer, bytes, tableOptions }: Columns): Promise<void> {
  await db.schema
    .createTable('outside_identity')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('account', text, (c) => c.notNull().references('account.id'))
    .addColumn('issuer', text, (c) => c.notNull())
    .addColumn('subject', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addUniqueConstraint('outside_identity_key', ['issuer', 'subject'])
    .modifyEnd(tableOptions)
    .execute()
  await db.schema.createIndex('outside_identity_account').on('outside_identity').columns(['account', 'id']).execute()
  await db.schema
    .createTable('passkey')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('account', text, (c) => c.notNull().references('account.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('credential_id', text, (c) => c.notNull().unique())
    .addColumn('counter', integer, (c) => c.notNull())
    .addColumn('device_type', text, (c) => c.notNull())
    .addColumn('backed_up', integer, (c) => c.notNull())
    .addColumn('transports', text, (c) => c.notNull())
    .addColumn('aaguid', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('public_key', bytes, (c) => c.notNull())
    .modifyEnd(tableOptions)
    .execute()
  await db.schema.createIndex('passkey_account').on('passkey').columns(['account', 'id']).execute()
  await db.schema
    .createTable('second_factor')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('account', text, (c) => c.notNull().unique().references('account.id'))
    .addColumn('confirmed', integer, (c) => c.notNull())
    .addColumn('last_step', integer, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('sealed_secret', bytes, (c) => c.notNull())
    .addColumn('sealed_recovery_codes', bytes, (c) => c.notNull())
    .modifyEnd(tableOptions)
    .execute()
}
