import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { describePublicKey, KEY_TYPES } from '@chancery/x509'
import { judgeKey } from '../src/judge-key.ts'
import { isGoodExponent, isRoca, smallFactorOf } from '../src/weak-rsa.ts'
import { keyOf, publicParts, starter } from './world.ts'

test('keys of node:crypto are neither of the broken generator nor divisible by a small prime', () => {
  for (let which = 0; which < 5; which++) {
    const key = describePublicKey(keyOf('rsa-2048', which).publicKey)
    assert.ok(key.family === 'rsa')
    assert.equal(isRoca(key.modulus), false)
    assert.equal(smallFactorOf(key.modulus), undefined)
    assert.equal(isGoodExponent(key.exponent), true)
  }
})

test('every prime below 752 is found as a factor, and the next one is not', () => {
  const composite = (1n << 127n) - 1n // a Mersenne prime
  assert.equal(smallFactorOf(composite), undefined)
  assert.equal(smallFactorOf(composite * 757n), undefined)
  for (const prime of [2, 3, 5, 7, 211, 373, 499, 601, 743, 751])
    assert.equal(smallFactorOf(composite * BigInt(prime)), prime)
})

/** Primes of the form that the broken chips made: k·M + (65537^a mod M). Small ones, to be found fast. */
test('a modulus of two primes of the broken form is found', () => {
  const M = [
    2n,
    3n,
    5n,
    7n,
    11n,
    13n,
    17n,
    19n,
    23n,
    29n,
    31n,
    37n,
    41n,
    43n,
    47n,
    53n,
    59n,
    61n,
    67n,
    71n,
    73n,
    79n,
    83n,
    89n,
    97n,
    101n,
    103n,
    107n,
    109n,
    113n,
    127n,
    131n,
    137n,
    139n,
    149n,
    151n,
    157n,
    163n,
    167n,
  ].reduce((a, b) => a * b)
  const power = (exponent: number) => Array.from({ length: exponent }, () => 65537n).reduce((a, b) => (a * b) % M, 1n)
  const p = 123_457n * M + power(77)
  const q = 987_653n * M + power(1234)

  assert.equal(isRoca(p * q), true)
  assert.equal(isRoca(p * q + 2n), false)
})

test('a key is refused when somebody submits it: too short, weak, unknown, unreadable or not of the template', () => {
  const spki = (key: { export: (options: { type: 'spki'; format: 'der' }) => Buffer }) =>
    publicParts(Uint8Array.from(key.export({ type: 'spki', format: 'der' }))).publicKey
  const template = {
    name: 'Test',
    profile: { ...starter('Web Server'), keyTypes: ['rsa-2048', 'ecdsa-p256'] as const },
  }
  const broken = keyOf('ecdsa-p256').publicKey
  const taken = 'Make a key that the template takes (rsa-2048, ecdsa-p256), and a new request with it.'
  const judged = [
    spki(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
    spki(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey),
    spki(generateKeyPairSync('rsa', { modulusLength: 2056 }).publicKey),
    spki(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey),
    spki(generateKeyPairSync('ed448').publicKey),
    spki(generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).publicKey),
    keyOf('ecdsa-p384').publicKey,
    { ...broken, key: broken.key.subarray(0, -1) },
  ].map((publicKey) => judgeKey(publicKey, template)[0]?.detail ?? 'accepted')

  assert.deepEqual(judged, [
    'This RSA key has 1024 bits, and 2048 are the least. Make a new key.',
    'The exponent of this RSA key is 3. Make a new key with 65537.',
    `This is an RSA key of 2056 bits. ${taken}`,
    `This is a key on the curve secp256k1 (1.3.132.0.10). ${taken}`,
    `This is a key of the algorithm Ed448 (1.3.101.113). ${taken}`,
    `This is a key of the algorithm DSA (1.2.840.10040.4.1). ${taken}`,
    `This is ecdsa-p384. ${taken}`,
    'The public key cannot be read: key: expected 0x04 and two coordinates, 65 octets in all, found 64.',
  ])
})

test('good keys of the types of the template are accepted', () => {
  const template = { name: 'Test', profile: { ...starter('Web Server'), keyTypes: KEY_TYPES } }

  for (const keyType of [
    'rsa-2048',
    'ecdsa-p256',
    'ecdsa-p521',
    'ed25519',
    'ml-dsa-44',
    'slh-dsa-sha2-128f',
  ] as const) {
    assert.deepEqual(judgeKey(keyOf(keyType).publicKey, template), [], keyType)
  }
})
