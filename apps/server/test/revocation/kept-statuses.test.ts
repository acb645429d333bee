import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keptStatuses } from '../../src/revocation/kept-statuses.ts'

const GOOD = { notAfter: 2_000_000_000_000 }
const HOUR = 3_600_000

/** A register that counts how often it is asked. */
function register() {
  const known = new Map([
    ['a', GOOD],
    ['b', GOOD],
    ['c', GOOD],
  ])
  const asked: string[] = []
  let time = 1_800_000_000_000
  const look = async (generation: string, serial: string) => {
    asked.push(`${generation} ${serial}`)
    return known.get(serial)
  }
  const advance = (milliseconds: number) => {
    time += milliseconds
  }
  return { known, asked, look, now: () => time, advance }
}

test('a status is looked up once for each version of its generation', async () => {
  const { asked, look, now } = register()
  const statusAt = keptStatuses(look, now)

  for (const version of [1, 1, 2, 2]) assert.equal(await statusAt('g', version, 'a'), GOOD)
  assert.equal(await statusAt('h', 2, 'a'), GOOD)

  assert.deepEqual(asked, ['g a', 'g a', 'h a'])
})

test('what nobody issued is looked up each time, for it may come', async () => {
  const { known, asked, look, now } = register()
  const statusAt = keptStatuses(look, now)

  assert.equal(await statusAt('g', 1, 'new'), undefined)
  known.set('new', GOOD)

  assert.equal(await statusAt('g', 1, 'new'), GOOD)
  assert.equal(asked.length, 2)
})

test('after an hour, and when others took its place, it is looked up again', async () => {
  const { known, asked, look, now, advance } = register()
  const statusAt = keptStatuses(look, now, 2)

  await statusAt('g', 1, 'a')
  advance(HOUR)
  known.delete('a')
  assert.equal(await statusAt('g', 1, 'a'), undefined, 'forgotten by the register')
  for (const serial of ['a', 'b', 'c', 'b', 'c']) await statusAt('g', 1, serial)
  known.set('a', GOOD)
  await statusAt('g', 1, 'a')
  await statusAt('g', 1, 'b')

  assert.deepEqual(asked, ['g a', 'g a', 'g a', 'g b', 'g c', 'g a', 'g b'])
})
