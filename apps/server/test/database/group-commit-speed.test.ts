import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sqlite } from './engines.ts'
import { record } from './test-tables.ts'

test('groups are faster than a commit each', async (t) => {
  const transactions = 3000
  const perSecond = async (maxGroup: number) => {
    const { db } = await sqlite(t, { maxGroup })
    let next = 0
    const start = performance.now()
    const worker = async () => {
      while (next < transactions) await record(db, `id ${next++}`)
    }
    await Promise.all(Array.from({ length: 32 }, worker))
    return Math.round((transactions / (performance.now() - start)) * 1000)
  }

  const single = await perSecond(1)
  const grouped = await perSecond(64)

  t.diagnostic(`32 in flight: ${single} transactions/s with a commit each, ${grouped} in groups`)
  // Where fsync costs nothing (a RAM disk) there is little to gain; it is never a loss.
  assert.ok(grouped > single, `${grouped} in groups, ${single} with a commit each`)
})
