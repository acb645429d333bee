import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { concatBytes } from '../src/bytes.ts'
import {
  algorithmIdentifier,
  assembleSigned,
  CrlNumber,
  CrlWriter,
  DerError,
  decodeCertificateList,
  makeExtension,
  makeName,
} from '../src/index.ts'

const NOW = Date.UTC(2026, 10, 24)
const ALGORITHM = algorithmIdentifier('ecdsa-sha256')
const ISSUER = makeName([[{ type: '2.5.4.3', value: 'Example CA' }]])
const SIGNATURE = new Uint8Array(70).fill(7)

function sample(): Uint8Array {
  const writer = new CrlWriter({
    signatureAlgorithm: ALGORITHM,
    issuer: ISSUER,
    thisUpdate: NOW,
    nextUpdate: NOW + 1000,
    extensions: [makeExtension(CrlNumber, 1n)],
  })
  writer.add(1n, NOW)
  writer.add(2n, NOW, 'keyCompromise', NOW)
  return writer.finishSigned(SIGNATURE).slice()
}

/** A SEQUENCE of less than 64 kB. */
function sequenceOf(...elements: readonly (Uint8Array | string)[]): Uint8Array {
  const contents = concatBytes(...elements.map((each) => (typeof each === 'string' ? Uint8Array.fromHex(each) : each)))
  const length = contents.length.toString(16).padStart(contents.length < 128 ? 2 : 4, '0')
  return concatBytes(
    Uint8Array.fromHex(
      `30${contents.length < 128 ? '' : contents.length < 256 ? '81' : '82'}${contents.length < 256 ? length.slice(-2) : length}`,
    ),
    contents,
  )
}

const VERSION_2 = '020101'
const TIME = '170d3236313132343030303030305a'
const NUMBER_1 = 'a00e300c300a0603551d140403020101'

function signed(...tbs: readonly (Uint8Array | string)[]): Uint8Array {
  return assembleSigned(sequenceOf(...tbs), ALGORITHM, SIGNATURE)
}

describe('reading a CRL', () => {
  test('refuses one that is cut short anywhere, and never in another way', () => {
    const crl = sample()

    for (let length = 0; length < crl.length; length++)
      assert.throws(() => decodeCertificateList(crl.subarray(0, length)), DerError)
  })

  test('survives any damaged octet with a refusal or a value', () => {
    const crl = sample()

    for (let at = 0; at < crl.length; at++) {
      for (const damage of [0x00, 0x01, 0x30, 0x7f, 0x80, 0x84, 0xff]) {
        const damaged = crl.slice()
        damaged[at] = damage
        try {
          assert.ok(Array.from(decodeCertificateList(damaged).entries).length <= 4)
        } catch (error) {
          assert.ok(error instanceof DerError, `octet ${at} as ${damage}: ${error}`)
        }
      }
    }
  })

  test('takes version 1, which has no extensions anywhere', () => {
    const crl = signed(ALGORITHM.der, ISSUER.der, TIME, sequenceOf(sequenceOf('020105', TIME)))
    const extended = signed(ALGORITHM.der, ISSUER.der, TIME, NUMBER_1)
    const extendedEntry = signed(
      ALGORITHM.der,
      ISSUER.der,
      TIME,
      sequenceOf(sequenceOf('020105', TIME, '300c300a0603551d1504030a0101')),
    )

    const list = decodeCertificateList(crl)

    assert.equal(list.version, 1)
    assert.equal(list.nextUpdate, undefined)
    assert.deepEqual(
      [...list.entries].map(({ serialNumber }) => serialNumber),
      [5n],
    )
    assert.throws(() => decodeCertificateList(extended), /tbsCertList.crlExtensions: a version 1 CRL has no extensions/)
    assert.throws(
      () => [...decodeCertificateList(extendedEntry).entries],
      /tbsCertList.revokedCertificates.0.crlEntryExtensions: an entry of a version 1 CRL has no extensions/,
    )
  })

  test('refuses what is no version 2', () => {
    const crl = signed('020102', ALGORITHM.der, ISSUER.der, TIME)

    assert.throws(() => decodeCertificateList(crl), /tbsCertList.version: expected version 2/)
  })

  test('refuses two signature algorithms', () => {
    const crl = signed(VERSION_2, algorithmIdentifier('ecdsa-sha384').der, ISSUER.der, TIME)

    assert.throws(() => decodeCertificateList(crl), /tbsCertList.signature: differs/)
  })

  test('names the entry that is broken, when its turn comes', () => {
    const good = sequenceOf('020101', TIME)
    const bad = sequenceOf('020102', TIME, '300c300a0603551d1504030a0107')
    const crl = signed(VERSION_2, ALGORITHM.der, ISSUER.der, TIME, sequenceOf(good, bad))

    const entries = decodeCertificateList(crl).entries[Symbol.iterator]()

    assert.equal(entries.next().value?.serialNumber, 1n)
    assert.throws(
      () => entries.next(),
      /tbsCertList.revokedCertificates.1.cRLReasons: no revocation reason has the number 7/,
    )
  })

  test('keeps the octets that were signed', () => {
    const crl = sample()
    const list = decodeCertificateList(crl)

    assert.equal(assembleSigned(list.tbs, list.signatureAlgorithm, list.signature).toHex(), crl.toHex())
  })

  test('gives the entries as often as it is asked', () => {
    const { entries } = decodeCertificateList(sample())

    assert.deepEqual([...entries], [...entries])
    assert.equal([...entries].length, 2)
  })
})
