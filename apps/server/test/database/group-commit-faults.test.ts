import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { CommitFailed, CommitUnknown, DatabaseUnavailable } from '../../src/store/database-errors.ts'
import { GroupCommit } from '../../src/store/sqlite/group-commit.ts'

/** A group commit on a database in memory, and a way to have one of its commands fail from now on. */
function breakable(t: TestContext) {
  const db = new DatabaseSync(':memory:')
  db.exec('create table entry (id text)')
  const faults = new Map<string, Error>()
  const group = new GroupCommit({
    get isTransaction() {
      return db.isTransaction
    },
    exec: (sql) => db.exec(sql),
    prepare: (sql) => {
      const statement = db.prepare(sql)
      return {
        run: () => {
          const fault = faults.get(sql)
          if (fault !== undefined) throw fault
          return statement.run()
        },
      }
    },
  })
  t.after(() => {
    faults.clear()
    group.close()
    db.close()
  })
  const put = async (id: string, then: 'finish' | 'abandon' = 'finish') => {
    await group.begin()
    db.prepare('insert into entry values (?)').run(id)
    await group[then]()
  }
  const stored = () =>
    db
      .prepare('select id from entry')
      .all()
      .map((row) => row['id'])
  return { group, faults, put, stored }
}

/** An error as `node:sqlite` throws it. */
const sqliteError = (errcode: number) => Object.assign(new Error('as if'), { code: 'ERR_SQLITE_ERROR', errcode })
const SQLITE_FULL = 13
const SQLITE_IOERR_FSYNC = 1034

test('when the disk fails during COMMIT it is said that nobody knows whether it is stored', async (t) => {
  const { faults, put, stored } = breakable(t)
  faults.set('COMMIT', sqliteError(SQLITE_IOERR_FSYNC))

  const results = await Promise.allSettled([put('a'), put('b')])
  faults.clear()
  await put('c')

  for (const result of results) assert.ok(result.status === 'rejected' && result.reason instanceof CommitUnknown)
  assert.deepEqual(stored(), ['c'])
})

test('when COMMIT finds the disk full nothing of its group is stored', async (t) => {
  const { faults, put, stored } = breakable(t)
  faults.set('COMMIT', sqliteError(SQLITE_FULL))

  const results = await Promise.allSettled([put('a'), put('b')])
  faults.clear()
  await put('c')

  for (const result of results) assert.ok(result.status === 'rejected' && result.reason instanceof CommitFailed)
  assert.deepEqual(stored(), ['c'])
})

test('a member that cannot be undone takes its whole group with it', async (t) => {
  const { faults, put, stored } = breakable(t)
  faults.set('ROLLBACK TO member', sqliteError(SQLITE_IOERR_FSYNC))

  const results = await Promise.allSettled([put('a'), put('b', 'abandon')])
  faults.clear()
  await put('c')

  assert.ok(results[0].status === 'rejected' && results[0].reason instanceof CommitFailed)
  assert.deepEqual(stored(), ['c'])
})

test('what cannot be rolled back is never committed: nothing is written any more', async (t) => {
  const { group, faults, put } = breakable(t)
  faults.set('ROLLBACK TO member', sqliteError(SQLITE_IOERR_FSYNC))
  faults.set('ROLLBACK', sqliteError(SQLITE_IOERR_FSYNC))

  const results = await Promise.allSettled([put('a'), put('b', 'abandon'), put('c')])
  faults.delete('ROLLBACK TO member')
  await assert.rejects(put('d'), DatabaseUnavailable)

  assert.ok(results[0].status === 'rejected' && results[0].reason instanceof CommitFailed)
  assert.ok(results[2].status === 'rejected' && results[2].reason instanceof DatabaseUnavailable)
  assert.throws(() => group.refuseIfBroken(), /must be restarted/)
})
