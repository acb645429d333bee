import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createCa, DAY, issue, NOW, randomBytes, recordIn } from '../support/samples.ts'
import { sampleDelivery, sampleWebhook } from '../support/webhooks.ts'
import { type Engine, newTenant, recorded, refused } from './engine.ts'

/** Webhooks and what is on its way to them, on the tables of an engine. */
export function webhookStoreContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const own = opened.stores.for(tenant).webhooks
    const { webhooks: queue, outbox } = opened.stores.system
    const create = async (over: Parameters<typeof sampleWebhook>[0] = {}) => {
      const webhook = sampleWebhook(over)
      await own.create(webhook, recordIn(tenant))
      return webhook
    }
    const events = async () => {
      const { database } = opened
      const rows = await database.read((db) =>
        db.selectFrom('outbox').select('key').where('tenant', '=', tenant).where('kind', '=', 'event').execute(),
      )
      return rows.map(({ key }) => key.split(' ')[0])
    }
    return { opened, tenant, own, queue, outbox, create, events }
  }

  describe('webhooks', () => {
    test('what was made is found, listed, changed by its revision, and gone when it is deleted', async () => {
      const { tenant, own, create } = await world()
      const { sealedSecret: _, ...webhook } = await create()

      assert.deepEqual(await own.find(webhook.id), webhook)
      assert.deepEqual((await own.list({ limit: 5 })).items, [webhook])
      const change = { revision: 1, name: 'Another', enabled: false }
      const changed = await own.update(webhook.id, change, recordIn(tenant))
      assert.deepEqual(changed, { ...webhook, name: 'Another', enabled: false, revision: 2 })
      await refused(own.update(webhook.id, change, recordIn(tenant)), 'conflict', /changed meanwhile/)

      assert.equal(await own.delete(webhook.id, recordIn(tenant)), true)
      assert.equal(await own.find(webhook.id), undefined)
      assert.equal(await own.delete(webhook.id, recordIn(tenant)), false)
    })

    test('an event is written where a webhook listens for it, and nowhere else', async () => {
      const { opened, tenant, own, create, events } = await world()
      const ca = await createCa(opened.stores, tenant)
      await issue(ca)
      assert.deepEqual(await events(), [])

      const webhook = await create({ events: ['certificate.issued'] })
      const { intent } = await issue(ca)
      await ca.stores.revocations.revoke(intent.id, { revokedAt: NOW, reason: 1 }, recordIn(tenant))
      assert.deepEqual(await events(), ['certificate.issued'])

      await own.update(webhook.id, { revision: 1, events: ['certificate.revoked'] }, recordIn(tenant))
      const another = await issue(ca)
      await ca.stores.revocations.revoke(another.intent.id, { revokedAt: NOW, reason: 1 }, recordIn(tenant))
      assert.deepEqual((await events()).sort(), ['certificate.issued', 'certificate.revoked'])
      await own.update(webhook.id, { revision: 2, enabled: false }, recordIn(tenant))
      await issue(ca)
      assert.equal((await events()).length, 2)
    })

    test('one event is delivered to one webhook once, however often it is written', async () => {
      const { tenant, own, queue, create } = await world()
      const webhook = await create()
      const delivery = sampleDelivery(webhook.id)

      await queue.write(tenant, [delivery], 10)
      await queue.write(tenant, [{ ...sampleDelivery(webhook.id), eventId: delivery.eventId }], 10)

      assert.deepEqual(
        (await queue.due(webhook.id, NOW, 10)).map(({ id }) => id),
        [delivery.id],
      )
      assert.equal((await own.delivery(webhook.id, delivery.id))?.body, delivery.body)
    })

    test('more than may wait is noted as failed, and can be sent again', async () => {
      const { tenant, own, queue, create } = await world()
      const webhook = await create()
      for (let count = 0; count < 3; count++) await queue.write(tenant, [sampleDelivery(webhook.id)], 3)

      await queue.write(tenant, [sampleDelivery(webhook.id), sampleDelivery(webhook.id)], 3)

      const failed = await own.deliveries(webhook.id, { state: 'failed' }, { limit: 10 })
      assert.equal(failed.items.length, 2)
      assert.match(failed.items[0]?.problem ?? '', /More than 3/)
      const times = { at: NOW, until: NOW + DAY, limit: 10 }
      assert.equal(await own.redeliver(webhook.id, { since: NOW }, times, recordIn(tenant)), 2)
      assert.equal((await queue.due(webhook.id, NOW, 10)).length, 5)
    })

    test('attempts are noted, and what has ended is not sent again by a late one', async () => {
      const { tenant, own, queue, create } = await world()
      const webhook = await create()
      const delivery = sampleDelivery(webhook.id)
      await queue.write(tenant, [delivery], 10)

      await queue.note(delivery.id, { delivered: false, status: 500, problem: 'no', dueAt: NOW + 5 }, NOW)
      assert.equal(await queue.nextDue(webhook.id), NOW + 5)
      assert.deepEqual(await queue.due(webhook.id, NOW, 10), [])
      await queue.note(delivery.id, { delivered: true, status: 200 }, NOW + 6)
      await queue.note(delivery.id, { delivered: false, problem: 'late' }, NOW + 7)

      const { state, status, attempts, settledAt, problem } = (await own.delivery(webhook.id, delivery.id)) ?? {}
      assert.deepEqual([state, status, attempts, settledAt, problem], ['delivered', 200, 2, NOW + 6, undefined])
    })

    test('a rotation keeps the secret before beside the new one', async () => {
      const { tenant, own, queue, create } = await world()
      const { id, sealedSecret } = await create()
      const next = randomBytes(60)

      const rotated = await own.rotate(id, { sealedSecret: next, previousUntil: NOW + 5 }, recordIn(tenant))

      assert.equal(rotated?.previousUntil, NOW + 5)
      const open = await queue.find(id)
      assert.deepEqual([open?.sealedSecret, open?.sealedPrevious], [next, sealedSecret])
    })

    test('of two who switch a webhook off one does; what waited has failed', async () => {
      const { opened, tenant, own, queue, create } = await world()
      const webhook = await create()
      await queue.write(tenant, [sampleDelivery(webhook.id)], 10)
      const off = () => {
        const object = { type: 'webhook', id: webhook.id }
        return queue.switchOff(webhook.id, 'Enough.', recordIn(tenant, { action: 'webhook.switch-off', object }), [])
      }

      assert.deepEqual((await Promise.all([off(), off()])).sort(), [false, true])

      assert.equal(await queue.failWaiting(webhook.id, NOW, 10), 1)
      const { enabled, offReason } = (await own.find(webhook.id)) ?? {}
      assert.deepEqual([enabled, offReason], [false, 'Enough.'])
      assert.deepEqual(await recorded(opened, tenant, webhook.id), ['webhook.switch-off'])
      assert.equal(await queue.nextDue(webhook.id), undefined)
      await refused(own.put(sampleDelivery(webhook.id), recordIn(tenant)), 'conflict', /off/)
    })

    test('what went to a webhook that was deleted goes a page at a time, and nothing of one that is there', async () => {
      const { tenant, own, queue, create } = await world()
      const [gone, there] = [await create(), await create()]
      for (const { id } of [gone, there]) {
        await queue.write(tenant, [sampleDelivery(id), sampleDelivery(id), sampleDelivery(id)], 10)
      }
      await own.delete(gone.id, recordIn(tenant))

      const removed = [await queue.purge(gone.id, 2), await queue.purge(gone.id, 2), await queue.purge(there.id, 2)]

      assert.deepEqual(removed, [2, 1, 0])
      assert.equal((await queue.due(there.id, NOW, 10)).length, 3)
      assert.equal(await queue.failWaiting(there.id, NOW, 10), 0, 'it is on')
    })

    test('deliveries are kept for a time, and a bounded number of each webhook', async () => {
      const { tenant, own, queue, create } = await world()
      const webhook = await create()
      const all = Array.from({ length: 5 }, () => sampleDelivery(webhook.id))
      await queue.write(tenant, all, 10)
      await queue.note(all[0]?.id ?? '', { delivered: true, status: 200 }, NOW - 40 * DAY)

      while ((await queue.forget(NOW - 30 * DAY, 3, 1)) > 0);

      const left = await own.deliveries(webhook.id, {}, { limit: 10 })
      assert.deepEqual(
        left.items.map(({ id }) => id),
        all
          .slice(2)
          .map(({ id }) => id)
          .reverse(),
      )
    })
  })
}
