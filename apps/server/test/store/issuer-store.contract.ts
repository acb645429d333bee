import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  createCa,
  issue,
  NOW,
  randomBytes,
  recordIn,
  sampleAuthority,
  sampleAuthorityCertificate,
  sampleGeneration,
  sampleTemplate,
} from '../support/samples.ts'
import { childOf } from './authority-store.contract.ts'
import { type Engine, newTenant } from './engine.ts'

export function issuerStoreContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const { issuers, authorities } = opened.stores.for(tenant)
    return { opened, tenant, issuers, authorities, record: () => recordIn(tenant) }
  }

  describe('the issuer store', () => {
    test('an issuer has all that is needed to issue by it', async () => {
      const { opened, tenant, issuers } = await world()
      const chain = [randomBytes(400), randomBytes(500)]
      const ca = await createCa(opened.stores, tenant, { certificate: { chain } })
      const { sealedKey, ...generation } = ca.generation
      const { chain: _, ...certificate } = ca.certificate
      const waysUp = [[certificate.der, ...chain]]
      const expected = { authority: ca.authority, generation, certificates: [certificate], chain, waysUp, sealedKey }

      assert.deepEqual(await issuers.activeIssuer(ca.authority.id), expected)
      assert.deepEqual(await issuers.generation(ca.generation.id), expected)
    })

    test('a CA that awaits its certificate issues nothing and is there all the same', async () => {
      const { tenant, issuers, authorities, record } = await world()
      const authority = sampleAuthority(tenant, { status: 'awaiting-certificate' })
      const generation = sampleGeneration(authority, { status: 'awaiting-certificate' })
      await authorities.create({ authority, generation, template: sampleTemplate(authority.id) }, record())

      assert.equal(await issuers.activeIssuer(authority.id), undefined)
      const found = await issuers.generation(generation.id)
      assert.deepEqual([found?.certificates, found?.chain, found?.waysUp], [[], [], []])
    })

    test('each certificate of its key, and of each key above, is a way up, but for those that were revoked', async () => {
      const { opened, tenant, issuers, authorities, record } = await world()
      const [older, newer, outside] = [randomBytes(310), randomBytes(320), randomBytes(330)]
      const root = await createCa(opened.stores, tenant, { certificate: { chain: [] } })
      const crossed = sampleAuthorityCertificate(root.generation.id, { active: false, chain: [older, newer] })
      await authorities.addCertificate(crossed, record())
      const { child: leaf, issuedAs } = await childOf(root, opened)
      const elsewhere = sampleAuthorityCertificate(leaf.generation.id, { active: false, chain: [outside] })
      await authorities.addCertificate(elsewhere, record())
      const waysOf = async () =>
        (await issuers.activeIssuer(leaf.authority.id))?.waysUp.map((way) => way.map((der) => der.toHex())).toSorted()
      const hex = (...ders: readonly Uint8Array[]) => ders.map((der) => der.toHex())

      const all = await waysOf()
      await root.stores.revocations.revoke(issuedAs, { revokedAt: NOW, reason: 4 }, record())
      const left = await waysOf()

      const [own, above] = [leaf.certificate.der, root.certificate.der]
      const byOther = hex(elsewhere.der, outside)
      assert.deepEqual(all, [hex(own, above), hex(own, crossed.der, older, newer), byOther].toSorted())
      assert.deepEqual(left, [byOther])
    })

    test('of CAs that certified each other the ways up end', async () => {
      const { opened, tenant, issuers, authorities, record } = await world()
      const one = await createCa(opened.stores, tenant)
      const { child: other } = await childOf(one, opened)
      const { intent, issued } = await issue(other)
      const back = { active: false, issuedAs: intent.id, der: issued.der }
      await authorities.addCertificate(sampleAuthorityCertificate(one.generation.id, back), record())

      const ways = (await issuers.activeIssuer(other.authority.id))?.waysUp

      assert.deepEqual(ways, [[other.certificate.der, one.certificate.der]])
    })

    test('the chain goes through the CAs of the tenant, then through what was stored with the topmost', async () => {
      const { opened, tenant, issuers } = await world()
      const outside = randomBytes(300)
      const root = await createCa(opened.stores, tenant, { certificate: { chain: [outside] } })
      const { child: middle } = await childOf(root, opened)
      const { child: leaf } = await childOf(middle, opened)

      const found = await issuers.activeIssuer(leaf.authority.id)

      assert.deepEqual(found?.chain, [middle.certificate.der, root.certificate.der, outside])
      assert.equal(found?.blockedBy, undefined)
    })

    test('what was revoked or archived above blocks everything below it, and says so', async () => {
      const { opened, tenant, issuers, authorities, record } = await world()
      const root = await createCa(opened.stores, tenant, { authority: { name: 'Root' } })
      const { child: middle, issuedAs } = await childOf(root, opened)
      const { child: leaf } = await childOf(middle, opened)
      const blocked = async () =>
        Promise.all(
          [root, middle, leaf].map(async ({ authority }) => (await issuers.activeIssuer(authority.id))?.blockedBy),
        )

      await root.stores.revocations.revoke(issuedAs, { revokedAt: NOW, reason: 6 }, record())
      const onHold = await blocked()
      await root.stores.revocations.unrevoke(issuedAs, NOW, record())
      const freed = await blocked()
      await authorities.archive(root.authority.id, record())

      const above = `the certificate of "${middle.authority.name}" above it is on hold`
      assert.deepEqual(onHold, [undefined, 'its certificate is on hold', above])
      assert.deepEqual(freed, [undefined, undefined, undefined])
      const archived = 'the CA "Root" above it is archived'
      assert.deepEqual(await blocked(), [undefined, archived, archived])
    })

    test('a revoked CA is blocked however sound all above it is', async () => {
      const { opened, tenant, issuers, record } = await world()
      const root = await createCa(opened.stores, tenant)
      const { child: middle } = await childOf(root, opened)
      const { child: leaf, issuedAs } = await childOf(middle, opened)

      await middle.stores.revocations.revoke(issuedAs, { revokedAt: NOW, reason: 4 }, record())

      assert.equal((await issuers.activeIssuer(leaf.authority.id))?.blockedBy, 'its certificate is revoked')
    })

    test('a revoked CA stays blocked when the register that says so is purged', async () => {
      const { opened, tenant, issuers, authorities, record } = await world()
      const root = await createCa(opened.stores, tenant)
      const { child, issuedAs } = await childOf(root, opened)
      await root.stores.revocations.revoke(issuedAs, { revokedAt: NOW, reason: 4 }, record())
      await authorities.delete(root.authority.id, NOW, record())
      while (await authorities.purge(root.authority.id, 100));

      assert.match(String((await issuers.activeIssuer(child.authority.id))?.blockedBy), /deleted/)
    })

    test('the version grows with everything that changes an issuer', async () => {
      const { opened, tenant, issuers, authorities, record } = await world()
      let last = await issuers.version()
      const grows = async (what: string, change: () => Promise<unknown>) => {
        await change()
        const version = await issuers.version()
        assert.ok(version > last, what)
        last = version
      }
      const root = await createCa(opened.stores, tenant)
      await grows('create', () => createCa(opened.stores, tenant))
      const { child, issuedAs } = await childOf(root, opened)
      await grows('child', () => childOf(root, opened))
      const { revocations } = root.stores
      await grows('hold', () => revocations.revoke(issuedAs, { revokedAt: NOW, reason: 6 }, record()))
      await grows('end of hold', () => revocations.unrevoke(issuedAs, NOW, record()))
      await grows('revocation', () => revocations.revoke(issuedAs, { revokedAt: NOW, reason: 4 }, record()))
      await grows('update', () => authorities.update(root.authority.id, { cps: 'x' }, record()))
      const second = sampleGeneration(root.authority, { number: 2 })
      await grows('generation', () => authorities.addGeneration(second, undefined, record()))
      await grows('certificate', () => authorities.addCertificate(sampleAuthorityCertificate(second.id), record()))
      await grows('history', () => authorities.addEarlier(second.id, [], { historyKnown: false }, record()))
      await grows('archive', () => authorities.archive(child.authority.id, record()))
      await grows('delete', () => authorities.delete(child.authority.id, NOW, record()))

      const { intent } = await issue(root)
      await revocations.revoke(intent.id, { revokedAt: NOW, reason: 4 }, record())
      assert.equal(await issuers.version(), last)
    })

    test('an address reaches its generation and its CA without a tenant', async () => {
      const { opened, tenant } = await world()
      const { authority, generation } = await createCa(opened.stores, tenant)
      const { generationByPublicId, authorityByPublicId } = opened.stores.system

      const found = { tenant, generation: generation.id, authority: authority.id }
      assert.deepEqual(await generationByPublicId(generation.publicId), found)
      assert.deepEqual(await authorityByPublicId(authority.publicId), { tenant, authority: authority.id })
      for (const strange of ['', 'nothing', 'a\0b', '\ud800']) {
        assert.equal(await generationByPublicId(strange), undefined)
        assert.equal(await authorityByPublicId(strange), undefined)
      }
    })
  })
}
