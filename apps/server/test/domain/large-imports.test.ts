import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { test } from 'node:test'
import { readIndexTxt } from '../../src/authorities/index-txt.ts'

test('the largest index that is taken is read while others have their turn', async () => {
  const line = (at: number) =>
    `R\t301231235959Z\t250101000000Z,keyCompromise\t${(at + 16).toString(16).padStart(16, '0')}\tunknown\t/CN=host-${at}`
  const text = Array.from({ length: 100_000 }, (_, at) => line(at)).join('\n')
  const delay = monitorEventLoopDelay({ resolution: 5 })
  let turns = 0
  const ticking = setInterval(() => turns++, 1)
  delay.enable()

  const { entries, problem } = await readIndexTxt(text)

  delay.disable()
  clearInterval(ticking)
  assert.deepEqual([entries.length, problem, entries[99_999]?.subject], [100_000, undefined, '/CN=host-99999'])
  assert.ok(turns >= 10, `others had ${turns} turns`)
  // Without turns this took half a second and more; the median tells little of a machine that is busy elsewhere.
  assert.ok(delay.percentile(50) < 100_000_000, `half of the waits were longer than ${delay.percentile(50) / 1e6} ms`)
})
