import assert from 'node:assert/strict'
import { fdatasync, statSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { until } from '../../../../test/support/until.ts'
import { CommitUnknown, DatabaseUnavailable } from '../../src/store/database-errors.ts'
import type { GroupCommitLimits } from '../../src/store/sqlite/group-commit-limits.ts'
import { sqlite } from './engines.ts'
import { record, recorded } from './test-tables.ts'

const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise(setImmediate)
}

/** A database whose disk takes as long as the test wants, and fails when it wants. */
async function slowDisk(t: TestContext, limits: GroupCommitLimits = {}) {
  const waiting: { done(): void; fail(error: Error): void }[] = []
  let slow = false
  const flushFile = () => (slow ? new Promise<void>((done, fail) => waiting.push({ done, fail })) : Promise.resolve())
  const { db } = await sqlite(t, { flushFile, ...limits })
  slow = true
  t.after(() => {
    slow = false
    for (const flush of waiting) flush.done()
  })
  return { db, waiting }
}

/** Whether it has settled, after the event loop has gone round often enough for everything but the disk. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let ended = false
  const end = () => {
    ended = true
  }
  promise.then(end, end)
  await turns(20)
  return ended
}

test('a write resolves when the disk has it, not before', async (t) => {
  const { db, waiting } = await slowDisk(t)

  const write = record(db, 'a')
  const before = await settled(write)
  waiting.shift()?.done()
  const after = await settled(write)

  assert.deepEqual([before, after], [false, true])
})

test('what a loss of power could undo is shown to nobody', async (t) => {
  const { db, waiting } = await slowDisk(t)
  const write = record(db, 'a')
  await turns(20)

  const read = recorded(db)
  const before = await settled(read)
  waiting.shift()?.done()

  assert.equal(before, false)
  assert.deepEqual(await read, ['a'])
  await write
})

test('transactions that come while the disk is busy with those before them share the next flush', async (t) => {
  const { db, waiting } = await slowDisk(t)
  const first = record(db, 'a')
  await turns(20)

  const later = [record(db, 'b'), turns(5).then(() => record(db, 'c'))]
  await turns(40)
  const flushes = waiting.length
  waiting.shift()?.done()
  await first
  const laterToo = await settled(Promise.any(later))
  waiting.shift()?.done()
  await Promise.all(later)

  assert.equal(flushes, 1)
  assert.equal(laterToo, false, 'the flush that began before them says nothing of them')
  assert.deepEqual(await recorded(db), ['a', 'b', 'c'])
})

test('what comes while the disk is busy is run at once, and lost should the disk fail', async (t) => {
  const { db, waiting } = await slowDisk(t)
  const first = record(db, 'a')
  await turns(20)
  let ran = false

  const second = db.write(async (trx) => {
    await trx.insertInto('entry').values({ id: 'b', body: new Uint8Array(), amount: 1 }).execute()
    ran = true
  })
  await turns(20)
  const ranMeanwhile = ran
  waiting.shift()?.fail(new Error('as if'))

  assert.equal(ranMeanwhile, true)
  await assert.rejects(first, CommitUnknown)
  await assert.rejects(second, DatabaseUnavailable)
  assert.equal(waiting.length, 0, 'nothing more was brought to a disk that failed')
})

test('many who come while the disk is busy do not keep the event loop from others', async (t) => {
  const { db, waiting } = await slowDisk(t, { sliceMs: 0 })
  const first = record(db, 'a')
  await turns(20)
  const events: string[] = []
  const watch = setInterval(() => events.push('another'), 0)
  t.after(() => clearInterval(watch))

  const later = Array.from({ length: 40 }, (_, at) =>
    db.write(async (trx) => {
      await trx
        .insertInto('entry')
        .values({ id: `${at}`, body: new Uint8Array(), amount: at })
        .execute()
      const until = performance.now() + 2
      while (performance.now() < until);
      events.push('run')
    }),
  )
  await until(() => events.filter((event) => event === 'run').length === 40)
  clearInterval(watch)
  waiting.shift()?.done()
  await first
  await until(() => waiting.length > 0)
  waiting.shift()?.done()
  await Promise.all(later)

  const between = events.slice(0, events.lastIndexOf('run')).filter((event) => event === 'another')
  assert.ok(between.length > 10, `${between.length} others had a turn between 40 transactions`)
})

test('a disk that fails after COMMIT is said to whoever waits, and nothing more is written', async (t) => {
  const told: Error[] = []
  const { db, waiting } = await slowDisk(t, { onBroken: (why) => told.push(why) })
  const write = record(db, 'a')
  await turns(20)

  waiting.shift()?.fail(new Error('as if'))

  await assert.rejects(write, CommitUnknown)
  await assert.rejects(
    record(db, 'b'),
    (error) => error instanceof DatabaseUnavailable && /restart/.test(error.message),
  )
  await assert.rejects(db.ping(), /restart/)
  assert.equal(told.length, 1, 'whoever can end the process was told, once')
})

test('the log is flushed by the system, not by a promise of ours', async (t) => {
  const files = new Set<number>()
  const flushFile = (file: number) => {
    files.add(file)
    return promisify(fdatasync)(file)
  }
  const { db } = await sqlite(t, { flushFile })

  await record(db, 'a')

  assert.equal(files.size, 1)
})

test('the log does not grow for ever, and moving it holds up nobody for long', async (t) => {
  const { db, path } = await sqlite(t)
  const body = new Uint8Array(4000)
  let longest = 0
  let last = performance.now()
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 1)
  t.after(() => clearInterval(watch))

  const write = async (from: number) => {
    for (let i = from; i < 24_000; i += 32) {
      await db.write((trx) =>
        trx
          .insertInto('entry')
          .values({ id: `id ${i}`, body, amount: i })
          .execute(),
      )
    }
  }
  await Promise.all(Array.from({ length: 32 }, (_, from) => write(from)))
  clearInterval(watch)

  const [log, file] = [statSync(`${path}-wal`).size, statSync(path).size]
  t.diagnostic(
    `${log >> 20} MiB of log, ${file >> 20} MiB of file, the event loop held for ${longest.toFixed(0)} ms at most`,
  )
  assert.ok(log < 64 << 20, `${log} octets of log`)
  assert.ok(file > 48 << 20, `${file} octets of file`)
})
