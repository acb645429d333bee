import { openDatabase } from '../apps/server/src/store/open-database.ts'
import type { Tables } from '../apps/server/src/store/schema.ts'
import { bulkOrders } from '../apps/server/test/support/bulk-orders.ts'
import { ownDatabase } from '../apps/server/test/support/own-database.ts'
import { type RunningChancery, runChancery } from '../test/support/running-chancery.ts'
import { ACCOUNTS, newPolicy } from './measure-acme.ts'
import { newAccountKeys, type OrderLoadResult, putOrders } from './order-load.ts'

const MANY = 1_000_000
/** The two are asked in turns, so that what else the machine does meanwhile counts for both. */
const TURNS = 3

/** What orders cost in a store that holds none yet, and in one that holds a million, of the same accounts. */
export async function measureStoredOrders(
  databaseUrl: string,
  seconds: number,
): Promise<{ readonly none: OrderLoadResult; readonly many: OrderLoadResult }> {
  const [empty, full] = [await openStore(databaseUrl), await openStore(databaseUrl)]
  try {
    // Who has a million orders has an account.
    await full.put(0.5)
    await full.server.restart('SIGTERM', () => fill(full.server))
    const [none, many]: [OrderLoadResult[], OrderLoadResult[]] = [[], []]
    for (let turn = 0; turn < TURNS; turn++) {
      none.push(await empty.put(seconds / TURNS))
      many.push(await full.put(seconds / TURNS))
    }
    return { none: joined(none), many: joined(many) }
  } finally {
    await Promise.all([empty.stop(), full.stop()])
  }
}

async function openStore(databaseUrl: string) {
  const own = await ownDatabase(databaseUrl)
  const server = await runChancery({ databaseUrl: own.url, env: { CHANCERY_TLS: 'proxy' } })
  const load = { ...(await newPolicy(server)), keys: newAccountKeys(ACCOUNTS), warmUpSeconds: 1 }
  const connectTo = [{ host: '127.0.0.1', port: server.port }]
  return {
    server,
    put: (seconds: number) => putOrders({ ...load, seconds, connectTo }),
    stop: async () => {
      await server.stop()
      await own.remove()
    },
  }
}

function joined(results: readonly OrderLoadResult[]): OrderLoadResult {
  return {
    perSecond: results.reduce((sum, { perSecond }) => sum + perSecond, 0) / results.length,
    p50: Math.max(...results.map(({ p50 }) => p50)),
    p99: Math.max(...results.map(({ p99 }) => p99)),
    failures: results.reduce((sum, { failures }) => sum + failures, 0),
  }
}

/** A million orders with their certificates, of the accounts and under the policy that are there. */
async function fill({ env }: RunningChancery): Promise<void> {
  const database = await openDatabase<Tables>({
    url: env['CHANCERY_DATABASE_URL'] ?? '',
    dataFolder: env['CHANCERY_DATA'] ?? '',
  })
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
