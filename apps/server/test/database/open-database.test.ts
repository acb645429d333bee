import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DatabaseInUse } from '../../src/store/database-errors.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { emptyPostgres, temporaryFolder } from './engines.ts'
import { migrationsOf, record, recorded, type TestTables } from './test-tables.ts'

test('without a URL the database is a SQLite file in the data folder that only its owner can read', async (t) => {
  const dataFolder = join(temporaryFolder(t), 'new', 'data')

  const db = await openDatabase<TestTables>({ url: '', dataFolder })
  await migrate(db, migrationsOf(db.engine))
  await record(db, 'a')

  assert.equal(db.engine, 'sqlite')
  assert.equal(statSync(dataFolder).mode & 0o777, 0o700)
  const files = readdirSync(dataFolder)
  assert.ok(files.includes('chancery.db') && files.includes('chancery.db-wal'), files.join())
  for (const file of files) assert.equal(statSync(join(dataFolder, file)).mode & 0o777, 0o600, file)
  await db.close()
})

test('a data folder is served once at a time, and keeps what it was given', async (t) => {
  const dataFolder = temporaryFolder(t)
  const first = await openDatabase<TestTables>({ dataFolder })
  await migrate(first, migrationsOf(first.engine))
  await record(first, 'a')

  await assert.rejects(openDatabase({ dataFolder }), DatabaseInUse)
  await first.close()
  const second = await openDatabase<TestTables>({ dataFolder })

  assert.deepEqual(await recorded(second), ['a'])
  await second.close()
})

test('with a URL the database is PostgreSQL', async () => {
  const db = await openDatabase<TestTables>({ url: await emptyPostgres(), dataFolder: '/nowhere' })

  await migrate(db, migrationsOf(db.engine))
  await record(db, 'a')

  assert.equal(db.engine, 'postgres')
  assert.deepEqual(await recorded(db), ['a'])
  await db.close()
})

test('a URL that is none of PostgreSQL is refused by the name of the setting, and not repeated', async () => {
  for (const url of ['mysql://u:geheim@h/d', 'geheim', 'postgres://u:geheim@h:port/d', 'postgres://u:geheim@[h/d']) {
    await assert.rejects(openDatabase({ url, dataFolder: '/nowhere' }), (error) => {
      assert.ok(error instanceof Error)
      assert.match(error.message, /CHANCERY_DATABASE_URL/)
      assert.ok(!JSON.stringify([error.message, error.stack, error.cause ?? null]).includes('geheim'))
      return true
    })
  }
})
