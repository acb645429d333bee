import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { until } from '../../../../test/support/until.ts'
import { CommitFailed, CommitUnknown, DatabaseUnavailable } from '../../src/store/database-errors.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openPostgres, type PostgresOptions } from '../../src/store/postgres/open-postgres.ts'
import { ask, emptyPostgres, postgres } from './engines.ts'
import { proxyTo } from './postgres-proxy.ts'
import { standStill } from './stand-still.ts'
import { migrationsOf, record, recorded, type TestTables } from './test-tables.ts'

/** A migrated database that is reached through a socket that can break. */
async function breakable(t: TestContext, options: Partial<PostgresOptions> = {}) {
  const url = await emptyPostgres()
  const proxy = await proxyTo(t, url)
  const db = openPostgres<TestTables>({ url: proxy.url, maxConnections: 2, ...options })
  t.after(() => db.close())
  await migrate(db, migrationsOf(db.engine))
  return { db, proxy, url }
}

/** Has the server end every other session on the database. */
const endSessions = (url: string) =>
  ask(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
  )

test('of two transactions that wait for each other both are stored, because one is run again', async (t) => {
  const { db } = await postgres(t)
  await record(db, 'a')
  await record(db, 'b')
  let runs = 0
  let begun = 0
  const both = Promise.withResolvers<void>()
  const addInOrder = (first: string, second: string) =>
    db.write(async (trx) => {
      runs++
      const add = (id: string) =>
        trx
          .updateTable('entry')
          .set((row) => ({ amount: row('amount', '+', 1) }))
          .where('id', '=', id)
          .execute()
      await add(first)
      if (++begun === 2) both.resolve()
      await both.promise
      await add(second)
    })

  await Promise.all([addInOrder('a', 'b'), addInOrder('b', 'a')])

  const rows = await db.read((reader) => reader.selectFrom('entry').select('amount').execute())
  assert.deepEqual(
    rows.map(({ amount }) => amount),
    [3, 3],
  )
  assert.ok(runs > 2, 'there was no deadlock')
})

test('a transaction that always fails for another one is given up after a few attempts', async (t) => {
  const { db } = await postgres(t)
  let runs = 0

  const hopeless = db.write(async (trx) => {
    runs++
    await sql`do $$ begin raise exception 'as if' using errcode = '40001'; end $$`.execute(trx)
  })

  await assert.rejects(hopeless, /as if/)
  assert.ok(runs > 1 && runs < 10, `${runs} attempts`)
})

test('other failures are not tried again', async (t) => {
  const { db } = await postgres(t)
  let runs = 0

  const failing = db.write(async (trx) => {
    runs++
    await sql`select 1 / 0`.execute(trx)
  })

  await assert.rejects(failing, /division by zero/)
  assert.equal(runs, 1)
})

test('a COMMIT that the server refuses has stored nothing', async (t) => {
  const { db } = await postgres(t)
  await sql`create table child (parent text references entry (id) deferrable initially deferred)`.execute(db.kysely)

  const refused = db.write(async (trx) => {
    await trx.insertInto('entry').values({ id: 'a', body: null, amount: 0 }).execute()
    await sql`insert into child values ('nobody')`.execute(trx)
  })

  await assert.rejects(refused, CommitFailed)
  assert.deepEqual(await recorded(db), [])
})

test('when the connection breaks during COMMIT it is said that nobody knows, and both can be true', async (t) => {
  const { db, proxy } = await breakable(t)

  proxy.cutAtCommit('before the server gets it')
  await assert.rejects(record(db, 'lost'), CommitUnknown)
  proxy.cutAtCommit('after the server got it')
  await assert.rejects(record(db, 'stored'), CommitUnknown)

  assert.deepEqual(await recorded(db), ['stored'])
})

test('a transaction whose connection ends before COMMIT is run again on another one', async (t) => {
  const { db, url } = await breakable(t)
  let runs = 0

  await record(db, 'a', async () => {
    if (runs++ === 0) await endSessions(url)
  })

  assert.equal(runs, 2)
  assert.deepEqual(await recorded(db), ['a'])
})

test('a transaction whose connection is known to have ended before COMMIT is stored nowhere, and is run again', async (t) => {
  const { db, url } = await breakable(t)
  let runs = 0

  await db.write(async (trx) => {
    await trx.insertInto('entry').values({ id: 'a', body: null, amount: 0 }).execute()
    if (runs++ > 0) return
    await endSessions(url)
    // What sees the end is no part of the transaction: nothing but COMMIT is left to fail by it.
    await assert.rejects(sql`select 1`.execute(trx), DatabaseUnavailable)
  })

  assert.equal(runs, 2)
  const rows = await db.read((reader) => reader.selectFrom('entry').select('id').execute())
  assert.deepEqual(rows, [{ id: 'a' }])
})

test('sessions that the server ends while nobody uses them do no harm', async (t) => {
  const lost: Error[] = []
  const { db, url } = await breakable(t, { onConnectionLost: (error) => lost.push(error) })
  await Promise.all([record(db, 'a'), record(db, 'b')])

  await endSessions(url)
  await until(() => lost.length === 2)
  await record(db, 'c')

  assert.deepEqual(await recorded(db), ['a', 'b', 'c'])
})

test('while the server is gone everything fails at once and says so, and when it is back everything works', async (t) => {
  const { db, proxy } = await breakable(t)
  await record(db, 'a')

  await proxy.down()
  const start = performance.now()
  await assert.rejects(record(db, 'b'), DatabaseUnavailable)
  await assert.rejects(db.ping(), DatabaseUnavailable)
  const took = performance.now() - start
  await proxy.up()
  await db.ping()
  await record(db, 'c')

  assert.ok(took < 10_000, `a connection was waited for: ${took} ms`)
  assert.deepEqual(await recorded(db), ['a', 'c'])
})

test('answers that came while the process stood still are answers, and a server that says nothing is one that is away', async (t) => {
  const { db, proxy } = await breakable(t, { silenceLimitMs: 1000 })
  const asked = sql<{ answer: string }>`select 'yes' as answer from pg_sleep(0.3)`.execute(db.kysely)
  await delay(150)

  standStill(2500)
  assert.equal((await asked).rows[0]?.answer, 'yes')
  proxy.hold()
  await assert.rejects(db.ping(), DatabaseUnavailable)

  proxy.letGo()
  await until(() =>
    db.ping().then(
      () => true,
      () => false,
    ),
  )
})

test('more transactions than connections wait for their turn', async (t) => {
  const { db } = await breakable(t, { maxConnections: 2 })

  await Promise.all(Array.from({ length: 20 }, (_, i) => record(db, `id ${i}`)))

  assert.equal((await recorded(db)).length, 20)
})

test('a wait for a lock is bounded and leaves the connection usable', async (t) => {
  const { db } = await postgres(t, { maxConnections: 1 })

  const impatient = db.write(async (trx) => {
    await sql`set local statement_timeout = 100`.execute(trx)
    await sql`select pg_sleep(5)`.execute(trx)
  })

  await assert.rejects(impatient, /statement timeout/)
  await record(db, 'a')
  const [timeouts] = await ask(await emptyPostgres(), 'show statement_timeout')
  assert.equal(timeouts?.['statement_timeout'], '0')
  const ours = await sql<{ lock: string; statement: string; idle: string }>`
    select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement,
      current_setting('idle_in_transaction_session_timeout') as idle`.execute(db.kysely)
  assert.deepEqual({ ...ours.rows[0] }, { lock: '10s', statement: '30s', idle: '25s' })
})
