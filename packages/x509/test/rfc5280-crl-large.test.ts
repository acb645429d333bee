import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCertificateList } from '../src/index.ts'
import { measureLargeCrl, revokedAt, serialNumberAt } from './support/large-crl.ts'

const ENTRIES = 100_000

test('a CRL of 100,000 entries takes a fraction of a second and no second copy of itself', () => {
  measureLargeCrl(10_000)

  const { crl, seconds, octets } = measureLargeCrl(ENTRIES)

  assert.ok(crl.length > ENTRIES * 45, `${crl.length} octets`)
  assert.ok(seconds < 1, `${seconds} s`)
  assert.ok(octets < 2 * crl.length, `${octets} octets of buffers for a CRL of ${crl.length}`)
})

test('every entry of a large CRL is read as it was written', () => {
  const { crl } = measureLargeCrl(ENTRIES)
  const serialNumber = new Uint8Array(16)

  let index = 0
  for (const entry of decodeCertificateList(crl).entries) {
    assert.equal(entry.serialNumber, BigInt(`0x${serialNumberAt(index, serialNumber).toHex()}`))
    assert.equal(entry.revokedAt, revokedAt(index))
    assert.equal(entry.reason, 'keyCompromise')
    index++
  }
  assert.equal(index, ENTRIES)
})
