import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { deleteAuthority } from '../../../src/authorities/change-authority.ts'
import { awayKeys } from '../../support/faults.ts'
import { takeUp } from '../../support/rounds.ts'
import { acmeWorld, refusedAs, type TestPolicy } from './acme-world.ts'
import { orderCsr } from './order-csr.ts'
import type { TestClient } from './test-client.ts'

// RFC 8555 §7.1.2.1 and §7.1.6: how orders end that no certificate comes of.

const keys = awayKeys()
const acme = await acmeWorld({ after, fullName: 'ended-orders' }, { wrapStores: keys.wrapStores })
const NAME = 'www.approved.example'
const SECOND = 1000
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

/** What the trace of an order tells. */
const tracedOf = async (url: string) =>
  (await acme.steps({ subject: url.split('/').at(-1) ?? '' })).map(({ step, said, refused, problem }) => ({
    step,
    said,
    ...(refused && { refused, problem }),
  }))

test('§7.1.6: an order whose key stays away is processing for an hour and then invalid, asked for or not', async () => {
  const policy = await acme.newPolicy()
  const client = await policy.client()
  keys.takeAway(await generationOf(policy))
  const url = await finalized(client)
  const waiting = await client.show(url)
  acme.advance(HOUR)
  await takeUp(acme)
  const stillWaiting = await client.show(url)
  await acme.settled()

  acme.advance(SECOND)
  await takeUp(acme)

  const unasked = await tracedOf(url)
  const { body } = await client.show(url)
  assert.deepEqual([waiting.body.status, stillWaiting.body.status], ['processing', 'processing'])
  assert.ok(waiting.headers['retry-after'])
  assert.equal(body.status, 'invalid')
  assert.equal(body.error.type, 'urn:ietf:params:acme:error:serverInternal')
  assert.match(body.error.detail, /had to be signed has passed.*Place another order/)
  const ending = { refused: true, problem: 'serverInternal' }
  assert.deepEqual(unasked.at(-1), { step: 'issuance', said: body.error.detail, ...ending })
  assert.deepEqual((await tracedOf(url)).at(-1), {
    step: 'order',
    said: `invalid: ${NAME}. ${body.error.detail}`,
    ...ending,
  })
  refusedAs(await client.show(`${url.replace('/order/', '/certificate/')}`), 'malformed', 404)
})

test('§7.1.6: a certificate that lives five hours waits a tenth of that for its key, and the order no longer', async () => {
  const policy = await acme.newPolicy({ validity: { hours: 5 } })
  const client = await policy.client()
  const generation = await generationOf(policy)
  keys.takeAway(generation)
  const url = await finalized(client)

  acme.advance(0.5 * HOUR + SECOND)
  keys.giveBack(generation)
  await takeUp(acme)

  assert.equal((await client.show(url)).body.status, 'invalid')
})

test('an order that waits for its key gets its certificate when the key is back', async () => {
  const policy = await acme.newPolicy()
  const client = await policy.client()
  const generation = await generationOf(policy)
  keys.takeAway(generation)
  const url = await finalized(client)
  keys.giveBack(generation)

  await takeUp(acme)

  const { body } = await client.show(url)
  assert.equal(body.status, 'valid')
  assert.match((await client.show(body.certificate)).text, /BEGIN CERTIFICATE/)
})

test('an order that waits under a CA which is deleted is told so in its trace', async () => {
  const policy = await acme.newPolicy()
  const client = await policy.client()
  keys.takeAway(await generationOf(policy))
  const url = await finalized(client)
  await acme.settled()
  const { stores, makeLastCrls } = policy.domain
  const authority = await stores.authorities.find(policy.policy.authority)
  assert.ok(authority)

  await deleteAuthority(authority, authority.name, acme.act(), { store: stores.authorities, makeLastCrls })

  const { said, refused } = (await tracedOf(url)).at(-1) ?? {}
  assert.deepEqual([said, refused], ['The certificate was not made: The CA was deleted. Place another order.', true])
})
