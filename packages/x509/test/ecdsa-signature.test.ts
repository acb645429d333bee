import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { test } from 'node:test'
import { DerError, ecdsaSignatureOf } from '../src/index.ts'

test('RFC 3279 §2.2.3: two numbers side by side become the signature that OpenSSL verifies', () => {
  for (const namedCurve of ['P-256', 'P-384', 'P-521']) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
    for (let message = 0; message < 40; message++) {
      const octets = Buffer.of(message)
      const raw = sign('sha256', octets, { key: privateKey, dsaEncoding: 'ieee-p1363' })

      assert.ok(verify('sha256', octets, publicKey, ecdsaSignatureOf(raw)), namedCurve)
    }
  }
})

test('numbers that begin with zeros or a set bit are written in as many octets as they need', () => {
  assert.equal(ecdsaSignatureOf(Uint8Array.fromHex('00017fff')).toHex(), '300702010102027fff')
  assert.equal(ecdsaSignatureOf(Uint8Array.fromHex('80ff0000')).toHex(), '3008020300' + '80ff020100')
  for (const octets of [0, 3]) assert.throws(() => ecdsaSignatureOf(new Uint8Array(octets)), DerError)
})
