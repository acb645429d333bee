import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createCa, recordIn, sampleIntent, sampleIssued } from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import { accepted, type Engine, newTenant, refused } from './engine.ts'

export function renewalContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const ca = await createCa(opened.stores, tenant)
    const { requests, issuance } = ca.stores
    const old = newId()
    const renewalOf = (certificate = old, supersedes = false) =>
      sampleIntent(ca, { evidence: { by: 'renewal', certificate, csr: 'ab', supersedes } })
    const isSuperseded = () =>
      opened.database.read(async (db) => {
        const item = db.selectFrom('outbox').select('id').where('kind', '=', 'supersede').where('key', '=', old)
        return (await item.executeTakeFirst()) !== undefined
      })
    return { tenant, requests, issuance, old, renewalOf, isSuperseded }
  }

  describe('renewals by the old key', () => {
    test('of several at once one renews a certificate, and it is known by which', async () => {
      const { tenant, requests, issuance, old, renewalOf, isSuperseded } = await world()
      const intents = [renewalOf(), renewalOf(), renewalOf()]

      const all = intents.map((intent) => issuance.recordIntent(intent, recordIn(tenant)))

      assert.equal(await accepted(all, 'conflict'), 1)
      const renewal = await requests.renewalOf(old)
      assert.ok(intents.some(({ id }) => id === renewal?.next))
      assert.deepEqual([renewal?.csr, await isSuperseded()], ['ab', false])
    })

    test('the old one is put down to be revoked, where it is said; what is given up can be renewed again', async () => {
      const { tenant, requests, issuance, old, renewalOf, isSuperseded } = await world()
      const first = renewalOf(old, true)
      await issuance.recordIntent(first, recordIn(tenant))
      assert.equal(await isSuperseded(), true)

      await issuance.abandon(first.id, 'the key was away', recordIn(tenant))

      assert.equal(await requests.renewalOf(old), undefined)
      const second = renewalOf()
      await issuance.recordIntent(second, recordIn(tenant))
      await issuance.recordIssued(sampleIssued(second))
      await refused(issuance.recordIntent(renewalOf(), recordIn(tenant)), 'conflict', /renewed already/)
    })
  })
}
