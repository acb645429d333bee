import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createCa, DAY, issue, NOW, recordIn, sampleIntent } from '../support/samples.ts'
import { type Engine, newTenant } from './engine.ts'

const WEEK = 7 * DAY
/** Rows are written now, whatever their certificates say. */
const LATELY = [Date.now() - DAY, Date.now() + DAY]

export function certificateFiguresContract(engine: Engine): void {
  const world = async () => {
    const { stores, ...opened } = await engine.shared()
    const tenant = await newTenant({ stores, ...opened })
    return { stores, tenant, ca: await createCa(stores, tenant) }
  }

  describe('the figures of certificates', () => {
    test('certificates are counted in the span in which they end, its beginning with it and its end without', async () => {
      const { ca } = await world()
      for (const notAfter of [NOW - 1, NOW, NOW + DAY, NOW + WEEK - 1, NOW + WEEK]) await issue(ca, { notAfter })

      const ending = await ca.stores.figures.ending(ca.authority.id, [NOW, NOW + WEEK, NOW + 2 * WEEK])

      assert.deepEqual(ending, [3, 1])
    })

    test('what is revoked, on hold or given up does not end; a hold that ended does, and what waits for its signature', async () => {
      const { tenant, ca } = await world()
      const notAfter = NOW + DAY
      const revoke = async (reason: number) => {
        const { intent } = await issue(ca, { notAfter })
        await ca.stores.revocations.revoke(intent.id, { revokedAt: NOW, reason }, recordIn(tenant))
        return intent.id
      }
      await revoke(1)
      await revoke(6)
      await ca.stores.revocations.unrevoke(await revoke(6), NOW, recordIn(tenant))
      const [waits, ends] = [sampleIntent(ca, { notAfter }), sampleIntent(ca, { notAfter })]
      for (const intent of [waits, ends]) await ca.stores.issuance.recordIntent(intent, recordIn(tenant))
      await ca.stores.issuance.abandon(ends.id, 'too late', recordIn(tenant))

      assert.deepEqual(await ca.stores.figures.ending(ca.authority.id, [NOW, NOW + WEEK]), [2])
    })

    test('certificates are counted in the span in which they were written down, without those that were given up', async () => {
      const { tenant, ca } = await world()
      await issue(ca)
      await issue(ca)
      const ends = sampleIntent(ca)
      await ca.stores.issuance.recordIntent(ends, recordIn(tenant))
      await ca.stores.issuance.abandon(ends.id, 'too late', recordIn(tenant))

      const [from = 0, to = 0] = LATELY
      const issued = await ca.stores.figures.issued(ca.authority.id, [from - DAY, from, to])

      assert.deepEqual(issued, [0, 2])
    })

    test('the newest are told by their ways, most first, and no more are looked at than asked for', async () => {
      const { ca } = await world()
      const [since = 0] = LATELY
      const byToken = { by: 'api-token', account: 'a', token: 't' } as const
      const bySystem = { by: 'system', purpose: 'ocsp-responder' } as const
      await issue(ca, { evidence: byToken })
      await issue(ca, { evidence: bySystem })
      await issue(ca, { evidence: bySystem })
      const ways = (most: number) => ca.stores.figures.ways(ca.authority.id, since, most)

      assert.deepEqual(await ways(10), [
        { by: 'system', count: 2 },
        { by: 'api-token', count: 1 },
      ])
      assert.deepEqual(await ways(1), [{ by: 'system', count: 1 }])
      assert.deepEqual(await ca.stores.figures.ways(ca.authority.id, Date.now() + DAY, 10), [])
    })

    test('of a CA of another tenant there is nothing to count', async () => {
      const { stores, ca } = await world()
      await issue(ca, { notAfter: NOW + DAY })
      const { figures } = stores.for(await newTenant(await engine.shared()))

      assert.deepEqual(await figures.ending(ca.authority.id, [NOW, NOW + WEEK]), [0])
      assert.deepEqual(await figures.issued(ca.authority.id, LATELY), [0])
      assert.deepEqual(await figures.ways(ca.authority.id, 0, 10), [])
    })
  })
}
