import { openDatabase } from '../apps/server/src/store/open-database.ts'
import type { Tables } from '../apps/server/src/store/schema.ts'
import { bulkOrders } from '../apps/server/test/support/bulk-orders.ts'
import { type RunningChancery, runChancery } from '../test/support/running-chancery.ts'
import { ACCOUNTS, newPolicy } from './measure-acme.ts'
import { newAccountKeys, type OrderLoadResult, putOrders } from './order-load.ts'

const MANY = 1_000_000

/** What orders cost in a store that holds none yet, and in one that holds a million, of the same accounts. */
export async function measureStoredOrders(
  seconds: number,
): Promise<{ readonly none: OrderLoadResult; readonly many: OrderLoadResult }> {
  const server = await runChancery({ env: { CHANCERY_TLS: 'proxy' } })
  try {
    const binding = await newPolicy(server)
    const load = { ...binding, keys: newAccountKeys(ACCOUNTS), seconds, warmUpSeconds: 2 }
    const put = () => putOrders({ ...load, connectTo: { host: '127.0.0.1', port: server.port } })
    const none = await put()
    await server.restart('SIGTERM', () => fill(server))
    return { none, many: await put() }
  } finally {
    await server.stop()
  }
}

/** A million orders with their certificates, of the accounts and under the policy that are there. */
async function fill({ env }: RunningChancery): Promise<void> {
  const database = await openDatabase<Tables>({ dataFolder: env['CHANCERY_DATA'] ?? '' })
  try {
    const accounts = await database.read((db) => db.selectFrom('acme_account').select('id').execute())
    const owner = await database.read((db) =>
      db
        .selectFrom('acme_policy')
        .innerJoin('generation', 'generation.authority', 'acme_policy.authority')
        .innerJoin('template', 'template.authority', 'acme_policy.authority')
        .select([
          'acme_policy.id as policy',
          'acme_policy.tenant',
          'acme_policy.authority',
          'generation.id as generation',
          'template.id as template',
        ])
        .executeTakeFirstOrThrow(),
    )
    await bulkOrders(database, { ...owner, accounts: accounts.map(({ id }) => id) }, { count: MANY, now: Date.now() })
  } finally {
    await database.close()
  }
}
