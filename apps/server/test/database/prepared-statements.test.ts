import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../src/store/database.ts'
import { openPostgres } from '../../src/store/postgres/open-postgres.ts'
import { preparedNames } from '../../src/store/postgres/prepared-names.ts'
import { statement } from '../../src/store/statement.ts'
import { ask, postgres } from './engines.ts'
import { record, type TestTables } from './test-tables.ts'

/** One connection, so that every statement meets the one that was prepared before: they are from their second run on. */
async function onOneConnection(t: TestContext) {
  const { url } = await postgres(t)
  const db = openPostgres<TestTables>({ url, maxConnections: 1 })
  t.after(() => db.close())
  await record(db, 'a')
  const find = statement<{ id: string }, Record<string, unknown>>((place) =>
    db.kysely.selectFrom('entry').selectAll().where('id', '=', place('id')),
  )
  const add = statement<{ id: string }, Record<string, unknown>>((place) =>
    db.kysely
      .updateTable('entry')
      .set((row) => ({ amount: row('amount', '+', 1) }))
      .where('id', '=', place('id'))
      .returningAll(),
  )
  await db.read((reader) => find(reader, { id: 'none' }))
  await db.write((trx) => add(trx, { id: 'none' }))
  return {
    db,
    url,
    read: async () => (await db.read((reader) => find(reader, { id: 'a' }))).rows[0],
    write: async () => (await db.write((trx) => add(trx, { id: 'a' }))).rows[0],
    writeOne: async () => (await db.writeOne((one) => add(one, { id: 'a' }))).rows[0],
  }
}

async function preparedOn(db: Database<TestTables>): Promise<readonly string[]> {
  const { rows } = await sql<{ statement: string }>`
    select statement from pg_prepared_statements where name <> '' order by statement`.execute(db.kysely)
  return rows.map(({ statement: text }) => text.slice(0, 6))
}

test('a statement that is run again and again is prepared once, and others are not', async (t) => {
  const { db, read, write, writeOne } = await onOneConnection(t)

  for (let run = 0; run < 3; run++) {
    await read()
    await write()
    await writeOne()
  }

  assert.deepEqual(await preparedOn(db), ['select', 'update'])
})

test('a statement that is built for a single run is not prepared', async (t) => {
  const { db } = await onOneConnection(t)

  for (let count = 1; count < 4; count++) {
    const find = statement<Record<string, string>, unknown>((place) =>
      db.kysely
        .selectFrom('entry')
        .select('id')
        .where(
          'id',
          'in',
          Array.from({ length: count }, (_, at) => place(`id${at}`)),
        ),
    )
    const ids = Object.fromEntries(Array.from({ length: count }, (_, at) => [`id${at}`, 'a']))
    await db.read((reader) => find(reader, ids))
  }

  assert.deepEqual(await preparedOn(db), [])
})

for (const way of ['read', 'write', 'writeOne'] as const) {
  test(`after a migration changed its table, a prepared ${way} is made anew`, async (t) => {
    const prepared = await onOneConnection(t)
    const before = await prepared[way]()

    await ask(prepared.url, "alter table entry add column colour text not null default 'red'")
    const after = await prepared[way]()

    assert.equal(before?.['colour'], undefined)
    assert.equal(after?.['colour'], 'red')
  })

  test(`a ${way} that a pooler has forgotten is made anew`, async (t) => {
    const prepared = await onOneConnection(t)
    const before = await prepared[way]()

    await sql`deallocate all`.execute(prepared.db.kysely)
    const after = await prepared[way]()

    assert.deepEqual(Object.keys(after ?? {}), Object.keys(before ?? {}))
    assert.deepEqual(await preparedOn(prepared.db), [way === 'read' ? 'select' : 'update'])
  })
}

test('a write that had to be made anew is done once', async (t) => {
  const { db, write, writeOne } = await onOneConnection(t)
  await write()

  await sql`deallocate all`.execute(db.kysely)
  await writeOne()
  await sql`deallocate all`.execute(db.kysely)
  const row = await write()

  assert.equal(row?.['amount'], 4)
})

test('a name that somebody else took on the connection is left to them', async (t) => {
  const { db, read } = await onOneConnection(t)
  await read()
  const names = await sql<{ name: string }>`select name from pg_prepared_statements where name <> ''`.execute(db.kysely)
  const [{ name } = { name: '' }] = names.rows
  await sql`deallocate all`.execute(db.kysely)
  await sql.raw(`prepare "${name.replace(/\.0$/, '.1')}" as select 1`).execute(db.kysely)

  const row = await read()

  assert.equal(row?.['id'], 'a')
})

test('behind a pooler that always forgets, nothing is prepared any more', async (t) => {
  const { db, read, write } = await onOneConnection(t)

  for (let run = 0; run < 12; run++) {
    await read()
    await write()
    await sql`deallocate all`.execute(db.kysely)
  }
  const row = await write()

  assert.equal(row?.['amount'], 14)
  assert.deepEqual(await preparedOn(db), [])
})

test('statements that fail at the same time by one migration change the names once', () => {
  const names = preparedNames()
  const [one, other] = [names.of('one') ?? '', names.of('other') ?? '']

  names.forget(one)
  const renamed = names.of('other')
  names.forget(other)

  assert.notEqual(renamed, other)
  assert.equal(names.of('other'), renamed)
})
