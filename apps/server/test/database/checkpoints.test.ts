import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { PATIENCE_MS } from '../../../../test/support/until.ts'
import { Checkpoints } from '../../src/store/sqlite/checkpoints.ts'
import { temporaryFolder } from './engines.ts'

test('a log that cannot be moved disturbs no commit, and is tried again', async (t) => {
  let tried = 0
  const writer = {
    progress: () => ({ log: 5000, checkpointed: 0 }),
    finish: () => {
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
