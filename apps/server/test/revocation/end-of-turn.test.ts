import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { endOfTurn } from '../../src/revocation/end-of-turn.ts'

test('all who wait in one turn go on at one go, behind what was begun in it', async () => {
  const turnEnds = endOfTurn()
  const went: string[] = []
  const wait = async (name: string): Promise<void> => {
    await turnEnds()
    went.push(name)
  }

  const waiting = [wait('first')]
  setImmediate(() => went.push('begun later'))
  // As on the same turn the next connection is read.
  await new Promise<void>((resolve) => process.nextTick(resolve))
  waiting.push(wait('second'))
  assert.deepEqual(went, [])
  await Promise.all(waiting)

  assert.deepEqual(went, ['first', 'second'])
})

test('each turn has an end of its own', async () => {
  const turnEnds = endOfTurn()
  let ends = 0
  const count = async (): Promise<void> => {
    await turnEnds()
    ends++
  }
  await count()

  const again = count()
  assert.equal(ends, 1)
  await nextTurn()

  assert.equal(ends, 2)
  await again
})
