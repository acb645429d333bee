import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs } from '../../../../test/support/system-program.ts'
import { apiWorld } from '../api/api-world.ts'
import { withLargePast } from '../support/large-past.ts'
import { watchTurns } from '../support/longest-turn.ts'

test('a CA is imported with the 20,000 certificates that the API promises', needs('openssl'), async (t) => {
  const api = await apiWorld({ after: (work) => t.after(work), fullName: t.name })
  const past = await withLargePast(t, 20_000)
  const body = JSON.stringify({ kind: 'import', ...past })
  // What the first request of a server takes is not the import's.
  await api.get('/authorities')
  const before = process.memoryUsage().rss
  let peak = before
  const watching = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }, 50)
  const watch = watchTurns()

  const imported = await api.post('/authorities', body)

  const { longest } = watch.stop()
  clearInterval(watching)
  assert.equal(imported.status, 201)
  const { certificates } = await api.domain.stores.authorities.extent(imported.body.id, api.now())
  assert.ok(certificates >= 10_000, 'counted so far')
  assert.equal(await countOf(api, imported.body.id), 20_001)
  t.diagnostic(`others waited ${longest} ms at the longest`)
  t.diagnostic(`memory: ${Math.round((peak - before) / 1e6)} MB more than before`)
  assert.ok(longest < 250)
  assert.ok(peak - before < 500e6)
  const more = await api.post('/authorities', {
    kind: 'import',
    ...past,
    certificates: past.certificates + past.certificates.slice(0, past.certificates.indexOf('-----BEGIN', 1)),
  })
  assert.deepEqual([more.status, more.body.errors[0].field], [400, '/certificates'])
  assert.match(more.body.detail, /more than 20000 certificates/)
})

async function countOf({ database }: Awaited<ReturnType<typeof apiWorld>>, authority: string): Promise<number> {
  const { count } = await database.read((db) =>
    db
      .selectFrom('certificate')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('authority', '=', authority)
      .executeTakeFirstOrThrow(),
  )
  return count
}
