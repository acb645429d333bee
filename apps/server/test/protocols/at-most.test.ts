import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atMost } from '../../src/revocation/at-most.ts'

test('no more than so much runs at once under a name, and what ends makes room', async () => {
  const bound = atMost(2)
  const first = Promise.withResolvers<string>()
  const running = [bound.run('a', () => first.promise), bound.run('a', async () => 'second')]

  assert.equal(
    bound.run('a', async () => 'third'),
    undefined,
  )
  assert.equal(await bound.run('b', async () => 'of another name'), 'of another name')
  assert.equal(await running[1], 'second')
  assert.equal(await bound.run('a', async () => 'third'), 'third')
  first.resolve('first')
  assert.equal(await running[0], 'first')
})

test('work that fails makes room too', async () => {
  const bound = atMost(1)

  await assert.rejects(bound.run('a', () => Promise.reject(new Error('no'))) ?? Promise.resolve(), /no/)

  assert.equal(await bound.run('a', async () => 'next'), 'next')
})

test('work that throws at once takes no room', async () => {
  const bound = atMost(1)
  const thrown = (): Promise<never> => {
    throw new Error('at once')
  }

  assert.throws(() => bound.run('a', thrown), /at once/)

  assert.equal(await bound.run('a', async () => 'next'), 'next')
})
