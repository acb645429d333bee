import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { PublicKey } from '@chancery/x509'
import { isQuickCheck } from '../src/quick-check.ts'

test('P-256, Ed25519 and RSA of 2048 bits are checked quickly, larger keys and other algorithms are not', () => {
  const ec = (namedCurve: string) => of(generateKeyPairSync('ec', { namedCurve }).publicKey)
  const rsa = (modulusLength: number) => of(generateKeyPairSync('rsa', { modulusLength }).publicKey)

  assert.equal(isQuickCheck(ec('P-256'), 'ecdsa-sha256'), true)
  assert.equal(isQuickCheck(of(generateKeyPairSync('ed25519').publicKey), 'ed25519'), true)
  assert.equal(isQuickCheck(rsa(2048), 'rsa-sha256'), true)
  assert.equal(isQuickCheck(ec('P-384'), 'ecdsa-sha384'), false)
  assert.equal(isQuickCheck(rsa(3072), 'rsa-sha256'), false)
  assert.equal(isQuickCheck(ec('P-256'), 'rsa-sha256'), false)
})

test('an RSA key whose exponent is as long as its modulus is checked elsewhere', () => {
  const { n = assert.fail() } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
  const withExponent = (exponent: bigint) => {
    const hex = exponent.toString(16)
    const e = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url')
    return of(createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' }))
  }

  assert.equal(isQuickCheck(withExponent(65_537n), 'rsa-sha256'), true)
  assert.equal(isQuickCheck(withExponent(2n ** 32n - 1n), 'rsa-sha256'), true)
  assert.equal(isQuickCheck(withExponent(2n ** 32n + 1n), 'rsa-sha256'), false)
  assert.equal(isQuickCheck(withExponent(2n ** 2047n - 1n), 'rsa-sha256'), false)
})

function of(key: KeyObject): PublicKey {
  return PublicKey.decode(new Uint8Array(key.export({ type: 'spki', format: 'der' })))
}
