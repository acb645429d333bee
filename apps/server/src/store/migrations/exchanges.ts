import type { Kysely } from 'kysely'
import type { Columns } from './columns.ts'

/**
 * Exchanges of protocols, step by step. A row holds steps of one exchange that followed each other so soon that they were written
 * together. Found by tenant, by account and by order, newest first; ids grow with time, so what is old is one range of the primary key.
 */
export async function createExchanges(db: Kysely<unknown>, { text, integer, tableOptions }: Columns): Promise<void> {
  await db.schema
    .createTable('exchange')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('tenant', text, (c) => c.notNull())
    .addColumn('protocol', text, (c) => c.notNull())
    .addColumn('authority', text, (c) => c.notNull())
    .addColumn('account', text)
    .addColumn('subject', text)
    .addColumn('refused', integer, (c) => c.notNull())
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('steps', text, (c) => c.notNull())
    .modifyEnd(tableOptions)
    .execute()
  const index = (name: string) => db.schema.createIndex(`exchange_${name}`).on('exchange')
  await index('tenant').columns(['tenant', 'id']).execute()
  await index('account').columns(['account', 'id']).where('account', 'is not', null).execute()
  await index('subject').columns(['subject', 'id']).where('subject', 'is not', null).execute()
}
