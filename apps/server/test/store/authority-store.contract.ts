import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Refusal } from '@chancery/pki'
import type { EarlierCertificate } from '../../src/authorities/authority-store.ts'
import type { PublishedCrl } from '../../src/revocation/crl-store.ts'
import {
  createCa,
  DAY,
  issue,
  NOW,
  randomBytes,
  recordIn,
  type SampleCa,
  sampleAuthority,
  sampleAuthorityCertificate,
  sampleGeneration,
  sampleIntent,
  sampleRequest,
  sampleTemplate,
} from '../support/samples.ts'
import { newId, type OpenedStores } from '../support/stores.ts'
import { accepted, type Engine, newTenant, recorded, refused } from './engine.ts'

export function authorityStoreContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const { authorities } = opened.stores.for(tenant)
    return { opened, tenant, authorities, record: () => recordIn(tenant) }
  }

  describe('the authority store', () => {
    test('a CA comes back as it was written, with its generation, certificate and template', async () => {
      const { opened, tenant, authorities } = await world()
      const settings = { publicUrl: 'http://pki.example', serviceCertificates: {}, crl: { delta: true, partitions: 4 } }
      const ca = await createCa(opened.stores, tenant, { authority: { settings, cps: '# CPS', parent: 'p' } })
      const { sealedKey: _, ...generation } = ca.generation
      const { chain: __, ...certificate } = ca.certificate

      assert.deepEqual(await authorities.find(ca.authority.id), ca.authority)
      assert.deepEqual(await authorities.generations(ca.authority.id), [{ ...generation, certificates: [certificate] }])
      assert.deepEqual(await ca.stores.templates.find(ca.template.id), ca.template)
      assert.equal(await dueAt(opened, 'crl', ca.generation.id), NOW)
    })

    test('a CA without its certificate has no CRL to make', async () => {
      const { opened, tenant, authorities, record } = await world()
      const authority = sampleAuthority(tenant, { status: 'awaiting-certificate' })
      const generation = sampleGeneration(authority, { status: 'awaiting-certificate' })

      await authorities.create({ authority, generation, template: sampleTemplate(authority.id) }, record())

      assert.deepEqual(await authorities.find(authority.id), authority)
      assert.equal(await dueAt(opened, 'crl', generation.id), undefined)
    })

    test('a name is used once in a tenant, until its CA is deleted', async () => {
      const { opened, tenant, authorities, record } = await world()
      const { authority } = await createCa(opened.stores, tenant)
      const same = () => createCa(opened.stores, tenant, { authority: { name: authority.name } })

      await refused(same(), 'conflict', /name/)
      await createCa(opened.stores, await newTenant(opened), { authority: { name: authority.name } })
      await authorities.delete(authority.id, NOW, record())
      await same()
    })

    test('a public key is used once in a tenant', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      const authority = sampleAuthority(tenant)
      const { publicKey } = ca.generation
      const again = {
        authority,
        generation: sampleGeneration(authority, { publicKey }),
        template: sampleTemplate(authority.id),
      }

      await refused(authorities.create(again, record()), 'conflict', new RegExp(ca.authority.name))
      await refused(
        authorities.addGeneration(sampleGeneration(ca.authority, { number: 2, publicKey }), undefined, record()),
        'conflict',
        /key/,
      )

      assert.equal(await authorities.find(authority.id), undefined)
    })

    test('lists are newest first and in pages', async () => {
      const { opened, tenant, authorities } = await world()
      const cas = [await createCa(opened.stores, tenant), await createCa(opened.stores, tenant)]

      const first = await authorities.list({ limit: 1 })
      const second = await authorities.list({ limit: 1, after: first.next ?? '' })

      assert.deepEqual([...first.items, ...second.items], cas.map(({ authority }) => authority).toReversed())
      assert.equal(second.next, undefined)
    })

    test('a new generation waits for its certificate while the old one issues; then the old one retires', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      const second = sampleGeneration(ca.authority, { number: 2, status: 'awaiting-certificate' })
      const statuses = async () =>
        (await authorities.generations(ca.authority.id)).map(({ number, status }) => `${number} ${status}`)

      await authorities.addGeneration(second, undefined, record())
      const before = await statuses()
      await authorities.addCertificate(sampleAuthorityCertificate(second.id), record())

      assert.deepEqual(before, ['2 awaiting-certificate', '1 active'])
      assert.deepEqual(await statuses(), ['2 active', '1 retired'])
      assert.equal(await dueAt(opened, 'crl', second.id), NOW)
    })

    test('a generation that comes with its certificate issues at once', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      const second = sampleGeneration(ca.authority, { number: 2 })

      await authorities.addGeneration(second, sampleAuthorityCertificate(second.id), record())

      assert.equal((await ca.stores.issuers.activeIssuer(ca.authority.id))?.generation.id, second.id)
    })

    test('a key is asked for and signs as was said last, and what was not said stays', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant, { generation: { signatureAlgorithm: 'ecdsa-sha384' } })
      const { id: generation } = ca.generation
      const [first, second] = [randomBytes(300), randomBytes(310)]
      const certificate = sampleAuthorityCertificate(generation)
      const stands = async () => {
        const [now] = await authorities.generations(ca.authority.id)
        const active = now?.certificates.find((one) => one.active)?.id
        return { csr: now?.csr, signatureAlgorithm: now?.signatureAlgorithm, active }
      }

      const before = await stands()
      await authorities.renewKey({ generation, csr: first }, record())
      const asked = await stands()
      const version = await ca.stores.issuers.version()
      await authorities.renewKey({ generation, csr: second, signatureAlgorithm: 'ecdsa-sha512', certificate }, record())

      assert.equal(before.signatureAlgorithm, 'ecdsa-sha384')
      assert.deepEqual(asked, { ...before, csr: first })
      assert.deepEqual(await stands(), { csr: second, signatureAlgorithm: 'ecdsa-sha512', active: certificate.id })
      assert.ok((await ca.stores.issuers.version()) > version)
      assert.equal((await ca.stores.issuers.generation(generation))?.generation.signatureAlgorithm, 'ecdsa-sha512')
      await authorities.archive(ca.authority.id, record())
      await refused(authorities.renewKey({ generation, csr: first }, record()), 'conflict')
      assert.deepEqual((await stands()).csr, second)
    })

    test('a key that is gone, or was never here, is not renewed, and nothing is written of it', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      const renewed = recordIn(tenant, {
        action: 'authority.renew',
        object: { type: 'authority', id: ca.authority.id },
      })
      const csr = randomBytes(300)

      await refused(authorities.renewKey({ generation: 'none', csr }, renewed), 'not-found', /no such generation/)
      const certificate = sampleAuthorityCertificate('none')
      await refused(authorities.addCertificate(certificate, record()), 'not-found')

      assert.deepEqual(await recorded(opened, tenant, ca.authority.id), [])
    })

    test('a certificate for an old generation does not make it issue again', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      const second = sampleGeneration(ca.authority, { number: 2 })
      await authorities.addGeneration(second, sampleAuthorityCertificate(second.id), record())

      await authorities.addCertificate(sampleAuthorityCertificate(ca.generation.id), record())

      const generations = await authorities.generations(ca.authority.id)
      assert.deepEqual(
        generations.map(({ number, status, certificates }) => ({ number, status, count: certificates.length })),
        [
          { number: 2, status: 'active', count: 1 },
          { number: 1, status: 'retired', count: 2 },
        ],
      )
    })

    test('the newest certificate of a key is the active one; an awaiting CA becomes active and knows its parent', async () => {
      const { opened, tenant, authorities, record } = await world()
      const parent = await createCa(opened.stores, tenant)
      const { intent } = await issue(parent)
      const authority = sampleAuthority(tenant, { status: 'awaiting-certificate' })
      const generation = sampleGeneration(authority, { status: 'awaiting-certificate' })
      await authorities.create({ authority, generation, template: sampleTemplate(authority.id) }, record())

      const first = sampleAuthorityCertificate(generation.id, { issuedAs: intent.id })
      const second = sampleAuthorityCertificate(generation.id, { issuedAs: intent.id })
      await authorities.addCertificate(first, record())
      await authorities.addCertificate(second, record())

      assert.deepEqual(await authorities.find(authority.id), {
        ...authority,
        status: 'active',
        parent: parent.authority.id,
      })
      const [found] = await authorities.generations(authority.id)
      assert.deepEqual(
        found?.certificates.map(({ id, active, issuedAs }) => ({ id, active, issuedAs })),
        [
          { id: second.id, active: true, issuedAs: intent.id },
          { id: first.id, active: false, issuedAs: intent.id },
        ],
      )
    })

    test('a CA can be renamed and its settings changed, each alone', async () => {
      const { opened, tenant, authorities, record } = await world()
      const { authority } = await createCa(opened.stores, tenant)
      const settings = { serviceCertificates: { keyType: 'rsa-2048' }, crl: { validityHours: 5, delta: true } } as const

      const first = await authorities.update(authority.id, { cps: 'x' }, record())
      const changed = await authorities.update(authority.id, { name: 'New name', settings: () => settings }, record())

      assert.deepEqual(first, { before: authority, after: { ...authority, cps: 'x', revision: 2 } })
      const after = { ...authority, cps: 'x', name: 'New name', settings, revision: 3 }
      assert.deepEqual(changed, { before: first?.after, after })
      assert.deepEqual((await authorities.update(authority.id, {}, record()))?.after, { ...after, revision: 4 })
      assert.equal(await authorities.update('no such', { cps: 'x' }, record()), undefined)
      const other = await createCa(opened.stores, tenant)
      await refused(authorities.update(other.authority.id, { name: 'New name' }, record()), 'conflict', /name/)
    })

    test('of many who change different settings at once each is heeded', async () => {
      const { opened, tenant, authorities, record } = await world()
      const { authority } = await createCa(opened.stores, tenant)
      type Change = Parameters<typeof authorities.update>[1]
      const changes: Change[] = [
        { settings: (before) => ({ ...before, retentionDays: 30 }) },
        { settings: (before) => ({ ...before, publicUrl: 'http://other.example' }) },
        { settings: (before) => ({ ...before, crl: { ...before.crl, validityHours: 7 } }) },
        { settings: (before) => ({ ...before, crl: { ...before.crl, delta: true } }) },
        { cps: 'A statement.' },
      ]

      await Promise.all(changes.map((change) => authorities.update(authority.id, change, record())))

      const settings = {
        ...authority.settings,
        ...{ retentionDays: 30, publicUrl: 'http://other.example', crl: { validityHours: 7, delta: true } },
      }
      const changed = { ...authority, cps: 'A statement.', settings, revision: 6 }
      assert.deepEqual(await authorities.find(authority.id), changed)
    })

    test('who says which revision was edited is refused when there is another, and changes nothing', async () => {
      const { opened, tenant, authorities, record } = await world()
      const { authority } = await createCa(opened.stores, tenant)
      const change = (cps: string) => authorities.update(authority.id, { cps, revision: 1 }, record())

      assert.equal(await accepted(['a', 'b', 'c'].map(change), 'conflict'), 1)

      const found = await authorities.find(authority.id)
      assert.deepEqual({ ...found, cps: '' }, { ...authority, revision: 2 })
      await refused(change('d'), 'conflict', /revision 2/)
      assert.deepEqual(await authorities.find(authority.id), found)
    })

    test('settings that are refused change nothing', async () => {
      const { opened, tenant, authorities, record } = await world()
      const { authority } = await createCa(opened.stores, tenant)
      const settings = () => {
        throw new Refusal('malformed', 'They contradict each other.')
      }

      await refused(authorities.update(authority.id, { cps: 'x', settings }, record()), 'malformed', /contradict/)

      assert.deepEqual(await authorities.find(authority.id), authority)
    })

    test('subordinates are alive while their active certificate is neither expired nor revoked for good', async () => {
      const { opened, tenant, authorities, record } = await world()
      const parent = await createCa(opened.stores, tenant)
      const { child, issuedAs } = await childOf(parent, opened)
      const live = async (now = NOW) =>
        (await authorities.liveSubordinates(parent.authority.id, now)).map(({ id }) => id)

      assert.deepEqual(await live(), [child.authority.id])
      assert.deepEqual(await live(NOW + 91 * DAY), [])
      assert.deepEqual(await authorities.liveSubordinates(child.authority.id, NOW), [])
      await parent.stores.revocations.revoke(issuedAs, { revokedAt: NOW, reason: 6 }, record())
      assert.deepEqual(await live(), [child.authority.id])
      await parent.stores.revocations.revoke(issuedAs, { revokedAt: NOW, reason: 4 }, record())
      assert.deepEqual(await live(), [])
    })

    test('an archived CA gets no more keys or certificates', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      const archive = () => authorities.archive(ca.authority.id, record())

      assert.equal(await accepted([archive(), archive()], 'conflict'), 1)

      assert.equal((await authorities.find(ca.authority.id))?.status, 'archived')
      const second = sampleGeneration(ca.authority, { number: 2 })
      await refused(authorities.addGeneration(second, undefined, record()), 'conflict', /archived/)
      await refused(authorities.addCertificate(sampleAuthorityCertificate(ca.generation.id), record()), 'conflict')
      await refused(authorities.archive('no such', record()), 'not-found')
    })
  })

  describe('deleting a CA', () => {
    test('says before what goes with it', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      await ca.stores.requests.create(sampleRequest(ca), record())
      const { intent } = await issue(ca)
      await ca.stores.revocations.revoke(intent.id, { revokedAt: NOW, reason: 4 }, record())
      await issue(ca, { notAfter: NOW - 1 })
      await issue(ca)
      await issue(await createCa(opened.stores, tenant))

      assert.deepEqual(await authorities.extent(ca.authority.id, NOW), {
        keys: 1,
        templates: 1,
        pendingRequests: 1,
        certificates: 3,
        liveCertificates: 1,
      })
    })

    test('is refused while a CA below it is alive, and changes nothing then', async () => {
      const { opened, tenant, authorities, record } = await world()
      const parent = await createCa(opened.stores, tenant)
      const { child } = await childOf(parent, opened)

      await refused(
        authorities.delete(parent.authority.id, NOW, record()),
        'conflict',
        new RegExp(child.authority.name),
      )

      assert.deepEqual(await authorities.find(parent.authority.id), parent.authority)
      assert.ok((await parent.stores.issuers.generation(parent.generation.id))?.sealedKey)
      await authorities.delete(parent.authority.id, NOW + 91 * DAY, record())
    })

    test('ends its templates and pending requests at once, its keys after the last CRL, and has the rest purged', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      const request = sampleRequest(ca)
      await ca.stores.requests.create(request, record())
      const object = { type: 'authority', id: ca.authority.id }

      await authorities.delete(ca.authority.id, NOW, recordIn(tenant, { action: 'authority.delete', object }))

      assert.equal((await authorities.find(ca.authority.id))?.status, 'deleted')
      assert.ok((await ca.stores.issuers.generation(ca.generation.id))?.sealedKey, 'it has a CRL to sign')
      assert.deepEqual(
        [await dueAt(opened, 'end', ca.authority.id), await dueAt(opened, 'purge', ca.authority.id)],
        [NOW + 30_000, undefined],
      )
      assert.equal(await ca.stores.issuers.activeIssuer(ca.authority.id), undefined)
      assert.equal(await ca.stores.templates.find(ca.template.id), undefined)
      assert.equal(await ca.stores.requests.find(request.id), undefined)
      assert.equal((await authorities.generations(ca.authority.id))[0]?.certificates.length, 1)
      assert.deepEqual(await recorded(opened, tenant, ca.authority.id), ['authority.delete'])
      await refused(authorities.delete(ca.authority.id, NOW, record()), 'conflict', /deleted/)

      await authorities.dropKeys(ca.authority.id, NOW + 5)

      assert.equal((await ca.stores.issuers.generation(ca.generation.id))?.sealedKey, undefined)
      assert.deepEqual(
        [await dueAt(opened, 'end', ca.authority.id), await dueAt(opened, 'purge', ca.authority.id)],
        [undefined, NOW + 5],
      )
    })

    test('drops the keys of a deleted CA and of no other', async () => {
      const { opened, tenant, authorities } = await world()
      const ca = await createCa(opened.stores, tenant)

      await authorities.dropKeys(ca.authority.id, NOW)

      assert.ok((await ca.stores.issuers.generation(ca.generation.id))?.sealedKey)
      assert.equal(await dueAt(opened, 'purge', ca.authority.id), undefined)
    })

    test('ends what can be issued, revoked, loaded or published under it, but for its last CRL', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      const { template: _, ...bare } = sampleIntent(ca)
      const { intent } = await issue(ca)
      await authorities.delete(ca.authority.id, NOW, record())

      await refused(ca.stores.issuance.recordIntent(sampleIntent(ca), record()), 'issuer-inactive', /deleted/)
      await refused(ca.stores.issuance.recordIntent(bare, record()), 'issuer-inactive', /deleted/)
      await refused(ca.stores.revocations.revoke(intent.id, { revokedAt: NOW, reason: 4 }, record()), 'not-found')
      const earlier = { id: newId(), serialNumber: '0b', subject: 'CN=x', revocation: { revokedAt: NOW, reason: 1 } }
      await refused(
        authorities.addEarlier(ca.generation.id, [earlier], { historyKnown: true }, record()),
        'not-found',
        /deleted/,
      )
      const { crls } = opened.stores.system
      await refused(crls.publish(crlOf(ca), [randomBytes(3)], false), 'conflict', /deleted/)
      const parts = await opened.database.read((db) =>
        db.selectFrom('crl_part').select('crl').where('generation', '=', ca.generation.id).execute(),
      )
      assert.deepEqual(parts, [], 'nothing of it is left')
      const last = crlOf(ca)
      await crls.publish(last, [randomBytes(3)], true)
      assert.equal((await crls.latest(last))?.id, last.id)
    })

    test('purges its register page by page, and only its own', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      const other = await createCa(opened.stores, tenant)
      for (let at = 0; at < 5; at++) await issue(ca)
      const kept = await issue(other)
      assert.equal(await authorities.purge(ca.authority.id, 2), false)
      await authorities.delete(ca.authority.id, NOW, record())

      let pages = 0
      while (await authorities.purge(ca.authority.id, 2)) pages++

      assert.equal(pages, 3)
      const left = await ca.stores.certificates.list({}, NOW, { limit: 10 })
      assert.deepEqual(
        left.items.map(({ id }) => id),
        [kept.intent.id],
      )
      const found = await ca.stores.certificates.list({ name: 'host.example.com' }, NOW, { limit: 10 })
      assert.equal(found.items.length, 1)
    })
  })

  describe('a retention', () => {
    test('forgets what expired longer ago, but not what a CRL has still to name', async () => {
      const { opened, tenant, authorities, record } = await world()
      const settings = { serviceCertificates: {}, crl: { delta: false }, retentionDays: 30 }
      const ca = await createCa(opened.stores, tenant, { authority: { settings } })
      await issue(ca, { notAfter: NOW - 40 * DAY })
      const revoked = await issue(ca, { notAfter: NOW - 40 * DAY })
      await ca.stores.revocations.revoke(revoked.intent.id, { revokedAt: NOW - 50 * DAY, reason: 1 }, record())
      const fresh = await issue(ca, { notAfter: NOW - 10 * DAY })
      const forget = () => authorities.forgetExpired(ca.authority.id, NOW - 30 * DAY, 10, record())

      assert.equal(await dueAt(opened, 'retention', ca.authority.id), NOW)
      assert.equal(await forget(), 1, 'the one that no CRL names')
      assert.equal(await forget(), 0, 'no CRL was made since the other expired')
      await publishCrl(opened, ca)
      assert.equal(await forget(), 1)

      const left = await ca.stores.certificates.list({ name: 'host.example.com' }, NOW, { limit: 10 })
      assert.deepEqual(
        left.items.map(({ id }) => id),
        [fresh.intent.id],
      )
    })
  })

  describe('what a CA issued before its import', () => {
    test('is in the register, in OCSP and in the CRL', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      const known = earlier({
        der: randomBytes(300),
        notBefore: NOW - DAY,
        notAfter: NOW + DAY,
        names: [{ type: 'dns', value: 'old.example.com' }],
      })
      const revoked = earlier({ revocation: { revokedAt: NOW - 5, reason: 4 } })

      const added = await authorities.addEarlier(
        ca.generation.id,
        [known, revoked],
        { crlNumber: 70, historyKnown: false },
        record(),
      )

      assert.equal(added, 2)
      const { items } = await ca.stores.certificates.list({ name: 'old.' }, NOW, { limit: 5 })
      assert.deepEqual(
        items.map(({ id, der, notAfter }) => ({ id, der, notAfter })),
        [{ id: known.id, der: known.der, notAfter: known.notAfter }],
      )
      const { statusOfSerial, crls } = opened.stores.system
      assert.deepEqual((await statusOfSerial(ca.generation.id, revoked.serialNumber))?.revocation, revoked.revocation)
      const whole = { generation: ca.generation.id, partition: 0, delta: false }
      assert.deepEqual((await crls.entries(whole, { expiredAfter: NOW }, { limit: 10 })).rows, [
        { serialNumber: revoked.serialNumber, ...revoked.revocation },
      ])
      assert.equal((await ca.stores.issuers.generation(ca.generation.id))?.generation.historyKnown, false)
      assert.equal(await crls.nextNumber(ca.generation.id, 5_000), 71)
    })

    test('leaves serials that are known as they are', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      const { intent, issued } = await issue(ca)
      const same = earlier({ serialNumber: intent.serialNumber, revocation: { revokedAt: NOW, reason: 1 } })
      const fresh = earlier({})
      const add = (...list: EarlierCertificate[]) =>
        authorities.addEarlier(ca.generation.id, list, { historyKnown: true }, record())

      assert.deepEqual([await add(same, fresh), await add(fresh)], [1, 0])
      assert.equal(await add(), 0)
      const found = await ca.stores.certificates.find(intent.id)
      assert.deepEqual([found?.der, found?.revocation], [issued.der, undefined])
    })

    test('a key of it that was compromised is not certified again', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      const publicKeyHash = randomBytes(32)
      const lost = earlier({ publicKeyHash, revocation: { revokedAt: NOW, reason: 1 } })
      await authorities.addEarlier(ca.generation.id, [lost], { historyKnown: true }, record())

      await refused(ca.stores.issuance.recordIntent(sampleIntent(ca, { publicKeyHash }), record()), 'bad-key')
    })

    test('what an import says of keys that nobody proved to hold binds no other tenant', async () => {
      const { opened, tenant, authorities, record } = await world()
      const ca = await createCa(opened.stores, tenant)
      const other = await createCa(opened.stores, await newTenant(opened))
      const [ofImport, ofRevocation] = [randomBytes(32), randomBytes(32)]
      const lost = earlier({ publicKeyHash: ofImport, revocation: { revokedAt: NOW, reason: 1 } })
      const alive = earlier({ publicKeyHash: ofRevocation })
      await authorities.addEarlier(ca.generation.id, [lost, alive], { historyKnown: true }, record())
      await ca.stores.revocations.revoke(alive.id, { revokedAt: NOW, reason: 1 }, record())

      for (const publicKeyHash of [ofImport, ofRevocation]) {
        await refused(ca.stores.issuance.recordIntent(sampleIntent(ca, { publicKeyHash }), record()), 'bad-key')
        await other.stores.issuance.recordIntent(sampleIntent(other, { publicKeyHash }), recordIn(other.tenant))
      }
    })
  })
}

function earlier(over: Partial<EarlierCertificate>): EarlierCertificate {
  return { id: newId(), serialNumber: randomBytes(16).toHex(), subject: 'CN=old', ...over }
}

/** A CA below another, both of one tenant. */
export async function childOf(
  parent: SampleCa,
  { stores }: OpenedStores,
): Promise<{ readonly child: SampleCa; readonly issuedAs: string }> {
  const { intent, issued } = await issue(parent)
  const certificate = { issuedAs: intent.id, der: issued.der }
  return { child: await createCa(stores, parent.tenant, { certificate }), issuedAs: intent.id }
}

async function dueAt({ database }: OpenedStores, kind: string, key: string): Promise<number | undefined> {
  const row = await database.read((db) =>
    db.selectFrom('outbox').select('due_at').where('kind', '=', kind).where('key', '=', key).executeTakeFirst(),
  )
  return row?.due_at
}

/** A complete CRL of the CA as of now. */
async function publishCrl({ stores }: OpenedStores, ca: SampleCa): Promise<void> {
  await stores.system.crls.publish(crlOf(ca), [randomBytes(3)], false)
}

function crlOf({ generation }: SampleCa): PublishedCrl {
  const which = { generation: generation.id, partition: 0, delta: false }
  const times = { thisUpdate: NOW, nextUpdate: NOW + DAY }
  return { ...which, ...times, id: newId(), number: 1, entries: 0, size: 3, digest: 'd', revocationVersion: 0 }
}
