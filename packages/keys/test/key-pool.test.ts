import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KEY_TYPES } from '@chancery/x509'
import { costOfSigning, generateKey, KeyUnavailable, keyPool, keyPoolLimits, openManagedKey } from '../src/index.ts'

const limits = (atOnce: number, perTenant: number, waiting: number) => {
  const lane = { atOnce, perTenant, waiting }
  return { quick: lane, heavy: lane, slow: lane }
}

/** Work that notes when it begins and ends when told. */
function jobs() {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const job = (name: string) => () => {
    begun.push(name)
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
  }
  const end = async (name: string) => {
    ends.get(name)?.()
    await new Promise(setImmediate)
  }
  return { begun, job, end }
}

test('no more operations run at once than the pool has room for', async () => {
  const turns = keyPool(limits(2, 2, 10)).for('a')
  const { begun, job, end } = jobs()

  const all = ['1', '2', '3'].map((name) => turns.take('slow', job(name)))

  assert.deepEqual(begun, ['1', '2'])
  await end('1')
  assert.deepEqual(begun, ['1', '2', '3'])
  await end('2')
  await end('3')
  assert.deepEqual(await Promise.all(all), ['1', '2', '3'])
})

test('a tenant with a long queue does not keep another tenant waiting for all of it', async () => {
  const pool = keyPool(limits(1, 1, 10))
  const { begun, job, end } = jobs()
  for (const name of ['a1', 'a2', 'a3', 'a4']) pool.for('a').take('slow', job(name))
  for (const name of ['b1', 'b2']) pool.for('b').take('slow', job(name))

  for (const name of ['a1', 'a2', 'b1', 'a3', 'b2', 'a4']) await end(name)

  assert.deepEqual(begun, ['a1', 'a2', 'b1', 'a3', 'b2', 'a4'])
})

test('one tenant cannot take every place', async () => {
  const pool = keyPool(limits(3, 2, 10))
  const { begun, job, end } = jobs()

  for (const name of ['a1', 'a2', 'a3']) pool.for('a').take('slow', job(name))
  pool.for('b').take('slow', job('b1'))

  assert.deepEqual(begun, ['a1', 'a2', 'b1'])
  await end('b1')
  assert.deepEqual(begun, ['a1', 'a2', 'b1'])
  await end('a2')
  assert.deepEqual(begun, ['a1', 'a2', 'b1', 'a3'])
})

test('slow operations do not hold up quick ones', async () => {
  const turns = keyPool(limits(1, 1, 10)).for('a')
  const { begun, job } = jobs()

  turns.take('slow', job('slow'))
  turns.take('quick', job('quick'))

  assert.deepEqual(begun, ['slow', 'quick'])
})

test('when too many wait, the next is told to try later, and the others go on', async () => {
  const turns = keyPool(limits(1, 1, 2)).for('a')
  const { begun, job, end } = jobs()
  for (const name of ['1', '2', '3']) turns.take('slow', job(name))

  await assert.rejects(turns.take('slow', job('4')), KeyUnavailable)
  await end('1')
  const fifth = turns.take('slow', job('5'))
  await end('2')
  await end('3')
  await end('5')

  assert.equal(await fifth, '5')
  assert.deepEqual(begun, ['1', '2', '3', '5'])
})

test('what is aborted while it waits never begins, and leaves its place to the next', async () => {
  const turns = keyPool(limits(1, 1, 2)).for('a')
  const { begun, job, end } = jobs()
  const abort = new AbortController()
  turns.take('slow', job('1'))
  const second = turns.take('slow', job('2'), abort.signal)
  turns.take('slow', job('3'))

  abort.abort(new Error('the client has gone'))
  await assert.rejects(second, /the client has gone/)
  const fourth = turns.take('slow', job('4'))
  await end('1')
  await end('3')
  await end('4')

  assert.equal(await fourth, '4')
  assert.deepEqual(begun, ['1', '3', '4'])
})

test('an operation that fails, or throws at once, gives its place back', async () => {
  const turns = keyPool(limits(1, 1, 2)).for('a')

  await assert.rejects(
    turns.take('slow', () => Promise.reject(new Error('later'))),
    /later/,
  )
  await assert.rejects(
    turns.take('slow', () => {
      throw new Error('at once')
    }),
    /at once/,
  )

  assert.equal(await turns.take('slow', async () => 'well'), 'well')
})

test('slow work never gets the last thread, and one tenant not all of the slow places', () => {
  for (const threads of [4, 8, 16]) {
    const { slow } = keyPoolLimits(threads)
    assert.ok(slow.atOnce < threads)
    assert.ok(slow.perTenant < slow.atOnce)
  }
  assert.ok(
    KEY_TYPES.filter((keyType) => keyType.startsWith('slh-dsa-')).every((type) => costOfSigning(type) === 'slow'),
  )
})

test('a P-256 signature does not wait behind another tenant’s SLH-DSA signatures', async () => {
  const pool = keyPool()
  const slow = openManagedKey((await generateKey('slh-dsa-sha2-128s')).pkcs8, 'slh-dsa-sha2-128s', pool.for('slow'))
  const quick = openManagedKey((await generateKey('ecdsa-p256')).pkcs8, 'ecdsa-sha256', pool.for('quick'))
  const message = new Uint8Array(100)
  let ended = 0
  const slowOnes = Array.from({ length: 4 }, () => slow.sign(message, 'certificate').then(() => ended++))

  await quick.sign(message, 'certificate')

  assert.equal(ended, 0)
  await Promise.all(slowOnes)
})
