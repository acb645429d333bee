import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { run } from '../../../../test/support/system-program.ts'
import type { Database } from '../../src/store/database.ts'
import { CommitUnknown, DatabaseUnavailable, SchemaTooNew } from '../../src/store/database-errors.ts'
import { type Migrations, migrate, schemaVersion } from '../../src/store/migrate.ts'
import { openPostgres } from '../../src/store/postgres/open-postgres.ts'
import { openSqlite } from '../../src/store/sqlite/open-sqlite.ts'
import { emptyPostgres, temporaryFolder } from './engines.ts'
import { proxyTo } from './postgres-proxy.ts'
import { migrationsOf, record, recorded, type TestTables } from './test-tables.ts'

const ENGINES = [
  {
    name: 'SQLite',
    open: async (t: TestContext, limits = {}) => {
      const db = openSqlite<TestTables>({ path: join(temporaryFolder(t), 'test.db'), ...limits })
      t.after(() => db.close())
      return db
    },
  },
  {
    name: 'PostgreSQL',
    open: async (t: TestContext, limits = {}) => {
      const db = openPostgres<TestTables>({ url: await emptyPostgres(), ...limits })
      t.after(() => db.close())
      return db
    },
  },
]

const statement = (text: string): Migrations[string] => ({
  up: async (db) => {
    await sql.raw(text).execute(db)
  },
})
/** The migrations of a later release. */
const later = (db: Database<TestTables>): Migrations => ({
  ...migrationsOf(db.engine),
  '0002-later': statement('create table later (id integer)'),
})

test('SQLite: the schema is looked up without a COMMIT, which a full disk could refuse', async (t) => {
  let commits = 0
  const db = openSqlite<TestTables>({ path: join(temporaryFolder(t), 'test.db'), onCommit: () => commits++ })
  t.after(() => db.close())
  await migrate(db, migrationsOf(db.engine))
  const before = commits

  assert.equal(await schemaVersion(db), '0001-test')

  assert.ok(before > 0)
  assert.equal(commits, before)
})

for (const { name, open } of ENGINES) {
  test(`${name}: an empty database is brought to the newest schema, once, and later from where it is`, async (t) => {
    const db = await open(t)

    assert.equal(await schemaVersion(db), undefined)
    assert.deepEqual(await migrate(db, migrationsOf(db.engine)), ['0001-test'])
    assert.deepEqual(await migrate(db, migrationsOf(db.engine)), [])
    await record(db, 'a')
    assert.deepEqual(await migrate(db, later(db)), ['0002-later'])

    assert.equal(await schemaVersion(db), '0002-later')
    assert.deepEqual(await recorded(db), ['a'])
  })

  test(`${name}: a release refuses a database that a newer one has migrated, and goes on serving it if it runs`, async (t) => {
    const db = await open(t)
    await migrate(db, migrationsOf(db.engine))
    await migrate(db, later(db))

    await assert.rejects(
      migrate(db, migrationsOf(db.engine)),
      (error) => error instanceof SchemaTooNew && error.message.includes('0002-later'),
    )
    await record(db, 'a')

    assert.deepEqual(await recorded(db), ['a'])
  })

  test(`${name}: a migration that fails changes nothing, nor do those that ran before it`, async (t) => {
    const db = await open(t)
    const broken: Migrations = { ...later(db), '0003-broken': statement('insert into nowhere values (1)') }

    await assert.rejects(migrate(db, broken), /migration 0003-broken failed: nothing was changed/)

    assert.equal(await schemaVersion(db), undefined)
    assert.deepEqual(await migrate(db, later(db)), ['0001-test', '0002-later'])
  })

  test(`${name}: a migration may take longer than any other transaction`, async (t) => {
    const db = await open(t, { transactionLimitMs: 100 })
    const slow: Migrations = {
      '0001-slow': {
        up: async (trx) => {
          await new Promise((resolve) => setTimeout(resolve, 200))
          await sql`create table slow (id integer)`.execute(trx)
        },
      },
    }

    assert.deepEqual(await migrate(db, slow), ['0001-slow'])
  })
}

test('of several processes that start at once on one PostgreSQL one migrates', async () => {
  const url = await emptyPostgres()
  const program = fileURLToPath(import.meta.resolve('./migrate-once.ts'))

  const results = await Promise.all(Array.from({ length: 3 }, () => run(process.execPath, [program, url])))

  for (const { status, stderr } of results) assert.equal(status, 0, String(stderr))
  const done = results.flatMap(({ stdout }) => JSON.parse(String(stdout)))
  assert.deepEqual(done, ['0001-test'])
})

test('on PostgreSQL no time-out of ours ends a migration', async () => {
  const db = openPostgres<TestTables>({ url: await emptyPostgres(), transactionLimitMs: 100, maxConnections: 1 })
  let seen: unknown
  const asking: Migrations = {
    '0001-asking': {
      up: async (trx) => {
        const names = ['statement_timeout', 'idle_in_transaction_session_timeout']
        const settings = sql`select ${sql.join(names.map((name) => sql`current_setting(${name}) as ${sql.ref(name)}`))}`
        seen = (await settings.execute(trx)).rows[0]
        await new Promise((resolve) => setTimeout(resolve, 300))
      },
    },
  }

  await migrate(db, asking)
  const after = await sql<{ now: string }>`select current_setting('statement_timeout') as now`.execute(db.kysely)
  await db.close()

  assert.deepEqual({ ...(seen as object) }, { statement_timeout: '0', idle_in_transaction_session_timeout: '0' })
  assert.equal(after.rows[0]?.now, '30s')
})

test('when the connection breaks while it migrates a process says what is stored, and the next one goes on from there', async (t) => {
  const proxy = await proxyTo(t, await emptyPostgres())
  const db = openPostgres<TestTables>({ url: proxy.url })
  t.after(() => db.close())

  proxy.cutAt('create table "entry"', 'before the server gets it')
  await assert.rejects(migrate(db, migrationsOf(db.engine)), DatabaseUnavailable)
  assert.equal(await schemaVersion(db), undefined)
  proxy.cutAtCommit('after the server got it')
  await assert.rejects(migrate(db, migrationsOf(db.engine)), CommitUnknown)

  assert.equal(await schemaVersion(db), '0001-test')
  assert.deepEqual(await migrate(db, migrationsOf(db.engine)), [])
})
