import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { restoreReport } from '../../src/backup/restore-report.ts'
import { settleRestored } from '../../src/store/settle-restored.ts'
import { servedWorld, signIn } from './served-world.ts'

const api = await servedWorld({ after, fullName: 'restores' })
const { owner } = api
const PATH = '/installation/restores'

test('after a restore operators see which backup it was and all that may be missing, and nobody else does', async () => {
  assert.deepEqual((await owner.get(PATH)).body, { items: [] })
  const second = await api.invited('second', { role: 'owner' })
  const auditor = await api.invited('auditor', { role: 'auditor' })
  const program = api.program((await owner.make('/tokens', { name: 'x', role: 'owner' })).secret)
  const restoredAt = Date.now()
  const restored = { backup: api.newId(), madeAt: restoredAt - 60_000, restoredAt }

  const extent = await settleRestored(api.database, restored, api.newId)
  assert.equal((await owner.get(PATH)).status, 401, 'everybody signs in anew')
  await signIn(owner, 'owner@example.com')
  for (const person of [second, auditor]) await signIn(person, person.email)

  const { status, body, text } = await owner.get(PATH)
  assert.equal(status, 200, text)
  const [{ held, mayBeMissing, ...restore }, ...others] = body.items
  const { newestRecordAt, ...counts } = extent
  assert.deepEqual(others, [])
  assert.deepEqual(restore, {
    backup: restored.backup,
    engine: 'sqlite',
    backupMadeAt: new Date(restored.madeAt).toISOString(),
    restoredAt: new Date(restoredAt).toISOString(),
    newestRecordAt: new Date(newestRecordAt ?? Number.NaN).toISOString(),
  })
  assert.deepEqual(held, counts)
  assert.equal(held.validTokens, 1)
  const printed = restoreReport({ ...restored, ...extent }).match(/^- .*$/gm)
  assert.ok(printed !== null && printed.length > 0)
  assert.deepEqual(
    mayBeMissing.map(({ what, meaning }: Record<string, string>) => `- ${what}: ${meaning}`),
    printed,
  )
  for (const caller of [second, auditor, program]) assert.equal((await caller.get(PATH)).status, 403)
  assert.equal((await api.stranger.get(PATH)).status, 401)
})
