import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rootOf } from '../support/authorities.ts'
import { refreshCrls } from '../support/rounds.ts'
import { world } from '../support/world.ts'

const DAY = 86_400_000

test('a crash between a CRL and the end of its work makes it again, and the next is still planned', async (t) => {
  let broken = true
  const here = await world(t, {
    wrapStores: (stores) => {
      const { outbox } = stores.system
      const finish: typeof outbox.finish = (item) =>
        broken ? Promise.reject(new Error('killed')) : outbox.finish(item)
      const retry: typeof outbox.retry = (item, dueAt) =>
        broken ? Promise.reject(new Error('killed')) : outbox.retry(item, dueAt)
      return { ...stores, system: { ...stores.system, outbox: { ...outbox, finish, retry } } }
    },
  })
  const root = await rootOf(here)
  const latest = () => here.stores.system.crls.latest({ generation: root.generation.id, partition: 0, delta: false })

  await assert.rejects(refreshCrls(here), /killed/)
  broken = false
  const made = await latest()
  here.advance(4 * DAY)
  await refreshCrls(here)

  assert.ok(made)
  assert.ok(((await latest())?.number ?? 0) > made.number)
  here.reports.length = 0
})
