import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { oncePerTurn } from '../../src/issuers/once-per-turn.ts'

test('all who ask in one turn share one look, which sees what changed before any of them asked', async () => {
  let state = 0
  const looks: string[] = []
  const look = oncePerTurn(async (key) => {
    looks.push(key)
    return state
  })

  const first = look('a')
  state = 1
  const [second, other] = [look('a'), look('b')]

  assert.deepEqual(await Promise.all([first, second, other]), [1, 1, 1])
  assert.deepEqual(looks, ['a', 'b'])
})

test('who asks while a look runs does not share it: what it sees may be older than the question', async () => {
  let state = 0
  const slow = Promise.withResolvers<void>()
  const look = oncePerTurn(async () => {
    const seen = state
    await slow.promise
    return seen
  })

  const before = look('a')
  await nextTurn()
  state = 1
  const after = look('a')
  await nextTurn()
  slow.resolve()

  assert.deepEqual(await Promise.all([before, after]), [0, 1])
})

test('a look that fails fails for those who shared it, and for nobody after them', async () => {
  let broken = true
  const look = oncePerTurn(async () => {
    if (broken) throw new Error('away')
    return 'seen'
  })

  const both = await Promise.allSettled([look('a'), look('a')])
  broken = false

  assert.deepEqual(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.equal(await look('a'), 'seen')
})
