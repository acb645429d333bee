import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { createRoot } from '../../src/authorities/create-root.ts'
import { DEFAULT_NOTICES } from '../../src/notices/notice-settings.ts'
import { tellings } from '../../src/open-notices.ts'
import { webhookWork } from '../../src/open-webhooks.ts'
import { platformCertificate } from '../../src/platform-ca/platform-certificate.ts'
import { sendWebhooks } from '../../src/publishing/send-webhooks.ts'
import { tellOfExpiry } from '../../src/publishing/tell-of-expiry.ts'
import { tellWebhooks } from '../../src/publishing/tell-webhooks.ts'
import { makeCrl } from '../../src/revocation/make-crl.ts'
import { revoke } from '../../src/revocation/revoke.ts'
import { SYSTEM_TENANT } from '../../src/tenants/system-tenant.ts'
import { createWebhook } from '../../src/webhooks/webhooks.ts'
import { commonName, issued, issueTo, requestFor, stateOf } from '../support/authorities.ts'
import { DiskFailed } from '../support/faults.ts'
import { checkInvariants } from '../support/invariants.ts'
import { basicOf, question } from '../support/ocsp.ts'
import { refreshCrls, takeUp } from '../support/rounds.ts'
import { DAY, recordIn, setUp } from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import { type Reopened, reopen } from './reopened.ts'

/** Two processes' worth of an installation on one PostgreSQL, and a root in it. */
async function twoProcesses(t: TestContext) {
  const { url: databaseUrl, stop } = await startPostgres()
  t.after(stop)
  const dataFolder = mkdtempSync(join(tmpdir(), 'chancery-two-'))
  t.after(() => rmSync(dataFolder, { recursive: true, force: true }))
  const here = await reopen({ dataFolder, databaseUrl })
  t.after(() => here.close())
  const there = await reopen({ dataFolder, databaseUrl })
  t.after(() => there.close())
  const tenant = await setUp(here.stores)
  const act = (of = tenant) => ({ tenant: of, actor: { kind: 'system' }, at: here.now() }) as const
  const root = await createRoot({ subject: commonName('Root') }, act(), here.installation.for(tenant).authorities)
  const ca = await stateOf(here.installation.for(tenant), root)
  const world = ({ installation, ...process }: Reopened) => ({
    ...process,
    installation,
    tenant,
    act,
    domain: installation.for(tenant),
  })
  return { here: world(here), there: world(there), ca, tenant }
}

test('two processes on one PostgreSQL do each thing once', async (t) => {
  const { here, there, ca, tenant } = await twoProcesses(t)

  await t.test('an intent that both fulfil becomes one certificate', async () => {
    const { issuance } = here.domain.door
    const ledger = { ...issuance.ledger, recordIssued: () => Promise.reject(new DiskFailed()) }
    const broken = {
      ...here,
      domain: { ...here.domain, door: { ...here.domain.door, issuance: { ...issuance, ledger } } },
    }
    const lost = await Promise.allSettled(Array.from({ length: 40 }, () => issueTo(broken, ca)))
    assert.ok(lost.every(({ status }) => status === 'rejected'))

    const counts = await Promise.all([takeUp(here), takeUp(there)])

    assert.ok(counts.every(({ waiting, abandoned }) => waiting === 0 && abandoned === 0))
    assert.ok(counts.reduce((sum, { issued: count }) => sum + count, 0) >= 40)
    await checkInvariants(here)
  })

  await t.test('CRLs that both make have numbers of their own', async () => {
    const which = { generation: ca.generation.id, partition: 0, delta: false }
    const make = async ({ installation }: Pick<Reopened, 'installation'>) => {
      const open = await installation.openGeneration(tenant, ca.generation.id)
      return (await makeCrl(which, open, 3_600_000, installation.crlRefresh)).number
    }

    const numbers = await Promise.all([here, there, here, there, here, there].map(make))

    assert.equal(new Set(numbers).size, 6)
    assert.equal((await here.stores.system.crls.latest(which))?.number, Math.max(...numbers))
  })

  await t.test('a CRL that is due is made by one of them', async () => {
    const { id } = await issued(here, ca)
    await revoke({ certificate: id, reason: 'superseded' }, here.act(), here.domain.stores.revocations)

    const looked = await Promise.all([refreshCrls(here), refreshCrls(there)])

    assert.equal(
      looked.reduce((sum, count) => sum + count, 0),
      1,
    )
  })

  await t.test('a revocation by one shows at the next question to the other', async () => {
    const { id, certificate } = await issued(here, ca, await requestFor('b.example.com'))
    const ask = async () => {
      const at = { tenant, generation: ca.generation.id }
      const { der } = await there.installation.ocsp.answer(at, question(ca, certificate.serialNumber))
      return basicOf(der).responses[0]?.certStatus.type
    }
    assert.equal(await ask(), 'good')

    await revoke({ certificate: id, reason: 'superseded' }, here.act(), here.domain.stores.revocations)

    assert.equal(await ask(), 'revoked')
  })

  await t.test('what expires is told once, however many look', async () => {
    const settings = { ...DEFAULT_NOTICES, contacts: ['ops@example.org'] }
    await here.domain.stores.notices.change(settings, recordIn(tenant))
    const look = ({ installation }: Pick<Reopened, 'installation'>) => {
      const means = { url: 'https://pki.example.com', newId, now: () => Date.now() + 380 * DAY }
      return tellOfExpiry(tellings(installation, { ...means, report: (error) => assert.fail(String(error)) }).expiry)
    }

    await Promise.all([look(here), look(there), look(here), look(there)])

    const { items } = await here.domain.stores.mails.list({}, { limit: 50 })
    assert.equal(items.filter(({ kind }) => kind === 'certificate-expiring').length, 1)
  })

  await t.test('an event of one is sent to a webhook once, and by whoever has its turn', async () => {
    const wanted = { name: 'Hook', url: 'https://hooks.example.com/', events: ['certificate.issued'] as const }
    await createWebhook(wanted, here.act(), here.domain.webhooks)
    await there.stores.system.webhooks.refreshListeners()
    await issued(there, ca)
    const sent: string[] = []
    const work = async ({ installation, domain }: typeof here) => {
      const { telling, sending } = webhookWork(installation, {
        send: async (url, _limits, request) => {
          sent.push(request.headers['webhook-id'] ?? '')
          await sleep(50)
          return { status: 204, mediaType: '', body: new Uint8Array(), cut: false, hops: [{ url, tookMs: 1 }] }
        },
        sealer: domain.webhooks.sealer,
        ...{ url: 'https://pki.example.com', newId, now: Date.now },
        report: (error) => assert.fail(String(error)),
      })
      await tellWebhooks(telling)
      await sendWebhooks(sending)
    }

    await Promise.all([work(here), work(there), work(here)])
    await Promise.all([work(here), work(there)])

    assert.equal(sent.length, 1)
  })

  await t.test('what one archives issues nothing in the other from then on', async () => {
    await issued(there, ca)
    const record = { act: here.act(), action: 'authority.archive', object: { type: 'authority', id: ca.authority.id } }
    await here.domain.stores.authorities.archive(ca.authority.id, record)

    await assert.rejects(issueTo(there, ca), { code: 'issuer-inactive' })
    await checkInvariants(there)
  })

  await t.test('both serve one certificate of one platform CA', async () => {
    const ask = ({ installation, stores }: Pick<Reopened, 'installation' | 'stores'>) =>
      platformCertificate({
        names: { dns: ['pki.example.com'], ip: [] },
        authorities: installation.for(SYSTEM_TENANT).authorities,
        services: installation.respondersOf(SYSTEM_TENANT),
        turns: stores.system.outbox,
        wait: sleep,
        report: (error) => assert.fail(String(error)),
      })

    const served = await Promise.all([here, there, here, there].map(ask))

    for (const what of ['root', 'certificate', 'privateKey'] as const) {
      assert.equal(new Set(served.map((one) => one[what].toHex())).size, 1, what)
    }
    assert.equal(served.filter(({ madeRoot }) => madeRoot !== undefined).length, 1)
  })
})
