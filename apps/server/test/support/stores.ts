import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
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

/** Migrated once by each test process: to copy a database takes a tenth of the time. */
let sqliteTemplate: Promise<string> | undefined

export async function openSqliteStores(): Promise<OpenedStores> {
  sqliteTemplate ??= makeSqliteTemplate()
  const template = await sqliteTemplate
  const folder = mkdtempSync(join(tmpdir(), 'chancery-stores-'))
  const path = join(folder, 'chancery.db')
  copyFileSync(template, path)
  const opened = openOn(openSqlite<Tables>({ path }))
  return {
    ...opened,
    close: async () => {
      await opened.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function makeSqliteTemplate(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-stores-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'chancery.db')
  await migrateAndClose(openSqlite<Tables>({ path }))
  return path
}

/** A server that makes databases, each with its stores; `stop` ends it. */
export async function startPostgresStores(): Promise<{ open(): Promise<OpenedStores>; stop(): Promise<void> }> {
  const postgres = await startPostgres()
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  const urlOf = (name: string) => postgres.url.replace('/postgres?', `/${name}?`)
  await client.query('CREATE DATABASE migrated')
  await migrateAndClose(openPostgres<Tables>({ url: urlOf('migrated') }))
  let count = 0
  return {
    open: async () => {
      const name = `stores${++count}`
      // To copy its files takes half the time of writing each page to the log, and that keeps nothing here.
      await client.query(`CREATE DATABASE ${name} TEMPLATE migrated STRATEGY FILE_COPY`)
      return openOn(openPostgres<Tables>({ url: urlOf(name) }))
    },
    stop: async () => {
      await client.end()
      await postgres.stop()
    },
  }
}

async function migrateAndClose(database: Database<Tables>): Promise<void> {
  await migrate(database, migrationsOf(database.engine))
  await database.close()
}

function openOn(database: Database<Tables>): OpenedStores {
  const stores = openStores(database, newId)
  return { stores, database, close: () => stores.close() }
}
