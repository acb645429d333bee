import pg from 'pg'
import { PATIENCE_MS, until } from '../../../../test/support/until.ts'

/**
 * Ends all connections of Chancery to this database, in whatever they are doing. Others are left alone: somebody may cut at the same
 * moment.
 */
export async function cutConnections(url: string): Promise<void> {
  await asking(url, (client) =>
    client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${OF_CHANCERY}`),
  )
}

/** Waits until the database has noticed that all are gone: what a process sent before it was killed may still be stored. */
export async function untilConnectionsEnd(url: string): Promise<void> {
  await asking(url, async (client) => {
    let left: readonly unknown[] = []
    const look = async () => {
      const { rows } = await client.query(`SELECT state, wait_event, query FROM pg_stat_activity WHERE ${OF_CHANCERY}`)
      left = rows
      return left.length === 0
    }
    await until(look, () => `connections of processes that were killed did not end: ${JSON.stringify(left)}`)
  })
}

/** As `openPostgres` names its own. */
const OF_CHANCERY = "datname = current_database() AND application_name = 'chancery'"

async function asking(url: string, ask: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  })
  await client.connect()
  try {
    await ask(client)
  } finally {
    await client.end()
  }
}
