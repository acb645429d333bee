import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type {
  CertificateFilter,
  CertificateRegister,
  IndexedName,
} from '../../src/certificates/certificate-register.ts'
import { createCa, DAY, issue, NOW, recordIn, type SampleCa, sampleIntent } from '../support/samples.ts'
import { type Engine, newTenant, refused } from './engine.ts'

export function certificateRegisterContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const ca = await createCa(opened.stores, tenant)
    return { opened, tenant, ca, certificates: ca.stores.certificates }
  }

  describe('the certificate register', () => {
    test('a certificate comes back with all that is known of it', async () => {
      const { tenant, ca, certificates } = await world()
      const approval = { account: 'officer', approvedAt: NOW }
      const { intent, issued } = await issue(ca, { approval, subject: 'CN=é' })
      await ca.stores.revocations.revoke(
        intent.id,
        { revokedAt: NOW, reason: 1, invalidityAt: NOW - 5 },
        recordIn(tenant),
      )

      assert.deepEqual(await certificates.find(intent.id), {
        id: intent.id,
        tenant,
        authority: ca.authority.id,
        generation: ca.generation.id,
        template: ca.template.id,
        serialNumber: intent.serialNumber,
        der: issued.der,
        fingerprint: issued.fingerprint,
        subject: 'CN=é',
        notBefore: intent.notBefore,
        notAfter: intent.notAfter,
        issuedAt: issued.issuedAt,
        evidence: intent.evidence,
        approval,
        revocation: { revokedAt: NOW, reason: 1, invalidityAt: NOW - 5 },
      })
    })

    test('what is not issued is not in it', async () => {
      const { tenant, ca, certificates } = await world()
      const intent = sampleIntent(ca)
      await ca.stores.issuance.recordIntent(intent, recordIn(tenant))

      assert.equal(await certificates.find(intent.id), undefined)
      assert.deepEqual(await ids(certificates, {}), [])
      assert.deepEqual(await ids(certificates, { serialNumber: intent.serialNumber }), [])
    })

    test('lists are newest first, of the tenant, a CA or a template', async () => {
      const { opened, tenant, ca, certificates } = await world()
      const other = await createCa(opened.stores, tenant)
      const mine = [await made(ca), await made(ca), await made(other), await made(ca)]
      const [a, b, c, d] = mine

      assert.deepEqual(await ids(certificates, {}), [d, c, b, a])
      assert.deepEqual(await ids(certificates, { authority: ca.authority.id }), [d, b, a])
      assert.deepEqual(await ids(certificates, { template: other.template.id }), [c])
      assert.deepEqual(await ids(certificates, { authority: ca.authority.id, template: other.template.id }), [])
      assert.deepEqual(await ids(certificates, { authority: 'none' }), [])
      assert.deepEqual(await ids(certificates, { template: 'none' }), [])
    })

    test('by status: held is not revoked, revoked is not expired', async () => {
      const { tenant, ca, certificates } = await world()
      const revoke = (id: string, reason: number) =>
        ca.stores.revocations.revoke(id, { revokedAt: NOW, reason }, recordIn(tenant))
      const [valid, lastMoment, expired, revoked, held, old] = [
        await made(ca),
        await made(ca, { notAfter: NOW }),
        await made(ca, { notAfter: NOW - 1 }),
        await made(ca),
        await made(ca),
        await made(ca, { notAfter: NOW - 1 }),
      ]
      await revoke(revoked, 4)
      await revoke(held, 6)
      await revoke(old, 1)

      for (const scope of [{}, { authority: ca.authority.id }, { template: ca.template.id }]) {
        assert.deepEqual(await ids(certificates, { ...scope, status: 'valid' }), [lastMoment, valid])
        assert.deepEqual(await ids(certificates, { ...scope, status: 'expired' }), [expired])
        assert.deepEqual(await ids(certificates, { ...scope, status: 'revoked' }), [old, revoked])
        assert.deepEqual(await ids(certificates, { ...scope, status: 'held' }), [held])
      }
    })

    test('by expiry: soonest first; expired ones latest first', async () => {
      const { ca, certificates } = await world()
      const at = (days: number) => made(ca, { notAfter: NOW + days * DAY })
      const [c, a, b] = [await at(30), await at(10), await at(20)]
      const [x, y] = [await at(-20), await at(-10)]

      assert.deepEqual(await ids(certificates, { expiresFrom: NOW + 10 * DAY, expiresTo: NOW + 20 * DAY }), [a, b])
      assert.deepEqual(await ids(certificates, { expiresTo: NOW + 10 * DAY }), [x, y, a])
      assert.deepEqual(await ids(certificates, { status: 'valid', expiresTo: NOW + 25 * DAY }), [a, b])
      assert.deepEqual(await ids(certificates, { status: 'valid' }), [a, b, c])
      assert.deepEqual(await ids(certificates, { status: 'expired' }), [y, x])
      assert.deepEqual(await ids(certificates, { status: 'expired', expiresFrom: NOW - 15 * DAY }), [y])
      assert.deepEqual(await ids(certificates, { authority: ca.authority.id, expiresFrom: NOW + 15 * DAY }), [b, c])
    })

    test('by serial number, however it is written', async () => {
      const { opened, tenant, ca, certificates } = await world()
      const other = await createCa(opened.stores, tenant)
      const id = await made(ca, { serialNumber: '0a1bff' })
      const twin = await made(other, { serialNumber: '0a1bff' })

      for (const serialNumber of ['0a1bff', 'A1BFF', '0A:1B:FF', '00:0a:1b:ff', ' 0a1bff ']) {
        assert.deepEqual(await ids(certificates, { serialNumber }), [twin, id], serialNumber)
      }
      assert.deepEqual(await ids(certificates, { serialNumber: 'a1bff', authority: ca.authority.id }), [id])
      assert.deepEqual(await ids(certificates, { serialNumber: '0a1b' }), [])
      for (const serialNumber of ['', 'xyz', '0a 1b', 'a\0b', 'f'.repeat(300)]) {
        await refused(certificates.list({ serialNumber }, NOW, { limit: 5 }), 'malformed', /hexadecimal/)
      }
    })

    test('by fingerprint, with all else that is asked', async () => {
      const { ca, certificates } = await world()
      const { intent, issued } = await issue(ca)
      const { fingerprint } = issued

      assert.deepEqual(await ids(certificates, { fingerprint }), [intent.id])
      assert.deepEqual(await ids(certificates, { fingerprint, status: 'valid' }), [intent.id])
      assert.deepEqual(await ids(certificates, { fingerprint, status: 'revoked' }), [])
      assert.deepEqual(await ids(certificates, { fingerprint: fingerprint.slice(1) }), [])
    })

    test('by the start of any name, in any case, in the order of the names, each certificate once', async () => {
      const { ca, certificates } = await world()
      const named = (...names: IndexedName[]) => made(ca, {}, names)
      const www = await named(dns('www.b.example'), dns('www.a.example'), {
        type: 'commonName',
        value: 'www.b.example',
      })
      const mail = await named({ type: 'email', value: 'www@a.example' })
      const uri = await named({ type: 'uri', value: 'https://www.a.example/x' })
      const wild = await named(dns('*.a.example'))
      const ip = await named({ type: 'ip', value: '192.0.2.7' })
      const by = (name: string, more: CertificateFilter = {}) => ids(certificates, { name, ...more })

      assert.deepEqual(await by('www'), [www, mail])
      assert.deepEqual(await by('WWW.B'), [www])
      assert.deepEqual(await by('https://'), [uri])
      assert.deepEqual(await by('192.0.2.'), [ip])
      assert.deepEqual(await by('*.'), [wild])
      assert.deepEqual(await by('nothing'), [])
      assert.deepEqual(await by('www', { authority: ca.authority.id }), [www, mail])
      assert.deepEqual(await by('www', { template: ca.template.id, status: 'valid' }), [www, mail])
      assert.deepEqual(await by('www', { status: 'expired' }), [])
    })

    test('with a leading dot, every host below a domain and not the domain itself', async () => {
      const { ca, certificates } = await world()
      const named = (...names: IndexedName[]) => made(ca, {}, names)
      const deep = await named(dns('x.y.example.com'))
      const one = await named(dns('www.example.com'))
      const common = await named({ type: 'commonName', value: 'cn.example.com' })
      await named(dns('example.com'))
      await named(dns('www.badexample.com'))
      await named({ type: 'commonName', value: 'Anna Example' })

      assert.deepEqual((await ids(certificates, { name: '.example.com' })).sort(), [deep, one, common].sort())
      assert.deepEqual(await ids(certificates, { name: '.Y.Example.com' }), [deep])
      assert.deepEqual(await ids(certificates, { name: '.' }), [])
    })

    test('names of any length and script are found', async () => {
      const { ca, certificates } = await world()
      const long = `https://example.com/${'é'.repeat(5_000)}`
      const id = await made(ca, {}, [
        { type: 'uri', value: long },
        { type: 'upn', value: '𝔘ser@example' },
      ])

      assert.deepEqual(await ids(certificates, { name: long }), [id])
      assert.deepEqual(await ids(certificates, { name: long.slice(0, 100) }), [id])
      assert.deepEqual(await ids(certificates, { name: '𝔘SER' }), [id])
      assert.deepEqual(await ids(certificates, { name: '\ud835' }), [])
      assert.deepEqual(await ids(certificates, { name: 'a\0b' }), [])
    })

    test('a certificate with hundreds of names is found by each of them', async () => {
      const { ca, certificates } = await world()
      const names = Array.from({ length: 450 }, (_, at) => dns(`n${at}.many.example`))
      const id = await made(ca, {}, names)

      for (const at of [0, 199, 200, 449]) assert.deepEqual(await ids(certificates, { name: `n${at}.many` }), [id])
      assert.deepEqual(await ids(certificates, { name: '.many.example' }), [id])
    })

    test('every list is the same whole, read in pages of any size', async () => {
      const { opened, tenant, ca, certificates } = await world()
      const other = await createCa(opened.stores, tenant)
      await makeMixed(ca, other)
      const filters: CertificateFilter[] = [
        {},
        { authority: ca.authority.id },
        { template: other.template.id },
        { name: 'h' },
        { name: '.example' },
        { name: 'h1', authority: ca.authority.id, status: 'valid' },
        { status: 'valid' },
        { status: 'expired' },
        { status: 'revoked' },
        { status: 'held' },
        { expiresFrom: NOW },
        { expiresTo: NOW, authority: other.authority.id },
      ]
      for (const filter of filters) {
        const whole = await ids(certificates, filter)
        assert.ok(whole.length > 0, JSON.stringify(filter))
        assert.equal(new Set(whole).size, whole.length)
        for (const limit of [1, 2, 5]) {
          assert.deepEqual(await inPages(certificates, filter, limit), whole, `${JSON.stringify(filter)} by ${limit}`)
        }
      }
    })

    test('a list whose filter fits few of many goes on until it has found them', async () => {
      const { ca, certificates } = await world()
      const few = await made(ca, { notAfter: NOW + 5 * DAY })
      for (let at = 0; at < 40; at++) await made(ca)
      const filter = { name: 'host.', expiresTo: NOW + 6 * DAY }

      assert.deepEqual(await inPages(certificates, filter, 1), [few])
    })

    test('a cursor of another list is refused', async () => {
      const { ca, certificates } = await world()
      await made(ca)
      await made(ca)
      const { next } = await certificates.list({}, NOW, { limit: 1 })
      assert.ok(next)

      await refused(certificates.list({ name: 'h' }, NOW, { limit: 1, after: next }), 'malformed')
      await refused(certificates.list({ status: 'valid' }, NOW, { limit: 1, after: next }), 'malformed')
      await refused(certificates.list({}, NOW, { limit: 1, after: `${next}x!` }), 'malformed')
    })
  })
}

/** Certificates of all kinds, of two CAs. */
async function makeMixed(ca: SampleCa, other: SampleCa): Promise<void> {
  for (let at = 0; at < 23; at++) {
    const notAfter = NOW + ((at * 7) % 5) * DAY - 2 * DAY
    const names = [dns(`h${at % 4}.example`), dns(`h${at}.x.example`)]
    const id = await made(at % 3 === 0 ? other : ca, { notAfter }, names)
    if (at % 5 !== 0) continue
    await ca.stores.revocations.revoke(id, { revokedAt: NOW, reason: at % 2 === 0 ? 4 : 6 }, recordIn(ca.tenant))
  }
}

const dns = (value: string): IndexedName => ({ type: 'dns', value })

async function made(
  ca: SampleCa,
  intent: Parameters<typeof issue>[1] = {},
  names?: readonly IndexedName[],
): Promise<string> {
  return (await issue(ca, intent, names === undefined ? {} : { names })).intent.id
}

async function ids(certificates: CertificateRegister, filter: CertificateFilter): Promise<string[]> {
  const page = await certificates.list(filter, NOW, { limit: 200 })
  assert.equal(page.next, undefined)
  return page.items.map(({ id }) => id)
}

async function inPages(certificates: CertificateRegister, filter: CertificateFilter, limit: number): Promise<string[]> {
  const found: string[] = []
  for (let after: string | undefined, pages = 0; ; pages++) {
    assert.ok(pages < 100)
    const page = await certificates.list(filter, NOW, { limit, ...(after !== undefined && { after }) })
    assert.ok(page.items.length <= limit)
    found.push(...page.items.map(({ id }) => id))
    after = page.next
    if (after === undefined) return found
  }
}
