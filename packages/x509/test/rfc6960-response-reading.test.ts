import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  algorithmIdentifier,
  DerError,
  decodeOcspResponse,
  encodeOcspResponse,
  encodeOcspResponseData,
  HASH_OIDS,
  makeCertId,
  type ResponseData,
} from '../src/index.ts'

const NOW = Date.UTC(2026, 10, 24)
const certId = makeCertId({
  hashAlgorithm: HASH_OIDS.sha256,
  issuerNameHash: new Uint8Array(32).fill(1),
  issuerKeyHash: new Uint8Array(32).fill(2),
  serialNumber: 5n,
})
const DATA: ResponseData = {
  responderId: { type: 'byKey', keyHash: new Uint8Array(20).fill(3) },
  producedAt: NOW,
  responses: [
    { certId, certStatus: { type: 'revoked', revokedAt: NOW - 1000, reason: 'keyCompromise' }, thisUpdate: NOW },
  ],
}

function signed(data: ResponseData): Uint8Array {
  return encodeOcspResponse({
    responseData: encodeOcspResponseData(data),
    signatureAlgorithm: algorithmIdentifier('ecdsa-sha256'),
    signature: new Uint8Array(70),
  })
}

describe('an OCSP response', () => {
  test('leaves out the reason unspecified', () => {
    const [response] = DATA.responses
    assert.ok(response)
    const revoked = (reason?: 'unspecified'): ResponseData => ({
      ...DATA,
      responses: [{ ...response, certStatus: { type: 'revoked', revokedAt: NOW, reason } }],
    })

    assert.equal(signed(revoked('unspecified')).toHex(), signed(revoked()).toHex())
  })

  test('carries extensions of its own and of each answer', () => {
    const cutoff = {
      id: '1.3.6.1.5.5.7.48.1.6',
      critical: false,
      value: Uint8Array.fromHex('180f32303236303130313030303030305a'),
    }
    const responses = DATA.responses.map((response) => ({ ...response, extensions: [cutoff] }))

    const response = decodeOcspResponse(
      signed({ ...DATA, responses, nonce: Uint8Array.of(1, 2), extensions: [cutoff] }),
    )

    assert.equal(response.status, 'successful')
    assert.deepEqual(response.basic.responses[0]?.extensions, [cutoff])
    assert.deepEqual(response.basic.nonce, Uint8Array.of(1, 2))
    assert.deepEqual(
      response.basic.extensions.map(({ id }) => id),
      ['1.3.6.1.5.5.7.48.1.2', cutoff.id],
    )
  })

  test('refuses what cannot be said', () => {
    const shortKeyHash: ResponseData = { ...DATA, responderId: { type: 'byKey', keyHash: new Uint8Array(19) } }

    assert.throws(() => encodeOcspResponseData({ ...DATA, responses: [] }), /responses: an empty list/)
    assert.throws(() => encodeOcspResponseData(shortKeyHash), /responderId.*a key hash has 20 octets, not 19/)
    assert.throws(() => encodeOcspResponseData({ ...DATA, producedAt: Number.NaN }), /producedAt: a time/)
    assert.throws(
      () => encodeOcspResponseData({ ...DATA, nonce: new Uint8Array(129) }),
      /ocspNonce: a nonce has 1 to 128/,
    )
  })

  test('refuses to be read where status and answer contradict each other', () => {
    const whole = signed(DATA).toHex()

    assert.throws(
      () => decodeOcspResponse(Uint8Array.fromHex(whole.replace('0a0100', '0a0103'))),
      /tryLater comes without/,
    )
    assert.throws(
      () => decodeOcspResponse(Uint8Array.fromHex(whole.replace('0a0100', '0a0104'))),
      /no status has the number 4/,
    )
    assert.throws(() => decodeOcspResponse(Uint8Array.fromHex('30030a0100')), /missing from a successful answer/)
    assert.throws(
      () => decodeOcspResponse(Uint8Array.fromHex(whole.replace('2b0601050507300101', '2b0601050507300103'))),
      /responseBytes.responseType: answers of type 1.3.6.1.5.5.7.48.1.3 are not known here/,
    )
  })

  test('is refused when it is cut short anywhere or damaged, and never in another way', () => {
    const response = signed({ ...DATA, nonce: new Uint8Array(16) })

    for (let length = 0; length < response.length; length++)
      assert.throws(() => decodeOcspResponse(response.subarray(0, length)), DerError)
    for (let at = 0; at < response.length; at++) {
      for (const damage of [0x00, 0x30, 0x80, 0x84, 0xa0, 0xff]) {
        const damaged = response.slice()
        damaged[at] = damage
        try {
          decodeOcspResponse(damaged)
        } catch (error) {
          assert.ok(error instanceof DerError, `octet ${at} as ${damage}: ${error}`)
        }
      }
    }
  })
})
