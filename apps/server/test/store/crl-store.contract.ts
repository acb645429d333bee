import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import type { CrlEntryRow, CrlId, CrlStore, PublishedCrl } from '../../src/revocation/crl-store.ts'
import { createCa, DAY, issue, NOW, randomBytes, recordIn, type SampleCa } from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import { type Engine, newTenant } from './engine.ts'

export function crlStoreContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const ca = await createCa(opened.stores, tenant)
    const { crls, revocationVersion } = opened.stores.system
    const whole: CrlId = { generation: ca.generation.id, partition: 0, delta: false }
    return { opened, tenant, ca, crls, whole, version: () => revocationVersion(ca.generation.id) }
  }

  describe('the CRL store', () => {
    test('a CRL comes back as it was published, part by part', async () => {
      const { crls, whole } = await world()
      const parts = [randomBytes(1 << 20), randomBytes(1 << 20), randomBytes(17)]
      const crl = sampleCrl(whole, 1, Buffer.concat(parts))

      await crls.publish(crl, parts, false)

      assert.deepEqual(await crls.latest(whole), crl)
      const read = await readAll(crls, crl.id)
      assert.deepEqual(
        read.map((part) => part.length),
        [1 << 20, 1 << 20, 17],
      )
      assert.ok(Buffer.concat(read).equals(Buffer.concat(parts)))
    })

    test('the newest of a kind is the one with the highest number, whenever it was stored', async () => {
      const { crls, whole } = await world()
      const kinds = [whole, { ...whole, delta: true }, { ...whole, partition: 2 }]
      const numbers = [7, 9, 8]
      for (const kind of kinds) {
        for (const number of numbers) await publish(crls, sampleCrl(kind, number))
      }

      for (const kind of kinds) assert.equal((await crls.latest(kind))?.number, 9)
      assert.equal(await crls.latest({ ...whole, partition: 3 }), undefined)
    })

    test('the last three of a kind stay, older ones go with their octets', async () => {
      const { opened, crls, whole } = await world()
      const published = [1, 2, 3, 4, 5].map((number) => sampleCrl(whole, number))
      const delta = sampleCrl({ ...whole, delta: true }, 1)
      await publish(crls, delta)
      for (const crl of published) await publish(crls, crl)

      const [first, second, third] = published
      assert.ok(first && second && third)
      for (const gone of [first, second]) await assert.rejects(readAll(crls, gone.id))
      assert.equal((await readAll(crls, third.id)).length, 1)
      assert.equal((await readAll(crls, delta.id)).length, 1)
      const parts = await opened.database.read((db) =>
        db.selectFrom('crl_part').select('crl').where('generation', '=', whole.generation).execute(),
      )
      assert.equal(parts.length, 4)
    })

    test('a CRL that is dropped while it is read ends in an error, never early', async () => {
      const { crls, whole } = await world()
      const parts = [randomBytes(10), randomBytes(10), randomBytes(10)]
      const slow = sampleCrl(whole, 1, Buffer.concat(parts))
      await crls.publish(slow, parts, false)
      const reading = crls.read(slow.id)[Symbol.asyncIterator]()
      await reading.next()

      for (const number of [2, 3, 4]) await publish(crls, sampleCrl(whole, number))

      await assert.rejects(async () => reading.next(), /dropped/)
    })

    test('what a crash left of a CRL that was never published is swept, what is being stored is not', async () => {
      const { opened, tenant, crls, whole } = await world()
      const { generation } = whole
      const leave = (crl: string, stored_at: number) =>
        opened.database.write((trx) =>
          trx
            .insertInto('crl_part')
            .values({ crl, position: 0, tenant, generation, stored_at, octets: randomBytes(5) })
            .execute(),
        )
      await leave('crashed', NOW - 2 * 3_600_000)
      await leave('in work', NOW - 1_000)

      const crl = sampleCrl(whole, 1)
      await publish(crls, crl)

      const parts = await opened.database.read((db) =>
        db.selectFrom('crl_part').select('crl').where('generation', '=', generation).orderBy('crl').execute(),
      )
      assert.deepEqual(
        parts.map((part) => part.crl),
        [crl.id, 'in work'],
      )
    })

    test('parts that are not the whole are not published', async () => {
      const { crls, whole } = await world()
      const crl = sampleCrl(whole, 1, randomBytes(100))

      await assert.rejects(crls.publish(crl, [randomBytes(99)], false), /100 octets/)

      assert.equal(await crls.latest(whole), undefined)
    })

    test('numbers are given out once, never below the clock, also to many at once', async () => {
      const { crls, whole } = await world()
      const next = (now: number) => crls.nextNumber(whole.generation, now)

      const numbers = await Promise.all(Array.from({ length: 20 }, () => next(NOW + 999)))
      const seconds = NOW / 1_000

      assert.deepEqual(
        numbers.sort((a, b) => a - b),
        Array.from({ length: 20 }, (_, at) => seconds + at),
      )
      assert.equal(await next(NOW), seconds + 20)
      assert.equal(await next(NOW + 60_000), seconds + 60)
      await assert.rejects(next.bind(undefined, Number.NaN)())
      await assert.rejects(crls.nextNumber('no such', NOW))
    })
  })

  describe('the entries of a CRL', () => {
    test('are the revoked and held certificates that had not expired', async () => {
      const { crls, whole, ca } = await world()
      const revoked = await revokedOf(ca, 1, { notAfter: NOW + 5 * DAY })
      const held = await revokedOf(ca, 6)
      const lastDay = await revokedOf(ca, 4, { notAfter: NOW })
      await revokedOf(ca, 4, { notAfter: NOW - 1 })
      await issue(ca)

      assert.deepEqual(await allEntries(crls, whole, { expiredAfter: NOW }), [
        { serialNumber: lastDay.serialNumber, revokedAt: NOW, reason: 4 },
        { serialNumber: revoked.serialNumber, revokedAt: NOW, reason: 1 },
        { serialNumber: held.serialNumber, revokedAt: NOW, reason: 6 },
      ])
    })

    test('of a partition are its own, and the whole CRL names those of all', async () => {
      const { crls, whole, ca } = await world()
      const [none, one, two] = [
        await revokedOf(ca, 4),
        await revokedOf(ca, 4, { crlPartition: 1 }),
        await revokedOf(ca, 4, { crlPartition: 2 }),
      ]
      const serials = async (partition: number) =>
        (await allEntries(crls, { ...whole, partition }, { expiredAfter: NOW })).map((row) => row.serialNumber).sort()

      assert.deepEqual(await serials(1), [one.serialNumber])
      assert.deepEqual(await serials(2), [two.serialNumber])
      assert.deepEqual(await serials(0), [none, one, two].map((intent) => intent.serialNumber).sort())
      assert.deepEqual(await crls.partitions(ca.generation.id), [1, 2])
      assert.deepEqual(await crls.partitions('no such'), [])
    })

    test('of a delta are what changed after its base, with ended holds to be removed', async () => {
      const { tenant, crls, whole, ca, version } = await world()
      await revokedOf(ca, 4)
      const held = await revokedOf(ca, 6, { crlPartition: 3 })
      const base = await version()
      const later = await revokedOf(ca, 1)
      await ca.stores.revocations.unrevoke(held.id, NOW + 5, recordIn(tenant))
      const delta = { ...whole, delta: true }
      const range = { expiredAfter: NOW, changedAfter: base }

      const removed = { serialNumber: held.serialNumber, revokedAt: NOW, reason: 8 }
      assert.deepEqual(await allEntries(crls, delta, range), [
        { serialNumber: later.serialNumber, revokedAt: NOW, reason: 1 },
        removed,
      ])
      assert.deepEqual(await allEntries(crls, { ...delta, partition: 3 }, range), [removed])
      assert.deepEqual(await allEntries(crls, delta, { ...range, changedAfter: await version() }), [])
      assert.deepEqual(
        (await allEntries(crls, whole, { expiredAfter: NOW }))
          .map((row) => row.serialNumber)
          .includes(held.serialNumber),
        false,
      )
    })

    test('come whole in pages of any size', async () => {
      const { crls, whole, ca } = await world()
      for (let at = 0; at < 11; at++) await revokedOf(ca, 4, { notAfter: NOW + (at % 3) * DAY })
      const range = { expiredAfter: NOW }
      const once = await allEntries(crls, whole, range, 100)

      assert.equal(new Set(once.map((row) => row.serialNumber)).size, 11)
      for (const limit of [1, 3, 11]) {
        assert.deepEqual(await allEntries(crls, whole, range, limit), once)
        const delta = await allEntries(crls, { ...whole, delta: true }, { ...range, changedAfter: 0 }, limit)
        assert.equal(delta.length, 11)
      }
    })
  })
}

function sampleCrl(kind: CrlId, number: number, octets: Uint8Array = Buffer.from(`crl ${number}`)): PublishedCrl {
  return {
    ...kind,
    id: newId(),
    number,
    thisUpdate: NOW,
    nextUpdate: NOW + 7 * DAY,
    entries: 3,
    size: octets.length,
    digest: createHash('sha256').update(octets).digest('hex'),
    revocationVersion: 5,
  }
}

function publish(crls: CrlStore, crl: PublishedCrl): Promise<void> {
  return crls.publish(crl, [Buffer.from(`crl ${crl.number}`)], false)
}

async function readAll(crls: CrlStore, id: string): Promise<Uint8Array[]> {
  return Array.fromAsync(crls.read(id))
}

async function revokedOf(ca: SampleCa, reason: number, over: Parameters<typeof issue>[1] = {}) {
  const { intent } = await issue(ca, over)
  await ca.stores.revocations.revoke(intent.id, { revokedAt: NOW, reason }, recordIn(ca.tenant))
  return intent
}

async function allEntries(
  crls: CrlStore,
  crl: CrlId,
  range: Parameters<CrlStore['entries']>[1],
  limit = 100,
): Promise<CrlEntryRow[]> {
  const all: CrlEntryRow[] = []
  for (let after: string | undefined; ; ) {
    const { rows, next } = await crls.entries(crl, range, { limit, ...(after !== undefined && { after }) })
    all.push(...rows)
    if (next === undefined) return all
    after = next
  }
}
