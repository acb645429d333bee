import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Database } from '../../src/store/database.ts'
import { CommitUnknown, isUniqueViolation, TransactionMisused } from '../../src/store/database-errors.ts'
import { openPostgres } from '../../src/store/postgres/open-postgres.ts'
import { statement } from '../../src/store/statement.ts'
import { ask, emptyPostgres, postgres, sqlite } from './engines.ts'
import { proxyTo } from './postgres-proxy.ts'
import type { TestTables } from './test-tables.ts'

const ENGINES = [
  { name: 'SQLite', open: sqlite },
  { name: 'PostgreSQL', open: postgres },
]

function inserter({ kysely }: Database<TestTables>) {
  return statement<{ id: string; amount: number }, { id: string }>((place) =>
    kysely
      .insertInto('entry')
      .values({ id: place('id'), amount: place('amount'), body: null })
      .returning('id'),
  )
}

async function amounts(db: Database<TestTables>) {
  const rows = await db.read((reader) => reader.selectFrom('entry').select(['id', 'amount']).orderBy('id').execute())
  return rows.map(({ id, amount }) => `${id} ${amount}`)
}

for (const { name, open } of ENGINES) {
  test(`${name}: one statement alone is stored, and its answer comes back`, async (t) => {
    const { db } = await open(t)
    const insert = inserter(db)

    const { rows } = await db.writeOne((one) => insert(one, { id: 'a', amount: 7 }))

    assert.deepEqual(
      rows.map(({ id }) => id),
      ['a'],
    )
    assert.deepEqual(await amounts(db), ['a 7'])
  })

  test(`${name}: one that is refused stores nothing, and the refusal comes out unchanged`, async (t) => {
    const { db } = await open(t)
    const insert = inserter(db)
    await db.writeOne((one) => insert(one, { id: 'a', amount: 7 }))

    const again = db.writeOne((one) => insert(one, { id: 'a', amount: 8 }))

    await assert.rejects(again, isUniqueViolation)
    assert.deepEqual(await amounts(db), ['a 7'])
  })

  test(`${name}: a second statement is a misuse`, async (t) => {
    const { db } = await open(t)
    const insert = inserter(db)

    const two = db.writeOne(async (one) => {
      await insert(one, { id: 'a', amount: 7 })
      await insert(one, { id: 'b', amount: 8 })
    })

    await assert.rejects(two, TransactionMisused)
    assert.ok(!(await amounts(db)).includes('b 8'))
  })

  test(`${name}: inside a transaction it is a misuse`, async (t) => {
    const { db } = await open(t)
    const insert = inserter(db)

    const nested = db.write(() => db.writeOne((one) => insert(one, { id: 'a', amount: 7 })))

    await assert.rejects(nested, TransactionMisused)
    assert.deepEqual(await amounts(db), [])
  })
}

for (const { when, stored } of [
  { when: 'before the server gets it', stored: [] },
  { when: 'after the server got it', stored: ['a 7'] },
] as const) {
  test(`PostgreSQL: a connection that ends ${when} leaves unknown whether it is stored, and it is not run again`, async (t) => {
    const { db, proxy } = await breakable(t)
    const insert = inserter(db)
    let runs = 0

    proxy.cutAt('insert into', when)
    const broken = db.writeOne((one) => {
      runs++
      return insert(one, { id: 'a', amount: 7 })
    })

    await assert.rejects(broken, CommitUnknown)
    assert.equal(runs, 1)
    assert.deepEqual(await amounts(db), stored)
  })
}

async function breakable(t: TestContext) {
  const { db: direct, url } = await postgres(t)
  await direct.ping()
  const proxy = await proxyTo(t, url)
  const db = openPostgres<TestTables>({ url: proxy.url, maxConnections: 1 })
  t.after(() => db.close())
  await db.ping()
  return { db, proxy }
}

test('PostgreSQL: a server that is set up to begin with something else has no say in it', async (t) => {
  const { url } = await postgres(t)
  const database = /\/(test\d+)\?/.exec(url)?.[1]
  await ask(await emptyPostgres(), `alter database ${database} set default_transaction_read_only = on`)
  const db = openPostgres<TestTables>({ url })
  t.after(() => db.close())
  const insert = inserter(db)

  await db.writeOne((one) => insert(one, { id: 'a', amount: 7 }))

  assert.deepEqual(await amounts(db), ['a 7'])
})
