import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { generateMasterKey, sealer } from '@chancery/keys'
import type { Intent } from '../../src/issuance/issuance-ledger.ts'
import { mailDesk, openLetter } from '../../src/mail/mail-desk.ts'
import { DEFAULT_NOTICES, type NoticeSettings } from '../../src/notices/notice-settings.ts'
import { tellOfExpiry } from '../../src/publishing/tell-of-expiry.ts'
import { newAccount } from '../support/accounts.ts'
import { createCa, DAY, issue, NOW, recordIn, sampleRequest } from '../support/samples.ts'
import { newId, type OpenedStores } from '../support/stores.ts'
import { type Engine, newTenant } from './engine.ts'

const CONTACT = 'pki@example.com'
const keySealer = sealer(generateMasterKey())
const HOUR = 3_600_000

/** Telling people of certificates that end, on the tables of an engine. */
export function expiryNoticesContract(engine: Engine): void {
  // Of its own: each turn goes through all tenants.
  let own: Promise<OpenedStores> | undefined
  const database = () => {
    own ??= engine.fresh()
    return own
  }
  const world = async (settings: Partial<NoticeSettings> = { contacts: [CONTACT] }) => {
    const opened = await database()
    const { stores } = opened
    const tenant = await newTenant(opened)
    const ca = await createCa(stores, tenant)
    const change = (to: Partial<NoticeSettings>) =>
      ca.stores.notices.change({ ...DEFAULT_NOTICES, ...to }, recordIn(tenant))
    await change(settings)
    let time = NOW + 12 * HOUR
    const failures: unknown[] = []
    const telling = (over: Partial<Parameters<typeof tellOfExpiry>[0]> = {}) => ({
      outbox: stores.system.outbox,
      expiries: stores.system.expiries,
      settingsOf: (of: string) => stores.for(of).notices.show(),
      nameOf: async (of: string) => (await stores.for(of).self.show())?.name ?? '',
      mail: mailDesk({ sealer: keySealer, newId, delivers: true }),
      newId,
      url: 'https://pki.example.com',
      now: () => time,
      report: (error: unknown) => failures.push(error),
      ...over,
    })
    return {
      ...{ opened, tenant, ca, change, failures, telling },
      tell: () => tellOfExpiry(telling()),
      /** Lets days pass without a server. */
      pass: (days: number) => {
        time += days * DAY
      },
      /** A certificate that lives for 90 days and ends in so many. */
      endsIn: (days: number, over: Partial<Intent> = {}, names = [`host-${days}.example.com`]) =>
        issue(
          ca,
          { notBefore: NOW + (days - 90) * DAY, notAfter: NOW + days * DAY, ...over },
          { names: names.map((value) => ({ type: 'dns', value })) },
        ),
      told: () => toldIn(opened, tenant),
    }
  }

  describe('notices of what expires', () => {
    test('each threshold is told once, on its day, and names certificate, issuer and day', async () => {
      const { ca, endsIn, tell, pass, told } = await world()
      await endsIn(40)

      for (let day = 0; day <= 41; day++) {
        await tell()
        pass(1)
      }

      const mails = await told()
      assert.deepEqual(
        mails.map(({ letter }) => letter.subject),
        ['in 30 days', 'in 14 days', 'in 7 days', 'tomorrow'].map(
          (when) => `host-40.example.com: the certificate expires ${when}`,
        ),
      )
      const [first] = mails
      assert.equal(first?.address, CONTACT)
      const [name, value] = first?.letter.facts?.[0] ?? []
      assert.equal(name, 'host-40.example.com')
      assert.equal(value, `2030-02-10 00:00 UTC, in 30 days (${ca.authority.name})`)
    })

    test('a server that was off for twenty days sends one mail, and tells what is true then', async () => {
      const { endsIn, tell, pass, told } = await world()
      await endsIn(33)
      await tell()

      pass(27)
      await tell()
      await tell()

      assert.deepEqual(
        (await told()).map(({ letter }) => letter.subject),
        ['host-33.example.com: the certificate expires in 6 days'],
      )
    })

    test('of processes that look at the same time one tells', async () => {
      const { tenant, endsIn, telling, tell, told } = await world()
      for (let count = 0; count < 230; count++) await endsIn(20, {}, [`${count}.example.com`])
      const { outbox } = telling()
      // As if the lease had passed on each time while the one before still worked.
      const item = { id: newId(), tenant, kind: 'expiring', key: tenant, attempts: 1, claim: 1 }
      const unleased = telling({ outbox: { ...outbox, claim: async () => [item] } })

      await Promise.all([tellOfExpiry(unleased), tellOfExpiry(unleased), tellOfExpiry(unleased)])
      await Promise.all([tell(), tell()])

      assert.deepEqual(
        (await told()).map(({ letter: { subject } }) => subject.slice(0, 16)),
        ['230 certificates'],
      )
    })

    test('nobody hears of what was revoked, is on hold, was replaced, or is of a CA that is archived', async () => {
      const { opened, ca, tenant, endsIn, tell, told } = await world()
      const revoke = (id: string, reason: number) =>
        ca.stores.revocations.revoke(id, { revokedAt: NOW, reason }, recordIn(tenant))
      await revoke((await endsIn(5)).intent.id, 4)
      await revoke((await endsIn(6)).intent.id, 6)
      await endsIn(7, {}, ['www.example.com', 'example.com'])
      await endsIn(80, {}, ['example.com', 'www.example.com'])
      await endsIn(8, {}, ['renewed.example.com'])
      const { intent } = await endsIn(9, {}, ['by-key.example.com'])
      const evidence = { by: 'renewal', certificate: intent.id, csr: 'ab', supersedes: false } as const
      await endsIn(85, { evidence }, ['another.example.com'])
      const archived = await createCa(opened.stores, tenant)
      await issue(archived, { notAfter: NOW + 5 * DAY })
      await archived.stores.authorities.archive(archived.authority.id, recordIn(tenant))

      await tell()

      assert.deepEqual(
        (await told()).map(({ letter }) => letter.subject),
        ['renewed.example.com: the certificate expires in 8 days'],
      )
    })

    test('a certificate of other names or another subject replaces none', async () => {
      const { endsIn, tell, told } = await world()
      await endsIn(5, { subject: 'CN=a,O=One' }, ['a.example.com'])
      await endsIn(80, { subject: 'CN=a,O=Two' }, ['a.example.com'])
      await endsIn(6, {}, ['b.example.com', 'c.example.com'])
      await endsIn(80, {}, ['b.example.com'])

      await tell()

      assert.deepEqual(namesIn(await told()), ['a.example.com', 'b.example.com'])
    })

    test('a threshold in the first half of the life of a certificate says nothing of it', async () => {
      const { endsIn, tell, pass, told } = await world()
      await endsIn(6, { notBefore: NOW })

      for (let day = 0; day < 7; day++) {
        await tell()
        pass(1)
      }

      assert.deepEqual(
        (await told()).map(({ letter }) => letter.subject),
        ['host-6.example.com: the certificate expires tomorrow'],
      )
    })

    test('what the installation renews by itself is told to nobody', async () => {
      const { endsIn, tell, told } = await world()
      await endsIn(5, { evidence: { by: 'system', purpose: 'ocsp-responder' } })

      await tell()

      assert.deepEqual(await told(), [])
    })

    test('who asked is told: by the address of the request, or as the member whose token it was', async () => {
      const { opened, ca, tenant, endsIn, tell, told } = await world({})
      const request = sampleRequest(ca, { email: 'ann@example.org' })
      await ca.stores.requests.create(request, recordIn(tenant))
      const email = `${newId()}@example.com`
      const account = await newAccount(opened, { tenants: [tenant], email })
      const left = await newAccount(opened)
      const evidence = (of: string) => ({ evidence: { by: 'api-token', account: of, token: 'token' } }) as const
      const { intent } = await endsIn(9, { request: request.id, evidence: { by: 'web-form', request: request.id } })
      await ca.stores.revocations.revoke(intent.id, { revokedAt: NOW, reason: 5 }, recordIn(tenant))
      await endsIn(5, evidence(account), ['tokens.example.com'])
      await endsIn(6, evidence(left), ['left.example.com'])
      const renewal = { by: 'renewal', certificate: intent.id, csr: 'ab', supersedes: false } as const
      await endsIn(7, { evidence: renewal }, ['renewed.example.com'])

      await tell()

      const mails = await told()
      assert.deepEqual(
        new Map(mails.map((mail) => [mail.address, namesIn([mail])])),
        new Map([
          [email, ['tokens.example.com']],
          ['ann@example.org', ['renewed.example.com']],
        ]),
      )
      const outside = mails.find(({ address }) => address === 'ann@example.org')
      assert.ok(!JSON.stringify(outside?.letter).includes('/console/'), 'the console is not for who has no account')
    })

    test('the addresses in certificates are told where the tenant says so', async () => {
      const { change, endsIn, tell, pass, told } = await world({})
      await endsIn(14, {}, ['carl@example.org', 'https://x@example.org/'])
      await tell()
      assert.deepEqual(await told(), [])

      await change({ certificateAddresses: true })
      pass(7)
      await tell()

      assert.deepEqual(
        (await told()).map(({ address }) => address),
        ['carl@example.org'],
      )
    })

    test('thousands that end on one day are one mail to each address', async () => {
      const { endsIn, tell, told, pass } = await world()
      for (let count = 0; count < 450; count++) await endsIn(20, {}, [`${String(count).padStart(4, '0')}.example.com`])

      await tell()
      pass(1)
      await tell()

      const [mail, ...others] = await told()
      assert.deepEqual(others, [])
      assert.match(mail?.letter.subject ?? '', /^450 certificates of .* expire soon$/)
      assert.equal(mail?.letter.facts?.length, 40)
      assert.match(JSON.stringify(mail?.letter.paragraphs), /410 more/)
    })

    test('a tenant that switched notices off is told nothing, and of what is near when it switches them on again', async () => {
      const { change, endsIn, tell, pass, told } = await world({ expiring: false, contacts: [CONTACT] })
      await endsIn(20)
      await tell()
      assert.deepEqual(await told(), [])

      await change({ contacts: [CONTACT] })
      pass(1)
      await tell()

      assert.deepEqual(
        (await told()).map(({ letter }) => letter.subject),
        ['host-20.example.com: the certificate expires in 19 days'],
      )
    })

    test('what fails half way is taken up where it was, and tells nothing twice', async () => {
      const { endsIn, telling, tell, pass, told, failures } = await world()
      for (let count = 0; count < 450; count++) await endsIn(20, {}, [`${count}.example.com`])
      const { expiries } = telling()
      let pages = 0
      const failing = {
        ...expiries,
        page: (...asked: Parameters<typeof expiries.page>) => {
          if (++pages > 2) throw new Error('the database is away')
          return expiries.page(...asked)
        },
      }

      await tellOfExpiry(telling({ expiries: failing }))
      assert.ok(failures.length > 0)
      assert.deepEqual(await told(), [])
      pass(0.01)
      await tell()

      assert.deepEqual(
        (await told()).map(({ letter: { subject } }) => subject.slice(0, 16)),
        ['450 certificates'],
      )
    })
  })
}

async function toldIn({ database }: OpenedStores, tenant: string) {
  const rows = await database.read((db) =>
    db
      .selectFrom('mail')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('kind', '=', 'certificate-expiring')
      .orderBy('id')
      .execute(),
  )
  return rows.map(({ created_at: createdAt, expires_at: expiresAt, sealed_body: sealedBody, ...same }) => ({
    address: same.address,
    letter: openLetter({ ...same, createdAt, expiresAt, sealedBody }, keySealer),
  }))
}

function namesIn(mails: Awaited<ReturnType<typeof toldIn>>): readonly string[] {
  return mails.flatMap(({ letter }) => (letter.facts ?? []).map(([name]) => name)).sort()
}
