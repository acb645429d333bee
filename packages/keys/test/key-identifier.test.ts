import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { PublicKey } from '@chancery/x509'
import { digest, keyIdentifier, publicKeyFingerprint, sha256 } from '../src/index.ts'

/** The generator of P-256 as a public key. */
const key = PublicKey.decode(
  Uint8Array.fromHex(
    '3059301306072a8648ce3d020106082a8648ce3d030107034200046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
      '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  ),
)

test('RFC 7093 §2 method 1: the identifier is 160 bits of the SHA-256 of the key without its header', () => {
  const whole = createHash('sha256').update(key.der.subarray(-65)).digest('hex')

  assert.equal(keyIdentifier(key).toHex(), whole.slice(0, 40))
})

test('a fingerprint is over the whole SubjectPublicKeyInfo', () => {
  assert.equal(publicKeyFingerprint(key).toHex(), createHash('sha256').update(key.der).digest('hex'))
})

test('digests are plain arrays of the right octets', () => {
  // FIPS 180-4 examples: "abc".
  const abc = new TextEncoder().encode('abc')

  assert.equal(digest('sha1', abc).toHex(), 'a9993e364706816aba3e25717850c26c9cd0d89d')
  assert.equal(sha256(abc).toHex(), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  assert.deepEqual(sha256(abc), digest('sha256', abc))
  assert.equal(Object.getPrototypeOf(sha256(abc)), Uint8Array.prototype)
})
