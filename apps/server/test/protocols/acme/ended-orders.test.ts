import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { awayKeys } from '../../support/faults.ts'
import { takeUp } from '../../support/rounds.ts'
import { acmeWorld, type TestPolicy } from './acme-world.ts'
import { orderCsr } from './order-csr.ts'
import type { TestClient } from './test-client.ts'

// RFC 8555 §7.1.2.1 and §7.1.6: how orders end that no certificate comes of.

const keys = awayKeys()
const acme = await acmeWorld({ after, fullName: 'ended-orders' }, { wrapStores: keys.wrapStores })
const NAME = 'www.approved.example'
const HOUR = 3_600_000
const DAY = 24 * HOUR

const finalized = async (who: TestClient) => {
  const order = await who.order(NAME)
  const done = await who.post(order.body.finalize, { csr: orderCsr({ names: [NAME] }) })
  assert.equal(done.status, 200, done.text)
  return String(order.headers['location'])
}
const generationOf = async ({ policy, domain }: TestPolicy) =>
  (await domain.issuers.active(policy.authority)).stored.generation.id

test('§7.1.2.1: an account’s list has its orders but those that failed, expired, were given back or given up', async () => {
  const policy = await acme.newPolicy()
  const client = await policy.client()
  const listed = async () => (await client.show((await client.show(client.kid)).body.orders)).body.orders
  const placed = async (...names: readonly string[]) => {
    const { body, headers } = await client.order(...names)
    return { url: String(headers['location']), ...body }
  }
  const expired = await placed(NAME)
  acme.advance(5 * DAY)
  const valid = await finalized(client)
  const failed = await placed('bad.example')
  await client.post((await client.show(failed.authorizations[0])).body.challenges[0].url, {})
  await acme.settled()
  const givenBack = await placed(NAME)
  await client.post(givenBack.authorizations[0], { status: 'deactivated' })
  keys.takeAway(await generationOf(policy))
  const abandoned = await finalized(client)
  const [pending, ready] = [await placed('unproven.example'), await placed(NAME)]
  const everything = [ready.url, pending.url, abandoned, valid, expired.url]
  assert.deepEqual(await listed(), everything)

  acme.advance(2 * DAY)
  await takeUp(acme)

  assert.deepEqual(await listed(), [ready.url, pending.url, valid])
  for (const url of [expired.url, failed.url, givenBack.url, abandoned])
    assert.equal((await client.show(url)).body.status, 'invalid', url)
})

test('§7.1.2.1: a page of nothing but what became invalid names the next one', async () => {
  const client = await (await acme.newPolicy()).client()
  const valid = await finalized(client)
  for (let at = 0; at < 100; at++) await client.order(NAME)
  acme.advance(7 * DAY)
  const { orders } = (await client.show(client.kid)).body

  const first = await client.show(orders)
  const second = await client.show(/<([^>]+)>;rel="next"/.exec(String(first.headers['link']))?.[1] ?? '')

  assert.deepEqual([first.body.orders, second.body.orders], [[], [valid]])
})
