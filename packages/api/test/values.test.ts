import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromTimestamp, Id, idOf, isTimestamp, ref, SCHEMAS, toTimestamp } from '@chancery/api'
import { Type } from 'typebox'

test('a timestamp of RFC 3339 §5.8 is the moment that it says', () => {
  // The examples of the text, with the moments that it gives for them in words.
  assert.equal(fromTimestamp('1985-04-12T23:20:50.52Z'), Date.UTC(1985, 3, 12, 23, 20, 50, 520))
  assert.equal(fromTimestamp('1996-12-19T16:39:57-08:00'), Date.UTC(1996, 11, 20, 0, 39, 57))
  assert.equal(fromTimestamp('1937-01-01T12:00:27.87+00:20'), Date.UTC(1937, 0, 1, 11, 40, 27, 870))
})

test('what is no moment is refused', () => {
  const wrong = [
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:60:00Z',
    '1990-12-31T23:59:60Z',
    '2026-01-01 00:00:00Z',
    '2026-01-01T00:00:00',
    '2026-01-01',
    '20260101T000000Z',
    '2026-01-01T00:00:00+25:00',
    'now',
    '',
  ]
  for (const text of wrong) {
    assert.equal(isTimestamp(text), false, text)
    assert.throws(() => fromTimestamp(text), RangeError)
  }
  assert.equal(isTimestamp('2024-02-29T00:00:00Z'), true)
})

test('what we write is read as the same moment', () => {
  for (const at of [0, 1_800_000_000_123, 253_402_300_799_999]) assert.equal(fromTimestamp(toTimestamp(at)), at)
})

test('an id is one that ids look like', () => {
  const form = new RegExp(String(Reflect.get(Id, 'pattern')))

  assert.ok(form.test('01arz3ndekzzzzzzzzzzzzzzzz'))
  for (const text of [
    '01ARZ3NDEKZZZZZZZZZZZZZZZZ',
    '81arz3ndekzzzzzzzzzzzzzzzz',
    '01arz3ndekzzzzzzzzzzzzzzz',
    '01arz3ndekilouzzzzzzzzzzzz',
  ]) {
    assert.ok(!form.test(text), text)
  }
})

test('each named schema has a name of its own, and what has none cannot be referred to', () => {
  const names = SCHEMAS.map(idOf)

  assert.equal(new Set(names).size, names.length)
  assert.throws(() => ref(Type.String()), /Only a schema with an \$id/)
})
