import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { PATIENCE_MS } from '../../../../test/support/until.ts'
import { Checkpoints } from '../../src/store/sqlite/checkpoints.ts'
import { GroupCommit } from '../../src/store/sqlite/group-commit.ts'
import { temporaryFolder } from './engines.ts'

test('a log that cannot be moved disturbs no commit, and is tried again', async (t) => {
  let tried = 0
  const writer = {
    progress: () => ({ log: 5000, checkpointed: 0 }),
    moveAll: () => {
      tried++
      throw new Error('as on a full disk')
    },
  }
  // The thread cannot open this either, and ends.
  const checkpoints = new Checkpoints(join(temporaryFolder(t), 'no', 'such.db'), writer)
  t.after(() => checkpoints.close())

  const until = performance.now() + PATIENCE_MS
  while (tried < 2 && performance.now() < until) {
    checkpoints.afterCommit()
    await delay(1)
  }

  assert.equal(tried, 2)
})

test('the last pages are moved by the thread while nobody writes, and the log begins anew', async (t) => {
  const path = join(temporaryFolder(t), 'test.db')
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE entry (body blob)')
  const insert = db.prepare('INSERT INTO entry VALUES (zeroblob(40000))')
  const look = db.prepare('PRAGMA wal_checkpoint(NOOP)')
  const progress = () => {
    const { log, checkpointed } = look.get() ?? {}
    return { log: Number(log), checkpointed: Number(checkpointed) }
  }
  let movedByWriter = 0
  const checkpoints = new Checkpoints(path, { progress, moveAll: () => movedByWriter++ })
  t.after(async () => {
    await checkpoints.close()
    db.close()
  })

  const until = performance.now() + PATIENCE_MS
  let lastRound: Promise<void> | undefined
  // A round that nobody wrote in has moved all, and then the log begins anew before the last one.
  let longest = 0
  while (lastRound === undefined && performance.now() < until) {
    await delay(0)
    insert.run()
    longest = Math.max(longest, progress().log)
    checkpoints.afterCommit()
    // It may be over when the event loop has gone round once.
    lastRound = checkpoints.lastRound()
  }
  assert.ok(longest > 4000, 'it is not done for a few pages')
  await lastRound

  const { log, checkpointed } = progress()
  assert.equal(checkpointed, log)
  insert.run()
  assert.ok(progress().log < 100, 'the log goes on behind what was moved')
  assert.equal(movedByWriter, 0)
})

test('during the last round no transaction is opened, and those that came are afterwards', async (t) => {
  const db = new DatabaseSync(':memory:')
  t.after(() => db.close())
  const round = Promise.withResolvers<void>()
  let running: Promise<void> | undefined = round.promise
  const group = new GroupCommit(
    db,
    {},
    { flush: async () => {}, flushing: () => undefined, afterCommit: () => {}, pause: () => running },
  )

  const begun = group.begin()
  await delay(20)
  const wasOpen = db.isTransaction
  running = undefined
  round.resolve()
  await begun
  const isOpen = db.isTransaction
  await group.finish()

  assert.deepEqual([wasOpen, isOpen], [false, true])
})
