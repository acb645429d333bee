import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Tie } from '../../src/authorities/authority-store.ts'
import {
  createCa,
  DAY,
  issue,
  NOW,
  randomBytes,
  recordIn,
  type SampleCa,
  sampleAuthorityCertificate,
  sampleIntent,
} from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import { type Engine, newTenant, recorded, refused } from './engine.ts'

export function authorityTiesContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const { authorities, issuers, certificates, revocations, issuance } = opened.stores.for(tenant)
    const make = () => createCa(opened.stores, tenant)
    const [root, below] = [await make(), await make()]
    const record = () => recordIn(tenant)
    const tie = async (...ties: Tie[]) => authorities.tie({ seen: (await authorities.known()).length, ties }, record())
    const blockedBy = async () => (await issuers.activeIssuer(below.authority.id))?.blockedBy
    const own = { authorities, issuers, certificates, revocations, issuance }
    return { ...own, opened, tenant, make, root, below, record, tie, blockedBy }
  }

  describe('ties between the CAs of a tenant', () => {
    test('what is known of all certificates is whose they are and what they are tied to', async () => {
      const { authorities, root, below, tie, record } = await world()
      const chain = [randomBytes(50), randomBytes(60)]
      const outer = sampleAuthorityCertificate(below.generation.id, { chain })
      await authorities.addCertificate(outer, record())
      const entry = tieOf(root, below)

      await tie(entry, { ...tieOf(root, below, outer.id), above: 1 })

      const known = new Map((await authorities.known()).map((one) => [one.id, one]))
      const { der, generation } = below.certificate
      const issuedAs = entry.entry.id
      const { id } = below.certificate
      assert.deepEqual(known.get(id), { id, generation, der, alive: true, issuedAs, chain: [] })
      const [first, second] = known.get(outer.id)?.chain ?? []
      assert.deepEqual([first, second?.der], [{ der: chain[0] }, chain[1]])
      assert.ok(second?.issuedAs)
      assert.equal(known.get(outer.id)?.issuedAs, undefined)
      assert.equal(known.size, 3)
    })

    test('a certificate that the register does not have gets an entry, by which it is revoked', async () => {
      const { certificates, revocations, authorities, root, below, record, tie, blockedBy } = await world()
      const made = tieOf(root, below)

      assert.equal(await tie(made), true)

      const entry = await certificates.find(made.entry.id)
      assert.deepEqual([entry?.der, entry?.authority, entry?.subject], [made.entry.der, root.authority.id, 'CN=below'])
      assert.equal((await authorities.find(below.authority.id))?.parent, root.authority.id)
      const live = async () => (await authorities.liveSubordinates(root.authority.id, NOW)).map(({ id }) => id)
      assert.deepEqual(await live(), [below.authority.id])
      await revocations.revoke(made.entry.id, { revokedAt: NOW, reason: 6 }, record())
      assert.equal(await blockedBy(), 'its certificate is on hold')
      await revocations.unrevoke(made.entry.id, NOW, record())
      assert.equal(await blockedBy(), undefined)
      await revocations.revoke(made.entry.id, { revokedAt: NOW, reason: 4 }, record())
      assert.equal(await blockedBy(), 'its certificate is revoked')
      assert.deepEqual(await live(), [])
    })

    test('an entry that was known by its serial number alone gets the DER, keeps its revocation, and is found by name', async () => {
      const { authorities, certificates, issuance, root, below, record, tie, blockedBy } = await world()
      const publicKeyHash = randomBytes(32)
      const made = tieOf(root, below, below.certificate.id, { publicKeyHash })
      const { serialNumber } = made.entry
      const revocation = { revokedAt: NOW - DAY, reason: 1 }
      const earlier = { id: newId(), serialNumber, subject: '', revocation }
      await authorities.addEarlier(root.generation.id, [earlier], { historyKnown: true }, record())

      await tie(made)

      const { items } = await certificates.list({ name: 'below.example' }, NOW, { limit: 5 })
      assert.deepEqual(
        items.map(({ id, der, revocation: kept, notAfter }) => ({ id, der, kept, notAfter })),
        [{ id: earlier.id, der: made.entry.der, kept: revocation, notAfter: made.entry.notAfter }],
      )
      assert.equal(await blockedBy(), 'its certificate is revoked')
      await refused(issuance.recordIntent(sampleIntent(root, { publicKeyHash }), record()), 'bad-key')
    })

    test('an entry that has its DER stays as it is', async () => {
      const { certificates, root, below, tie } = await world()
      const { intent, issued } = await issue(root)
      const made = tieOf(root, below, below.certificate.id, { serialNumber: intent.serialNumber })

      await tie(made)

      assert.deepEqual((await certificates.find(intent.id))?.der, issued.der)
      assert.equal(await certificates.find(made.entry.id), undefined)
      const [first] = (await below.stores.authorities.generations(below.authority.id))[0]?.certificates ?? []
      assert.equal(first?.issuedAs, intent.id)
    })

    test('what is tied stays tied to what it was', async () => {
      const { authorities, make, root, below, tie } = await world()
      const [first, second] = [tieOf(root, below), tieOf(await make(), below)]

      await tie(first)
      await tie({ ...second, entry: { ...second.entry, id: newId() } })

      const known = await authorities.known()
      assert.equal(known.find(({ id }) => id === below.certificate.id)?.issuedAs, first.entry.id)
    })

    test('nothing is tied to a deleted CA, nor to one of another tenant, and no certificate of another tenant', async () => {
      const { opened, authorities, root, below, record, tie } = await world()
      const elsewhere = await createCa(opened.stores, await newTenant(opened))
      await authorities.delete(root.authority.id, NOW, record())

      for (const made of [tieOf(root, below), tieOf(elsewhere, below), tieOf(below, elsewhere)]) {
        assert.equal(await tie(made), true)
      }

      const known = [...(await authorities.known()), ...(await elsewhere.stores.authorities.known())]
      assert.equal(known.length, 3)
      assert.ok(known.every(({ issuedAs }) => issuedAs === undefined))
      assert.equal((await elsewhere.stores.authorities.find(elsewhere.authority.id))?.parent, undefined)
      assert.equal(known.find(({ id }) => id === root.certificate.id)?.alive, false)
    })

    test('a CA is below another also by what stands between them, which is revoked in its stead', async () => {
      const { authorities, revocations, issuers, root, below, record, tie, blockedBy } = await world()
      const chain = [randomBytes(50), randomBytes(60)]
      const outer = sampleAuthorityCertificate(below.generation.id, { chain })
      await authorities.addCertificate(outer, record())
      const version = async () => issuers.version()
      const made = { ...tieOf(root, below, outer.id), above: 0 }
      await tie({ ...made, entry: { ...made.entry, id: newId() } })
      const [tied] = (await authorities.known()).find(({ id }) => id === outer.id)?.chain ?? []
      assert.ok(tied?.issuedAs)

      const found = await issuers.activeIssuer(below.authority.id)
      assert.deepEqual(found?.chain, [chain[0], root.certificate.der])
      assert.equal((await authorities.liveSubordinates(root.authority.id, NOW)).length, 1)
      await refused(authorities.delete(root.authority.id, NOW, record()), 'conflict', new RegExp(below.authority.name))
      const before = await version()
      await revocations.revoke(tied.issuedAs, { revokedAt: NOW, reason: 4 }, record())
      assert.ok((await version()) > before, 'who keeps an issuer open learns of it')
      assert.equal(await blockedBy(), 'the certificate of a CA above it is revoked')
      assert.equal((await authorities.liveSubordinates(root.authority.id, NOW)).length, 0)
      const later = NOW + 9000 * DAY
      assert.equal(await authorities.forgetExpired(root.authority.id, later, 10, record()), 0, 'it is still needed')
      await authorities.delete(root.authority.id, NOW, record())
      assert.match((await blockedBy()) ?? '', /revoked|deleted/)
    })

    test('a CA elsewhere that stands above one of the tenant is named while its certificate is alive', async () => {
      const { authorities, revocations, root, below, record, tie } = await world()
      const outer = sampleAuthorityCertificate(below.generation.id, { chain: [randomBytes(50)] })
      await authorities.addCertificate(outer, record())
      const made = { ...tieOf(root, below, outer.id), above: 0 }
      const elsewhere = (ca: SampleCa, at = NOW) => authorities.certifiedElsewhere(ca.authority.id, at)

      await tie(made, tieOf(root, below))

      const { id: certificate, subject, notAfter = 0 } = made.entry
      assert.deepEqual(await elsewhere(root), [{ certificate, subject, notAfter }])
      assert.deepEqual(await elsewhere(below), [])
      assert.deepEqual(await elsewhere(root, notAfter + 1), [])
      await revocations.revoke(certificate, { revokedAt: NOW, reason: 4 }, record())
      assert.deepEqual(await elsewhere(root), [])
    })

    test('a certificate comes with its ties, or not at all when others came meanwhile', async () => {
      const { authorities, root, below, make, record } = await world()
      const added = sampleAuthorityCertificate(below.generation.id)
      const seen = (await authorities.known()).length
      await make()
      const ties = [tieOf(root, below, added.id)]
      const of = record()

      assert.equal(await authorities.addCertificate(added, of, { seen, ties }), false)
      assert.equal(await authorities.tie({ seen, ties: [tieOf(root, below)] }, record()), false)
      assert.equal((await authorities.known()).filter(({ issuedAs }) => issuedAs !== undefined).length, 0)
      assert.deepEqual(await recorded({ database: (await engine.shared()).database }, root.tenant, of.object.id), [])

      assert.equal(await authorities.addCertificate(added, of, { seen: seen + 1, ties }), true)
      const [found] = (await authorities.generations(below.authority.id))[0]?.certificates ?? []
      assert.deepEqual([found?.id, found?.active, found?.issuedAs], [added.id, true, added.id])
    })

    test('of a root and a CA below it that come at the same moment one sees the other', async () => {
      const { authorities, root, below, record } = await world()
      const seen = (await authorities.known()).length
      const add = (ca: SampleCa) =>
        authorities.addCertificate(sampleAuthorityCertificate(ca.generation.id), record(), { seen, ties: [] })

      const done = await Promise.all([add(root), add(below)])

      assert.deepEqual(done.sort(), [false, true])
    })

    test('a CA that comes below one that is deleted at the same moment is seen, or finds it deleted', async () => {
      for (let round = 0; round < 5; round++) {
        const { authorities, root, below, record } = await world()
        const added = sampleAuthorityCertificate(below.generation.id)
        const found = { seen: (await authorities.known()).length, ties: [tieOf(root, below, added.id)] }

        const [deleted] = await Promise.allSettled([
          authorities.delete(root.authority.id, NOW, record()),
          authorities.addCertificate(added, record(), found),
        ])

        const made = (await authorities.known()).find(({ id }) => id === added.id)
        assert.ok(made)
        assert.equal(deleted.status === 'fulfilled', made.issuedAs === undefined)
      }
    })

    test('a certificate that is revoked where it is tied to is refused, and changes nothing', async () => {
      const { authorities, root, below, record } = await world()
      const made = tieOf(root, below, newId())
      const { serialNumber } = made.entry
      const earlier = { id: newId(), serialNumber, subject: '', revocation: { revokedAt: NOW, reason: 6 } }
      await authorities.addEarlier(root.generation.id, [earlier], { historyKnown: true }, record())
      const before = await authorities.known()

      const added = sampleAuthorityCertificate(below.generation.id, { id: made.certificate })
      const adding = authorities.addCertificate(added, record(), { seen: before.length, ties: [made] })
      await refused(adding, 'malformed', /revoked by the CA that issued it/)

      assert.deepEqual(await authorities.known(), before)
    })
  })
}

/** That the certificate of one CA, its first unless another is said, was issued by another. */
function tieOf(
  { generation }: SampleCa,
  below: SampleCa,
  certificate = below.certificate.id,
  entry: Partial<Tie['entry']> = {},
): Tie {
  return {
    certificate,
    signedBy: generation.id,
    entry: {
      id: certificate,
      serialNumber: randomBytes(16).toHex(),
      der: randomBytes(300),
      subject: 'CN=below',
      names: [{ type: 'commonName', value: 'below.example' }],
      publicKeyHash: randomBytes(32),
      notBefore: NOW - DAY,
      notAfter: NOW + 3000 * DAY,
      ...entry,
    },
  }
}
