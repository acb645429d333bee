import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { test } from 'node:test'
import { needs } from '../../../../test/support/system-program.ts'
import { importAuthority } from '../../src/authorities/import-authority.ts'
import { readIndexTxt } from '../../src/authorities/index-txt.ts'
import { withLargePast } from '../support/large-past.ts'
import { watchTurns } from '../support/longest-turn.ts'
import { world } from '../support/world.ts'

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

test(
  'a past of more than a thousand certificates is loaded while others have their turn',
  needs('openssl'),
  async (t) => {
    const here = await world(t)
    const past = await withLargePast(t, 1_500)
    const watch = watchTurns()

    const { id } = await importAuthority(past, here.act(), here.domain.authorities)

    const { turns, longest } = watch.stop()
    const { certificates } = await here.domain.stores.authorities.extent(id, here.now())
    assert.equal(certificates, 1_500 + 1, 'and the OCSP responder')
    assert.ok(turns >= 20, `others had ${turns} turns`)
    assert.ok(longest < 150, `others waited ${longest} ms`)
  },
)
