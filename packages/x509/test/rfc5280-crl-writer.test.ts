import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  algorithmIdentifier,
  assembleSigned,
  type CrlFields,
  CrlNumber,
  type CrlReason,
  CrlWriter,
  DeltaCrlIndicator,
  DerError,
  decodeCertificateList,
  makeExtension,
  makeName,
} from '../src/index.ts'

const NOW = Date.UTC(2026, 10, 24)
const FIELDS: CrlFields = {
  signatureAlgorithm: algorithmIdentifier('ecdsa-sha256'),
  issuer: makeName([[{ type: '2.5.4.3', value: 'Example CA' }]]),
  thisUpdate: NOW,
  nextUpdate: NOW + 86_400_000,
  extensions: [makeExtension(CrlNumber, 1n)],
}
const SIGNATURE = new Uint8Array(70).fill(7)

describe('the CRL writer', () => {
  test('gives the same octets whether or not it knew how many entries would come', () => {
    const grows = new CrlWriter(FIELDS)
    const knows = new CrlWriter({ ...FIELDS, expectedEntries: 5000 })
    const none = new CrlWriter({ ...FIELDS, expectedEntries: 0 })

    for (const writer of [grows, knows, none])
      for (let serial = 0n; serial < 5000n; serial++) writer.add((serial << 100n) + 1n, NOW, 'superseded', NOW)

    const expected = knows.finishSigned(SIGNATURE).toHex()
    assert.equal(grows.finishSigned(SIGNATURE).toHex(), expected)
    assert.equal(none.finishSigned(SIGNATURE).toHex(), expected)
    assert.equal(grows.count, 5000)
  })

  test('puts the signature around the same octets that were signed', () => {
    const writer = new CrlWriter(FIELDS)
    writer.add(5n, NOW)
    const tbs = writer.finish().slice()

    const whole = writer.finishSigned(SIGNATURE)

    assert.equal(whole.toHex(), assembleSigned(tbs, FIELDS.signatureAlgorithm, SIGNATURE).toHex())
    assert.equal(writer.finish().toHex(), tbs.toHex())
    assert.equal(writer.finishSigned(SIGNATURE).toHex(), whole.toHex())
  })

  test('takes signatures of any length', () => {
    const writer = new CrlWriter({ ...FIELDS, expectedEntries: 0 })
    const longest = new Uint8Array(200_000).fill(1)

    const whole = writer.finishSigned(longest)

    assert.equal(whole.toHex(), assembleSigned(writer.finish(), FIELDS.signatureAlgorithm, longest).toHex())
  })

  test('leaves out the reason unspecified', () => {
    const said = new CrlWriter(FIELDS)
    const silent = new CrlWriter(FIELDS)

    said.add(1n, NOW, 'unspecified')
    silent.add(1n, NOW)

    assert.equal(said.finish().toHex(), silent.finish().toHex())
  })

  test('takes removeFromCRL in delta CRLs alone', () => {
    const complete = new CrlWriter(FIELDS)
    const delta = new CrlWriter({
      ...FIELDS,
      extensions: [makeExtension(CrlNumber, 2n), makeExtension(DeltaCrlIndicator, 1n, true)],
    })

    delta.add(1n, NOW, 'removeFromCRL')

    assert.throws(() => complete.add(1n, NOW, 'removeFromCRL'), /removeFromCRL belongs in delta CRLs only/)
    const [entry] = decodeCertificateList(delta.finishSigned(SIGNATURE)).entries
    assert.equal(entry?.reason, 'removeFromCRL')
  })

  test('is after a refused entry what it was before', () => {
    const writer = new CrlWriter(FIELDS)
    const untouched = new CrlWriter(FIELDS)
    const refused: readonly (readonly [bigint | Uint8Array, number, (CrlReason | undefined)?, number?])[] = [
      [1n << 600n, NOW],
      [-(1n << 600n), NOW],
      [new Uint8Array(), NOW],
      [new Uint8Array(65).fill(1), NOW],
      [1n, Number.NaN],
      [1n, Number.POSITIVE_INFINITY],
      [1n, Date.UTC(10_000, 0)],
      [1n, NOW, undefined, Number.NaN],
    ]

    for (const entry of refused) assert.throws(() => writer.add(...entry), DerError)
    for (const each of [writer, untouched]) each.add(1n, NOW)

    assert.equal(writer.count, 1)
    assert.equal(writer.finish().toHex(), untouched.finish().toHex())
  })

  test('takes no entries once it is finished', () => {
    const writer = new CrlWriter(FIELDS)
    writer.finish()

    assert.throws(() => writer.add(1n, NOW), /takes no more entries/)
  })
})
