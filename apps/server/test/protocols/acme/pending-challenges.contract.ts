import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  ClaimedChallenge,
  PendingChallenges,
  ReadyChallenge,
} from '../../../src/protocols/acme/pending-challenges.ts'

const NOW = Date.UTC(2026, 0, 1)
const LEASE = 30_000
const error = { type: 'connection', detail: 'Nobody listens at 192.0.2.1:80.' } as const

/**
 * What every keeper of pending challenges does. `offer` makes one whose client is about to say that it is ready, `begin` one whose client
 * said so at that moment; of an authorization that ends at `expiresAt`, or long after the test.
 */
export function pendingChallengesContract(
  title: string,
  open: () => Promise<{
    readonly challenges: PendingChallenges
    offer(startedAt: number, expiresAt?: number): Promise<ReadyChallenge>
    begin(startedAt: number, expiresAt?: number): Promise<string>
  }>,
): void {
  const ids = (claimed: readonly ClaimedChallenge[]) => claimed.map(({ id }) => id)

  test(`${title}: the longest due is claimed first, and by one alone until its lease ends`, async () => {
    const { challenges, begin } = await open()
    const [late, early, later] = [await begin(NOW - 1), await begin(NOW - 2), await begin(NOW + 1)]

    const first = await challenges.claim(NOW, LEASE, 1)
    const second = await challenges.claim(NOW, LEASE, 9)
    const none = await challenges.claim(NOW, LEASE, 9)
    const again = await challenges.claim(NOW + LEASE, LEASE, 9)

    assert.deepEqual([ids(first), ids(second), none], [[early], [late], []])
    assert.deepEqual(ids(again).sort(), [early, late, later].sort())
    assert.deepEqual(
      again.map(({ id, attempts }) => [id, attempts]).sort(),
      [
        [early, 2],
        [late, 2],
        [later, 1],
      ].sort(),
    )
  })

  test(`${title}: what is put off comes again at its time, at once for no other`, async () => {
    const { challenges, begin } = await open()
    const id = await begin(NOW)
    const [claimed] = await challenges.claim(NOW, LEASE, 9)
    assert.ok(claimed)
    assert.equal(await challenges.nextDueAt(), NOW + LEASE)

    await challenges.retry(claimed, NOW + 5_000, error)

    assert.equal(await challenges.nextDueAt(), NOW + 5_000)
    assert.deepEqual(await challenges.claim(NOW + 4_999, LEASE, 9), [])
    assert.deepEqual(ids(await challenges.claim(NOW + 5_000, LEASE, 9)), [id])
  })

  test(`${title}: only the newest claim settles, and once`, async () => {
    const { challenges, begin } = await open()
    await begin(NOW)
    const [old] = await challenges.claim(NOW, LEASE, 9)
    const [newest] = await challenges.claim(NOW + LEASE, LEASE, 9)
    assert.ok(old && newest)

    const late = await challenges.settle(old, { result: 'invalid', at: NOW + LEASE, error })
    await challenges.retry(old, NOW, error)
    const settled = await challenges.settle(newest, { result: 'valid', at: NOW + LEASE })
    const twice = await challenges.settle(newest, { result: 'invalid', at: NOW + LEASE, error })

    assert.deepEqual([late, settled, twice], [false, true, false])
    assert.equal(await challenges.nextDueAt(), undefined)
  })

  const looked = (ready: ReadyChallenge): ClaimedChallenge => ({ ...ready, claim: 0, attempts: 1 })

  test(`${title}: what is proven before anybody claimed it is settled at once, and once`, async () => {
    const { challenges, offer } = await open()
    const ready = await offer(NOW)
    assert.equal(await challenges.nextDueAt(), undefined)

    const settled = await challenges.settle(looked(ready), { result: 'valid', at: NOW + 5 })
    const again = await challenges.settle(looked(ready), { result: 'invalid', at: NOW + 6, error })

    assert.deepEqual([settled, again], [true, false])
    assert.deepEqual(await challenges.claim(NOW + LEASE, LEASE, 9), [])
  })

  test(`${title}: a first look that is put off is begun by that, and counts as an attempt`, async () => {
    const { challenges, offer } = await open()
    const ready = await offer(NOW)

    await challenges.retry(looked(ready), NOW + 1_000, error)

    assert.equal(await challenges.nextDueAt(), NOW + 1_000)
    const [claimed] = await challenges.claim(NOW + 1_000, LEASE, 9)
    assert.deepEqual([claimed?.id, claimed?.attempts, claimed?.startedAt], [ready.id, 2, NOW])
  })

  test(`${title}: a look that takes its time is held by one alone, until its lease ends`, async () => {
    const { challenges, offer } = await open()
    const ready = await offer(NOW)

    const held = await challenges.hold(ready, LEASE)
    const second = await challenges.hold(ready, LEASE)
    const late = await challenges.settle(looked(ready), { result: 'valid', at: NOW + 1 })

    assert.ok(held)
    assert.deepEqual([second, late, held.attempts], [undefined, false, 1])
    assert.deepEqual(await challenges.claim(NOW + LEASE - 1, LEASE, 9), [])
    assert.deepEqual(ids(await challenges.claim(NOW + LEASE, LEASE, 9)), [ready.id])
    assert.equal(await challenges.settle(held, { result: 'valid', at: NOW + LEASE }), false)
  })

  test(`${title}: who looked before somebody else claimed it holds nothing any more`, async () => {
    const { challenges, begin, offer } = await open()
    const ready = { ...(await offer(NOW)), id: await begin(NOW) }
    await challenges.claim(NOW, LEASE, 9)

    await challenges.retry(looked(ready), NOW, error)

    assert.equal(await challenges.settle(looked(ready), { result: 'valid', at: NOW }), false)
    assert.equal(await challenges.hold(ready, LEASE), undefined)
    assert.deepEqual(await challenges.claim(NOW, LEASE, 9), [])
  })

  test(`${title}: what expired while it was looked at is nobody’s any more`, async () => {
    const { challenges, begin } = await open()
    await begin(NOW, NOW + 1_000)
    const [claimed] = await challenges.claim(NOW, LEASE, 9)
    assert.ok(claimed)

    const settled = await challenges.settle(claimed, { result: 'valid', at: NOW + 1_000 })
    const isPutOff = await challenges.retry(claimed, NOW + 1_000, error)

    assert.deepEqual([settled, isPutOff], [false, false])
    assert.deepEqual(await challenges.claim(NOW + LEASE, LEASE, 9), [])
    assert.equal(await challenges.nextDueAt(), undefined)
    assert.deepEqual(await challenges.claim(NOW + 2 * LEASE, LEASE, 9), [])
  })

  test(`${title}: what was put off and expires before its time is looked at no more`, async () => {
    const { challenges, begin, offer } = await open()
    const id = await begin(NOW, NOW + 6_000)
    const ready = await offer(NOW, NOW + 5_000)
    const [claimed] = await challenges.claim(NOW, LEASE, 9)
    assert.ok(claimed)

    assert.equal(await challenges.retry(claimed, NOW + 5_000, error), true)
    assert.equal(await challenges.retry(looked(ready), NOW + 5_000, error), false)

    assert.deepEqual(ids(await challenges.claim(NOW + 5_000, LEASE, 9)), [id])
    assert.deepEqual(await challenges.claim(NOW + 5_000 + LEASE, LEASE, 9), [])
    assert.equal(await challenges.nextDueAt(), undefined)
  })
}
