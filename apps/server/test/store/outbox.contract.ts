import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NOW } from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import { type Engine, newTenant } from './engine.ts'

export function outboxContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const kind = `test-${newId()}`
    const { outbox } = opened.stores.system
    const put = (key: string, dueAt: number) => outbox.put({ tenant, kind, key, dueAt })
    const claim = (now: number, leaseMs = 1_000, limit = 10) => outbox.claim(kind, now, leaseMs, limit)
    const keys = async (now: number) => (await claim(now)).map(({ key }) => key)
    return { outbox, tenant, kind, put, claim, keys }
  }

  describe('the outbox', () => {
    test('gives what is due, the longest due first, and leaves the rest', async () => {
      const { put, claim, tenant, kind } = await world()
      await put('later', NOW + 1)
      await put('second', NOW)
      await put('first', NOW - 5)

      const items = await claim(NOW)

      assert.deepEqual(
        items.map(({ id: _, ...item }) => item),
        ['first', 'second'].map((key) => ({ tenant, kind, key, attempts: 1, claim: 1 })),
      )
    })

    test('one item of a kind waits for a key; a second put can only bring it forward', async () => {
      const { put, keys } = await world()
      await put('a', NOW)
      await put('a', NOW + 100)
      await put('b', NOW + 100)
      await put('b', NOW)

      assert.deepEqual((await keys(NOW)).sort(), ['a', 'b'])
      assert.deepEqual(await keys(NOW + 100), [])
    })

    test('of many workers at once each item goes to one', async () => {
      const { put, claim } = await world()
      await Promise.all(Array.from({ length: 20 }, (_, at) => put(`key ${at}`, NOW)))

      const claimed = await Promise.all(Array.from({ length: 6 }, () => claim(NOW, 1_000, 5)))

      const keys = claimed.flat().map(({ key }) => key)
      assert.equal(new Set(keys).size, keys.length)
      const rest = await claim(NOW, 1_000, 20)
      assert.equal(keys.length + rest.length, 20)
    })

    test('a lease that ran out gives the item to another, and who held it can end it no more', async () => {
      const { put, claim, outbox } = await world()
      await put('a', NOW)
      const [slow] = await claim(NOW, 1_000)
      assert.deepEqual(await claim(NOW + 999), [])

      const [quick] = await claim(NOW + 1_000)
      assert.ok(slow && quick)
      await outbox.finish(slow)
      await outbox.retry(slow, NOW)

      assert.equal(quick.attempts, 2)
      assert.deepEqual(await claim(NOW + 1_001), [])
      await outbox.finish(quick)
      assert.deepEqual(await claim(NOW + 9_000), [])
    })

    test('work that has come so far is claimed next by where it is, and only its holder can say so', async () => {
      const { put, claim, outbox } = await world()
      await put('a', NOW)
      const [slow] = await claim(NOW, 1_000)
      assert.ok(slow)
      await outbox.moveOn(slow, 'b')
      const [next] = await claim(NOW + 1_000)
      assert.ok(next)
      assert.equal(next.key, 'b')

      await outbox.moveOn(slow, 'c')
      await outbox.moveOn(next, 'd')
      await outbox.retry(next, NOW + 2_000)

      assert.deepEqual(
        (await claim(NOW + 2_000)).map(({ key }) => key),
        ['d'],
      )
    })

    test('what is done is gone', async () => {
      const { put, claim, outbox } = await world()
      await put('a', NOW)
      const [item] = await claim(NOW)
      assert.ok(item)

      await outbox.finish(item)

      assert.deepEqual(await claim(NOW + 1_000_000), [])
    })

    test('what is put again while it is worked on comes again, at its new time', async () => {
      const { put, claim, keys, outbox } = await world()
      await put('a', NOW)
      const [item] = await claim(NOW)
      assert.ok(item)
      await put('a', NOW + 500)

      assert.deepEqual(await keys(NOW + 500), [])
      await outbox.finish(item)

      assert.deepEqual(await keys(NOW + 499), [])
      const [again] = await claim(NOW + 500)
      assert.equal(again?.attempts, 1)
    })

    test('what failed comes again at its time, and its attempts are counted', async () => {
      const { put, claim, outbox } = await world()
      await put('a', NOW)
      const [item] = await claim(NOW)
      assert.ok(item)

      await outbox.retry(item, NOW + 60)

      assert.deepEqual(await claim(NOW + 59), [])
      const [again] = await claim(NOW + 60)
      assert.equal(again?.attempts, 2)
    })

    test('what failed and was put again meanwhile comes as soon as the put says', async () => {
      const { put, claim, keys, outbox } = await world()
      await put('a', NOW)
      const [item] = await claim(NOW)
      assert.ok(item)
      await put('a', NOW + 10)

      await outbox.retry(item, NOW + 60)

      assert.deepEqual(await keys(NOW + 10), ['a'])
    })

    test('what failed and is put afterwards is brought forward', async () => {
      const { put, claim, keys, outbox } = await world()
      await put('a', NOW)
      const [item] = await claim(NOW)
      assert.ok(item)
      await outbox.retry(item, NOW + 60)

      await put('a', NOW + 10)

      assert.deepEqual(await keys(NOW + 10), ['a'])
    })
  })
}
