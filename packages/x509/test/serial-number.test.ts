import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serialFromHex, serialToHex } from '../src/index.ts'

test('serial numbers are written as whole octets of hexadecimal digits and read in any usual form', () => {
  const rows = [
    [0n, '00'],
    [1n, '01'],
    [0xabcn, '0abc'],
    [0x7f00112233445566778899aabbccddeen, '7f00112233445566778899aabbccddee'],
    [-5n, '-05'],
  ] as const

  for (const [serial, hex] of rows) {
    assert.equal(serialToHex(serial), hex)
    assert.equal(serialFromHex(hex), serial)
    assert.equal(serialFromHex(hex.toUpperCase()), serial)
  }
  assert.equal(serialFromHex('0A:bc'), 0xabcn)
  assert.equal(serialFromHex('abc'), 0xabcn)
  for (const text of [
    '',
    '-',
    '0x1',
    'g',
    '1 2',
    'a:bc',
    '12:',
    ':12',
    '12::34',
    ' 12',
    'f'.repeat(129),
    'ab:'.repeat(1e6),
  ])
    assert.equal(serialFromHex(text), undefined, text.slice(0, 20))
})
