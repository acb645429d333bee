import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext } from 'node:test'
import pg from 'pg'
import { type Postgres, startPostgres } from '../../../../test/support/postgres.ts'
import type { Database } from '../../src/store/database.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openPostgres, type PostgresOptions } from '../../src/store/postgres/open-postgres.ts'
import { openSqlite, type SqliteOptions } from '../../src/store/sqlite/open-sqlite.ts'
import { migrationsOf, type TestTables } from './test-tables.ts'

/** A folder that goes with the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-database-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A migrated SQLite file that goes with the test. */
export async function sqlite(
  t: TestContext,
  options: Partial<SqliteOptions> = {},
): Promise<{ readonly db: Database<TestTables>; readonly path: string }> {
  const path = join(temporaryFolder(t), 'test.db')
  const db = openSqlite<TestTables>({ path, transactionLimitMs: 0, ...options })
  t.after(() => db.close())
  await migrate(db, migrationsOf(db.engine))
  return { db, path }
}

let server: Promise<Postgres> | undefined
let count = 0
after(async () => (await server)?.stop())

/** The URL of an empty database of its own, on the one server of this test file. */
export async function emptyPostgres(): Promise<string> {
  if (server === undefined) {
    server = startPostgres()
  }
  const { url } = await server
  const name = `test${++count}`
  await ask(url, `CREATE DATABASE ${name}`)
  return url.replace('/postgres?', `/${name}?`)
}

/** A migrated PostgreSQL database that goes with the test. */
export async function postgres(
  t: TestContext,
  options: Partial<PostgresOptions> = {},
): Promise<{ readonly db: Database<TestTables>; readonly url: string }> {
  const url = await emptyPostgres()
  const db = openPostgres<TestTables>({ url, ...options })
  t.after(() => db.close())
  await migrate(db, migrationsOf(db.engine))
  return { db, url }
}

/** One statement over a connection that Chancery knows nothing of. */
export async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}
