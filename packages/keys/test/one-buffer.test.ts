import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inOneBuffer } from '../src/one-buffer.ts'

test('octets among values and in lists of them come into one buffer of their length, and all else stays', () => {
  const inLarger = Buffer.from([9, 9, 1, 2, 3, 9, 9]).subarray(2, 5)
  const values = [7, inLarger, ['sha256', new Uint8Array([4, 5]), null, new Uint8Array()], true, { octets: inLarger }]

  const moved = inOneBuffer(values)

  const [number, octets, list, flag, deeper] = moved
  assert.deepEqual([number, flag], [7, true])
  assert.equal(deeper, values[4])
  assert.ok(octets instanceof Uint8Array && Array.isArray(list))
  const inList: unknown = list[1]
  assert.ok(inList instanceof Uint8Array)
  assert.deepEqual([...octets], [1, 2, 3])
  assert.deepEqual(list, ['sha256', new Uint8Array([4, 5]), null, new Uint8Array()])
  assert.equal(octets.buffer.byteLength, 5)
  assert.equal(inList.buffer, octets.buffer)
})

test('values without octets are the same', () => {
  assert.deepEqual(inOneBuffer([true, 'unverified', undefined, []]), [true, 'unverified', undefined, []])
  assert.deepEqual(inOneBuffer([]), [])
})
