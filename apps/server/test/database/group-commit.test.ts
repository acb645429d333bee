import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { until } from '../../../../test/support/until.ts'
import { CommitFailed, DatabaseBusy, TransactionMisused } from '../../src/store/database-errors.ts'
import type { SqliteOptions } from '../../src/store/sqlite/open-sqlite.ts'
import { sqlite } from './engines.ts'
import { record, recorded } from './test-tables.ts'

/** A database that also tells how many transactions each of its commits carried. */
async function observed(t: TestContext, options: Partial<SqliteOptions> = {}) {
  const commits: number[] = []
  const { db, path } = await sqlite(t, { sliceMs: 10_000, ...options, onCommit: (members) => commits.push(members) })
  commits.length = 0
  return { db, path, commits }
}

/** What another connection finds, whatever ours believes. */
function foundBy(path: string, query: string): unknown[] {
  const other = new DatabaseSync(path, { readOnly: true })
  try {
    return other
      .prepare(query)
      .all()
      .map((row) => Object.values(row)[0])
  } finally {
    other.close()
  }
}

const outcomes = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map((result) => (result.status === 'fulfilled' ? 'stored' : result.reason?.constructor?.name))

test('transactions that wait share one commit', async (t) => {
  const { db, path, commits } = await observed(t, { enough: 64 })

  await Promise.all(Array.from({ length: 20 }, (_, i) => record(db, `id ${i}`)))

  assert.deepEqual(commits, [20])
  assert.deepEqual(foundBy(path, 'select count(*) from note'), [20])
})

test('transactions that arrive in callbacks of their own within one turn of the event loop share a commit', async (t) => {
  const { db, commits } = await observed(t)

  const arrivals = Array.from({ length: 8 }, (_, i) => delay(20).then(() => record(db, `id ${i}`)))
  await Promise.all(arrivals)

  assert.ok(commits.length < 8, `${commits.length} commits for 8 transactions`)
})

test('a group is never larger than its limit', async (t) => {
  const { db, commits } = await observed(t, { maxGroup: 5 })

  await Promise.all(Array.from({ length: 12 }, (_, i) => record(db, `id ${i}`)))

  assert.deepEqual(commits, [5, 5, 2])
})

test('some are enough for a commit when the disk is free, though others wait', async (t) => {
  const { db, commits } = await observed(t, { enough: 5 })

  await Promise.all(Array.from({ length: 12 }, (_, i) => record(db, `id ${i}`)))

  assert.equal(commits[0], 5)
  assert.equal(
    commits.reduce((sum, members) => sum + members, 0),
    12,
  )
})

test('a group that has run for long is committed though others wait', async (t) => {
  const { db, commits } = await observed(t, { sliceMs: 0, flushFile: async () => {} })

  await Promise.all(Array.from({ length: 4 }, (_, i) => record(db, `id ${i}`)))

  assert.deepEqual(commits, [1, 1, 1, 1])
})

test('between full groups the event loop serves others', async (t) => {
  const { db, commits } = await observed(t, { maxGroup: 4 })
  const turns: number[] = []
  let writing = true
  const watch = () => {
    turns.push(commits.length)
    if (writing) setImmediate(watch)
  }
  setImmediate(watch)

  await Promise.all(Array.from({ length: 40 }, (_, i) => record(db, `id ${i}`)))
  writing = false

  assert.ok(new Set(turns).size >= 8, `others had a turn after ${[...new Set(turns)].join(', ')} of 10 commits`)
})

test('a member that fails leaves the others of its group stored, and order is order of arrival', async (t) => {
  const { db, path, commits } = await observed(t)
  const fail = () => {
    throw new RangeError('no')
  }

  const results = await Promise.allSettled([
    record(db, 'a'),
    record(db, 'b', fail),
    record(db, 'c'),
    record(db, 'a'),
    record(db, 'd'),
  ])

  assert.deepEqual(outcomes(results), ['stored', 'RangeError', 'stored', 'Error', 'stored'])
  assert.deepEqual(commits, [3])
  assert.deepEqual(foundBy(path, 'select id from entry order by rowid'), ['a', 'c', 'd'])
  assert.deepEqual(foundBy(path, 'select entry from note order by rowid'), ['a', 'c', 'd'])
})

test('nobody is told "stored" before another connection can see it', async (t) => {
  const { db, path } = await observed(t)
  const seen = await Promise.all(
    Array.from({ length: 10 }, async (_, i) => {
      await record(db, `id ${i}`)
      return foundBy(path, `select count(*) from note where entry = 'id ${i}'`)[0]
    }),
  )

  assert.deepEqual(new Set(seen), new Set([1]))
})

test('a COMMIT that fails is told to every member of its group, and to nobody after it', async (t) => {
  const { db, path } = await observed(t)
  // A constraint that is only looked at by COMMIT; our own schema has none.
  await sql`create table parent (id integer primary key)`.execute(db.kysely)
  await sql`create table child (parent integer references parent (id) deferrable initially deferred)`.execute(db.kysely)

  const results = await Promise.allSettled([
    record(db, 'a'),
    db.write((trx) => sql`insert into child values (99)`.execute(trx)),
    record(db, 'b'),
  ])
  await record(db, 'later')

  assert.deepEqual(outcomes(results), ['CommitFailed', 'CommitFailed', 'CommitFailed'])
  assert.deepEqual(foundBy(path, 'select id from entry'), ['later'])
})

test('when the engine rolls everything back by itself, members that had finished are told too', async (t) => {
  const { db, path } = await observed(t)
  await sql`
    create trigger boom before insert on note when new.entry = 'boom'
    begin select raise(rollback, 'as on a full disk'); end`.execute(db.kysely)

  const results = await Promise.allSettled([record(db, 'a'), record(db, 'boom'), record(db, 'b')])

  assert.deepEqual(outcomes(results), ['CommitFailed', 'Error', 'stored'])
  assert.deepEqual(foundBy(path, 'select id from entry'), ['b'])
})

test('a member that swallows the roll-back of the engine is not stored in part', async (t) => {
  const { db, path } = await observed(t)
  await sql`
    create trigger boom before insert on note when new.entry = 'boom'
    begin select raise(rollback, 'as on a full disk'); end`.execute(db.kysely)
  let next: unknown

  const results = await Promise.allSettled([
    db.write(async (trx) => {
      await trx.insertInto('entry').values({ id: 'boom', body: null, amount: 0 }).execute()
      const note = trx.insertInto('note').values({ id: 'n', entry: 'boom' })
      await note.execute().catch(() => {})
      const after = trx.insertInto('entry').values({ id: 'after', body: null, amount: 0 })
      next = await after.execute().catch((error: unknown) => error)
    }),
    record(db, 'b'),
  ])

  assert.ok(next instanceof TransactionMisused)
  assert.deepEqual(outcomes(results), ['CommitFailed', 'stored'])
  assert.deepEqual(foundBy(path, 'select id from entry'), ['b'])
})

test('on a full disk exactly those are stored that were told so, and with room again it goes on', async (t) => {
  let writer: DatabaseSync | undefined
  const { db, path } = await observed(t, { prepare: (connection) => (writer = connection) })
  writer?.exec('PRAGMA max_page_count = 60')
  const large = (id: string) =>
    db.write(async (trx) => {
      await trx
        .insertInto('entry')
        .values({ id, body: new Uint8Array(20_000), amount: 0 })
        .execute()
    })

  const results: PromiseSettledResult<void>[] = []
  for (let round = 0; round < 6; round++) {
    results.push(...(await Promise.allSettled(Array.from({ length: 4 }, (_, i) => large(`id ${round} ${i}`)))))
  }
  writer?.exec('PRAGMA max_page_count = 1000000')
  await large('later')

  const stored = results.flatMap((result, i) => (result.status === 'fulfilled' ? [`id ${i >> 2} ${i & 3}`] : []))
  assert.ok(stored.length > 0 && stored.length < results.length, `${stored.length} of ${results.length} stored`)
  assert.deepEqual(foundBy(path, 'select id from entry order by rowid'), [...stored, 'later'])
})

test('while another process holds the file transactions wait without stopping the event loop', async (t) => {
  const { db, path } = await observed(t)
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  let turns = 0
  const clock = setInterval(() => turns++, 10)

  const waiting = [record(db, 'a'), record(db, 'b')]
  await delay(400)
  await until(() => turns >= 10)
  const blocked = await recorded(db)
  other.exec('ROLLBACK')
  // With the busy time-out of SQLite itself these would have failed before the loop turned ten times.
  await Promise.all(waiting)
  clearInterval(clock)
  other.close()

  assert.deepEqual(blocked, [])
  assert.deepEqual(await recorded(db), ['a', 'b'])
})

test('a process that never lets go of the file is reported to all who wait, after one and the same time', async (t) => {
  const { db, path } = await observed(t, { busyMs: 300 })
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  const heard: number[] = []
  const hear = (id: string) => record(db, id).finally(() => heard.push(performance.now()))

  const results = await Promise.allSettled([hear('a'), hear('b'), hear('c')])
  other.exec('ROLLBACK')
  other.close()
  await record(db, 'd')

  assert.deepEqual(outcomes(results), [DatabaseBusy.name, DatabaseBusy.name, DatabaseBusy.name])
  assert.ok((heard.at(-1) ?? Number.NaN) - (heard[0] ?? 0) < 300, 'nobody waits for the time of another')
  assert.deepEqual(await recorded(db), ['d'])
})

test('with a limit of 0 a transaction is caught in the turn in which it awaits something else', async (t) => {
  const { db } = await observed(t)
  let hashed = false

  const hashing = record(db, 'a', async () => {
    await delay(2000)
    hashed = true
  })

  await assert.rejects(
    hashing,
    (error) => error instanceof TransactionMisused && /not the database/.test(error.message),
  )
  assert.equal(hashed, false)
  assert.deepEqual(await recorded(db), [])
})

test('a transaction of many statements is not taken for one that awaits something else', async (t) => {
  const { db } = await observed(t)

  await db.write(async (trx) => {
    for (let i = 0; i < 5000; i++) {
      await trx
        .insertInto('entry')
        .values({ id: `id ${i}`, body: null, amount: i })
        .execute()
    }
  })

  const [row] = await db.read((reader) =>
    reader
      .selectFrom('entry')
      .select(({ fn }) => fn.countAll().as('rows'))
      .execute(),
  )
  assert.equal(row?.rows, 5000)
})

test('closing writes what has finished', async (t) => {
  const { db, path } = await observed(t)
  const writes = Array.from({ length: 5 }, (_, i) => record(db, `id ${i}`))

  await db.close()

  assert.deepEqual(outcomes(await Promise.allSettled(writes)), Array(5).fill('stored'))
  assert.deepEqual(foundBy(path, 'select count(*) from entry'), [5])
})

test('an error of CommitFailed carries why', async (t) => {
  const { db } = await observed(t)
  await sql`
    create trigger boom before insert on note when new.entry = 'boom'
    begin select raise(rollback, 'as on a full disk'); end`.execute(db.kysely)

  const finished = record(db, 'a')
  record(db, 'boom').catch(() => {})

  await assert.rejects(finished, (error) => error instanceof CommitFailed && /full disk/.test(String(error.cause)))
})
