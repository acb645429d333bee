import assert from 'node:assert/strict'
import { test } from 'node:test'
import { remembered, type Told, toldOnce } from '../src/told-once.ts'

test('a thing is sent once, and known by its number from then on', () => {
  const tell = toldOnce(({ name }: { name: string }) => name)
  const [a, b] = [{ name: 'a' }, { name: 'b' }]
  const told = [a, b, a, b, a].map(tell)

  const heard = told.map(remembered<string>())

  assert.deepEqual(heard, ['a', 'b', 'a', 'b', 'a'])
  assert.deepEqual(told, [{ at: 1, value: 'a' }, { at: 2, value: 'b' }, 1, 2, 1])
})

test('when there are too many, both ends forget all and begin anew', () => {
  const tell = toldOnce(({ name }: { name: string }) => name, 2)
  const things = ['a', 'b', 'c'].map((name) => ({ name }))
  const told = [0, 1, 2, 0, 2, 1].map((at) => tell(things[at] ?? assert.fail()))

  const heard = told.map(remembered<string>())

  assert.deepEqual(heard, ['a', 'b', 'c', 'a', 'c', 'b'])
  assert.deepEqual(told, [
    { at: 1, value: 'a' },
    { at: 2, value: 'b' },
    { at: 3, value: 'c', forget: true },
    { at: 4, value: 'a' },
    3,
    { at: 5, value: 'b', forget: true },
  ])
})

test('what was never told is an error, not another thing', () => {
  const recall = remembered<string>()
  recall({ at: 1, value: 'a' })

  assert.throws(() => recall(2 satisfies Told<string>), /not told/)
  assert.equal(recall(1), 'a')
})
