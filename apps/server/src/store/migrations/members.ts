import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Columns } from './columns.ts'

/** Who may come into a tenant, and which tenant is an account's own. */
export async function createInvitations(
  db: Kysely<unknown>,
  { text, integer, bytes, tableOptions }: Columns,
): Promise<void> {
  await db.schema
    .createTable('invitation')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull().references('tenant.id'))
    .addColumn('email', text, (c) => c.notNull())
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('authority', text, (c) => c.notNull())
    .addColumn('bound', integer, (c) => c.notNull())
    .addColumn('provider', text)
    .addColumn('secret_hash', bytes, (c) => c.notNull().unique())
    .addColumn('invited_by', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addUniqueConstraint('invitation_key', ['tenant', 'email', 'authority'])
    .modifyEnd(tableOptions)
    .execute()
  await db.schema.createIndex('invitation_list').on('invitation').columns(['tenant', 'id']).execute()
  await db.schema.createIndex('invitation_age').on('invitation').column('expires_at').execute()
  await db.schema.alterTable('tenant').addColumn('own_of', text).execute()
  // Until now every tenant was made with its owner.
  await sql`update tenant set own_of = (
    select min(account) from membership where tenant = tenant.id and role = 'owner' and authority = '')`.execute(db)
  await db.schema.createIndex('tenant_own').unique().on('tenant').column('own_of').execute()
}
