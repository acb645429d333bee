import type { Kysely } from 'kysely'
import type { Columns } from './columns.ts'

/** An account shows the external account binding that it came by (RFC 8555 §7.3.4). The release before writes none, and shows none. */
export async function keepAcmeBinding(db: Kysely<unknown>, { text }: Columns): Promise<void> {
  await db.schema.alterTable('acme_account').addColumn('binding_jws', text).execute()
}
