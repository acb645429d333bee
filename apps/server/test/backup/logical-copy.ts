import pg from 'pg'
import { migrate } from '../../src/store/migrate.ts'
import { migrationsOf } from '../../src/store/migrations/migrations.ts'
import { openPostgres } from '../../src/store/postgres/open-postgres.ts'
import type { Tables } from '../../src/store/schema.ts'

/** Makes an empty database beside the one that a URL names; gives its URL. */
export async function emptyDatabase(url: string, name: string): Promise<string> {
  await within(url, (client) => client.query(`CREATE DATABASE ${name}`))
  return url.replace('/postgres?', `/${name}?`)
}

/**
 * What `pg_dump` and `pg_restore` do, for where the system's own are older than the server and refuse it: all rows as one snapshot sees
 * them, into a database of the same schema. `meanwhile` is done once the snapshot is taken.
 */
export async function logicalCopy(from: string, to: string, meanwhile: () => Promise<unknown>): Promise<void> {
  const target = openPostgres<Tables>({ url: to, maxConnections: 1 })
  await migrate(target, migrationsOf('postgres'))
  await target.close()
  await within(from, (source) =>
    within(to, async (copy) => {
      await source.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
      const { rows: tables } = await source.query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT LIKE 'kysely%'`,
      )
      await meanwhile()
      // Rows come in any order, as in a restore: what they refer to may come later.
      await copy.query('BEGIN; SET LOCAL session_replication_role = replica')
      // What a migration put there is among the rows.
      await copy.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')}`)
      for (const { name } of tables) {
        const { rows } = await source.query(`SELECT * FROM ${name}`)
        for (const row of rows) await insert(copy, name, row)
      }
      await copy.query('COMMIT')
      await source.query('COMMIT')
    }),
  )
}

function insert(copy: pg.Client, table: string, row: Readonly<Record<string, unknown>>): Promise<unknown> {
  const names = Object.keys(row)
  const places = names.map((_, at) => `$${at + 1}`)
  return copy.query(
    `INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(row),
  )
}

async function within<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}
