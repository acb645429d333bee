import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DerError, decodeCmsSignedData, encodeCmsCertificates } from '../src/index.ts'

test('a message that nobody signed is no signed message, and neither are pieces of one', () => {
  assert.throws(() => decodeCmsSignedData(encodeCmsCertificates({ certificates: [] })), DerError)
  for (const octets of [[], [0x30, 0x00], [0x30, 0x80, 0x00], [0x04, 0x01, 0x00]]) {
    assert.throws(() => decodeCmsSignedData(Uint8Array.from(octets)), DerError)
  }
})
