import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { generateMasterKey, sealer } from '@chancery/keys'
import { mailDesk } from '../../src/mail/mail-desk.ts'
import { DEFAULT_NOTICES } from '../../src/notices/notice-settings.ts'
import { tellOfExpiry } from '../../src/publishing/tell-of-expiry.ts'
import { bulkCertificates } from '../support/bulk-certificates.ts'
import { watchTurns } from '../support/longest-turn.ts'
import { createCa, NOW, recordIn, setUp } from '../support/samples.ts'
import { newId, openSqliteStores } from '../support/stores.ts'

const opened = await openSqliteStores()
after(() => opened.close())
const tenant = await setUp(opened.stores)
const ca = await createCa(opened.stores, tenant)
const owner = { tenant, authority: ca.authority.id, generation: ca.generation.id, template: ca.template.id }
await bulkCertificates(opened.database, owner, { count: 1_000_000, around: NOW })
await ca.stores.notices.change({ ...DEFAULT_NOTICES, contacts: ['ops@example.org'] }, recordIn(tenant))

const telling = (now: number) => ({
  outbox: opened.stores.system.outbox,
  expiries: opened.stores.system.expiries,
  settingsOf: (of: string) => opened.stores.for(of).notices.show(),
  nameOf: async () => 'Example',
  mail: mailDesk({ sealer: sealer(generateMasterKey()), newId, delivers: true }),
  newId,
  url: 'https://pki.example.com',
  now: () => now,
  report: (error: unknown) => assert.fail(String(error)),
})
const mails = async () => (await ca.stores.mails.list({}, { limit: 10 })).items.length

test('of a million certificates all that ends within a month is told by one mail, and nobody waits long meanwhile', async (t) => {
  const turns = watchTurns()
  const began = performance.now()

  await tellOfExpiry(telling(NOW))

  const { longest } = turns.stop()
  t.diagnostic(`${Math.round(performance.now() - began)} ms, the longest turn ${longest.toFixed(1)} ms`)
  assert.ok(longest < 50, `${longest} ms`)
  assert.equal(await mails(), 1)
})

test('the next day looks at one day’s certificates and no more', async (t) => {
  const began = performance.now()

  await tellOfExpiry(telling(NOW + 86_400_000 + 6 * 3_600_000))

  const took = performance.now() - began
  t.diagnostic(`${Math.round(took)} ms`)
  assert.equal(await mails(), 2)
})
