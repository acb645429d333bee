import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Revocation } from '../../src/certificates/certificate-register.ts'
import { createCa, issue, NOW, recordIn, sampleIntent } from '../support/samples.ts'
import { accepted, type Engine, newTenant, recorded, refused } from './engine.ts'

export function revocationLedgerContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const ca = await createCa(opened.stores, tenant)
    const { intent } = await issue(ca)
    const revoke = (reason: number, revokedAt = NOW, invalidityAt?: number) =>
      ca.stores.revocations.revoke(
        intent.id,
        { revokedAt, reason, ...(invalidityAt !== undefined && { invalidityAt }) },
        recordIn(tenant, { action: 'certificate.revoke', object: { type: 'certificate', id: intent.id } }),
      )
    const unrevoke = () => ca.stores.revocations.unrevoke(intent.id, NOW, recordIn(tenant))
    const now = async () => (await ca.stores.certificates.find(intent.id))?.revocation
    return { opened, tenant, ca, intent, revoke, unrevoke, now, system: opened.stores.system }
  }

  describe('the revocation ledger', () => {
    test('a revocation is in the register, in OCSP, and due in a CRL, and grows the version', async () => {
      const { opened, tenant, ca, intent, revoke, now, system } = await world()
      const before = await system.revocationVersion(ca.generation.id)
      await opened.database.write((trx) => trx.deleteFrom('outbox').where('key', '=', ca.generation.id).execute())

      const answer = await revoke(3, NOW + 5, NOW - 5)

      const revocation = { revokedAt: NOW + 5, reason: 3, invalidityAt: NOW - 5 }
      assert.deepEqual([answer?.revocation, await now()], [revocation, revocation])
      assert.deepEqual(await system.statusOfSerial(ca.generation.id, intent.serialNumber), {
        revocation,
        notAfter: intent.notAfter,
      })
      assert.equal(await system.revocationVersion(ca.generation.id), before + 1)
      const item = await opened.database.read((db) =>
        db.selectFrom('outbox').select(['kind', 'due_at']).where('key', '=', ca.generation.id).executeTakeFirst(),
      )
      assert.deepEqual({ ...item }, { kind: 'crl', due_at: NOW })
      assert.deepEqual(await recorded(opened, tenant, intent.id), ['certificate.revoke'])
    })

    test('revoked by many at once, it is revoked once', async () => {
      const { opened, tenant, ca, intent, revoke, system } = await world()
      const before = await system.revocationVersion(ca.generation.id)

      assert.equal(await accepted([revoke(4), revoke(4), revoke(3), revoke(5)], 'conflict'), 1)

      assert.equal(await system.revocationVersion(ca.generation.id), before + 1)
      assert.deepEqual(await recorded(opened, tenant, intent.id), ['certificate.revoke'])
    })

    test('a revocation changes only as it may', async () => {
      const at = (revokedAt: number, reason: number): Revocation => ({ revokedAt, reason })
      const table: [first: number, then: number, Revocation | 'conflict'][] = [
        [4, 4, 'conflict'],
        [4, 3, 'conflict'],
        [4, 6, 'conflict'],
        [4, 1, at(NOW, 1)],
        [0, 1, at(NOW, 1)],
        [1, 1, 'conflict'],
        [1, 4, 'conflict'],
        [6, 6, 'conflict'],
        [6, 4, at(NOW + 9, 4)],
        [6, 1, at(NOW + 9, 1)],
      ]
      for (const [first, then, expected] of table) {
        const { revoke, now } = await world()
        await revoke(first)
        if (expected === 'conflict') {
          await refused(revoke(then, NOW + 9), 'conflict')
          assert.deepEqual(await now(), at(NOW, first))
        } else {
          assert.deepEqual((await revoke(then, NOW + 9))?.revocation, expected, `${first} then ${then}`)
        }
      }
    })

    test('sharpened to keyCompromise it may get an invalidity date', async () => {
      const { revoke, now } = await world()
      await revoke(4)

      await revoke(1, NOW + 9, NOW - 100)

      assert.deepEqual(await now(), { revokedAt: NOW, reason: 1, invalidityAt: NOW - 100 })
    })

    test('a hold ends, and nothing else does', async () => {
      const { ca, intent, revoke, unrevoke, now, system } = await world()
      await refused(unrevoke(), 'conflict')
      await revoke(6)

      const answer = await unrevoke()

      assert.deepEqual([answer?.revocation, await now()], [undefined, undefined])
      assert.deepEqual(await system.statusOfSerial(ca.generation.id, intent.serialNumber), {
        notAfter: intent.notAfter,
      })
      await revoke(4, NOW + 20)
      await refused(unrevoke(), 'conflict')
      assert.deepEqual(await now(), { revokedAt: NOW + 20, reason: 4 })
    })

    test('a hold that is ended by many at once ends once', async () => {
      const { revoke, unrevoke } = await world()
      await revoke(6)

      assert.equal(await accepted([unrevoke(), unrevoke(), unrevoke()], 'conflict'), 1)
    })

    test('what was not issued has no status and cannot be revoked', async () => {
      const { ca, tenant, system } = await world()
      const intent = sampleIntent(ca)
      await ca.stores.issuance.recordIntent(intent, recordIn(tenant))
      const revoke = (id: string) => ca.stores.revocations.revoke(id, { revokedAt: NOW, reason: 4 }, recordIn(tenant))

      assert.equal(await revoke(intent.id), undefined)
      assert.equal(await revoke('no such'), undefined)
      assert.equal(await ca.stores.revocations.unrevoke('no such', NOW, recordIn(tenant)), undefined)
      assert.equal(await system.statusOfSerial(ca.generation.id, intent.serialNumber), undefined)
      assert.equal(await system.statusOfSerial('no such', '01'), undefined)
      assert.equal(await system.revocationVersion('no such'), 0)
    })

    test('many revocations of one CA at once each get a version of their own', async () => {
      const { ca, tenant, system, opened } = await world()
      const issued = await Promise.all(Array.from({ length: 12 }, () => issue(ca)))
      const before = await system.revocationVersion(ca.generation.id)

      await Promise.all(
        issued.map(({ intent }) =>
          ca.stores.revocations.revoke(intent.id, { revokedAt: NOW, reason: 4 }, recordIn(tenant)),
        ),
      )

      const rows = await opened.database.read((db) =>
        db
          .selectFrom('certificate')
          .select('revocation_version')
          .where('generation', '=', ca.generation.id)
          .where('revocation_version', '>', before)
          .orderBy('revocation_version')
          .execute(),
      )
      assert.deepEqual(
        rows.map((row) => row.revocation_version),
        issued.map((_, at) => before + 1 + at),
      )
    })
  })
}
