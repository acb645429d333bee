import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Postgres, startPostgres } from '../../../../test/support/postgres.ts'
import { idMaker } from '../../src/platform/ids.ts'
import type { Database } from '../../src/store/database.ts'
import { migrate } from '../../src/store/migrate.ts'
import { migrationsOf } from '../../src/store/migrations/migrations.ts'
import { openStores } from '../../src/store/open-stores.ts'
import { openPostgres } from '../../src/store/postgres/open-postgres.ts'
import type { Tables } from '../../src/store/schema.ts'
import { openSqlite } from '../../src/store/sqlite/open-sqlite.ts'
import type { Stores } from '../../src/store/stores.ts'

/** Stores on a migrated database of their own, and the database behind them for a look past the ports. */
export interface OpenedStores {
  readonly stores: Stores
  readonly database: Database<Tables>
  /** Closes the database and removes what it left. */
  close(): Promise<void>
}

/** Ids as the server makes them. */
export const newId = idMaker(Date.now, (length) => crypto.getRandomValues(new Uint8Array(length)))

export async function openSqliteStores(): Promise<OpenedStores> {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-stores-'))
  const opened = await openOn(openSqlite<Tables>({ path: join(folder, 'chancery.db') }))
  return {
    ...opened,
    close: async () => {
      await opened.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A server that makes databases, each with its stores; `stop` ends it. */
export async function startPostgresStores(): Promise<{ open(): Promise<OpenedStores>; stop(): Promise<void> }> {
  const postgres = await startPostgres()
  let count = 0
  return {
    open: async () => openOn(openPostgres<Tables>({ url: await emptyDatabase(postgres, `stores${++count}`) })),
    stop: () => postgres.stop(),
  }
}

async function openOn(database: Database<Tables>): Promise<OpenedStores> {
  await migrate(database, migrationsOf(database.engine))
  const stores = openStores(database, newId)
  return { stores, database, close: () => stores.close() }
}

async function emptyDatabase({ url }: Postgres, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  return url.replace('/postgres?', `/${name}?`)
}
