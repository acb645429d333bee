import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock, systemRandom } from '../../src/platform/clock-and-random.ts'
import { base62, idMaker, publicIdMaker } from '../../src/platform/ids.ts'

test('an id is the time and the random bits in Crockford base 32, as ULID writes them', () => {
  // The time stamp of the ULID specification's own example: 01ARZ3NDEK is 1469922850259 ms.
  const newId = idMaker(
    () => 1_469_922_850_259,
    () => new Uint8Array(10).fill(0xff),
  )

  assert.equal(newId(), '01arz3ndekzzzzzzzzzzzzzzzz')
})

test('ids grow within a millisecond and when the clock goes back', () => {
  let now = 1_800_000_000_000
  const newId = idMaker(() => now, systemRandom)

  const ids = Array.from({ length: 1_000 }, (_, index) => {
    if (index === 300) now -= 5_000
    if (index === 600) now += 1
    return newId()
  })

  assert.deepEqual(ids, ids.toSorted())
  assert.equal(new Set(ids).size, ids.length)
  for (const id of ids) assert.match(id, /^[0-7][0-9a-hjkmnp-tv-z]{25}$/)
})

test('a millisecond that has no random bits left runs over into the next', () => {
  const newId = idMaker(
    () => 1_469_922_850_259,
    () => new Uint8Array(10).fill(0xff),
  )

  const [first, second] = [newId(), newId()]

  assert.ok(second > first)
  assert.equal(second, '01arz3ndem0000000000000000')
})

test('a public id is 16 base62 characters, each as likely as any other', () => {
  const newPublicId = publicIdMaker(systemRandom)
  assert.match(newPublicId(), /^[0-9A-Za-z]{16}$/)

  const counts = new Map<string, number>()
  for (const character of base62(124_000, systemRandom)) counts.set(character, (counts.get(character) ?? 0) + 1)

  // 2,000 expected of each; a modulo without rejection would give eight letters a quarter more.
  assert.equal(counts.size, 62)
  for (const [character, count] of counts) assert.ok(Math.abs(count - 2_000) < 300, `${character}: ${count}`)
})

test('ids of the system clock say when they were made', () => {
  const before = systemClock()
  const id = idMaker(systemClock, systemRandom)()
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
  const time = [...id.slice(0, 10)].reduce((value, character) => value * 32 + alphabet.indexOf(character), 0)

  assert.ok(time >= before && time <= systemClock())
})
