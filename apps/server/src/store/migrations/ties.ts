import type { Kysely } from 'kysely'
import type { Columns } from './columns.ts'

/** What this migration reads and fills, as it was then. */
interface Filled {
  readonly authority_certificate: { tenant: string; generation: string; issued_as: string | null }
  readonly outbox: {
    id: string
    tenant: string
    kind: string
    key: string
    due_at: number
    leased_until: number
    attempts: number
    puts: number
    claimed_puts: number
    claim: number
  }
}

/** Also what stands above a CA's certificate may have been issued by a CA of the tenant. The release before writes it untied. */
export async function createTies(db: Kysely<Filled>, { text }: Columns): Promise<void> {
  await db.schema.alterTable('authority_chain').addColumn('issued_as', text).execute()
  await db.schema
    .createIndex('authority_chain_issued')
    .on('authority_chain')
    .columns(['tenant', 'issued_as'])
    .where('issued_as', 'is not', null)
    .execute()
  await putTies(db)
}

/**
 * The release before tied a CA from elsewhere to the CA of its tenant that issued it only where its certificate stood in the register
 * by its fingerprint. Whose key signed what is no question to a database: it is put down for the server, for each tenant in which
 * there may be such a tie.
 */
async function putTies(db: Kysely<Filled>): Promise<void> {
  const tenants = await db
    .selectFrom('authority_certificate')
    .select('tenant')
    .groupBy('tenant')
    .having((eb) => eb.fn.count('generation').distinct(), '>', 1)
    .having((eb) => eb(eb.fn.countAll(), '>', eb.fn.count('issued_as')))
    .execute()
  const none = { due_at: 0, leased_until: 0, attempts: 0, claimed_puts: 0, claim: 0 }
  for (const { tenant } of tenants) {
    const item = { ...none, id: `tie-${tenant}`, tenant, kind: 'tie', key: tenant, puts: 1 }
    await db.insertInto('outbox').values(item).execute()
  }
}
