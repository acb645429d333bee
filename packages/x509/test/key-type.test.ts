import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { needs, run } from '../../../test/support/system-program.ts'
import {
  algorithmFits,
  DerError,
  describePublicKey,
  isKeyAlgorithm,
  KEY_TYPES,
  type KeyType,
  keyTypeOf,
  makeAlgorithmIdentifier,
  PublicKey,
  SIGNATURE_ALGORITHMS,
  signatureAlgorithmsFor,
} from '../src/index.ts'

const publicKeyOf = (key: KeyObject) => PublicKey.decode(key.export({ type: 'spki', format: 'der' }))

/** A key by node:crypto, of each type that is quick to make. */
function makeKey(keyType: KeyType): PublicKey {
  if (keyType.startsWith('rsa-'))
    return publicKeyOf(generateKeyPairSync('rsa', { modulusLength: Number(keyType.slice(4)) }).publicKey)
  if (keyType.startsWith('ecdsa-'))
    return publicKeyOf(generateKeyPairSync('ec', { namedCurve: `P-${keyType.slice(7)}` }).publicKey)
  return publicKeyOf(generateKeyPairSync(keyType as 'ed25519').publicKey)
}

test('a key of every type is known by node:crypto’s encoding of it', () => {
  for (const keyType of KEY_TYPES) {
    if (keyType === 'rsa-4096') continue
    const key = makeKey(keyType)

    assert.equal(keyTypeOf(key), keyType)
    for (const algorithm of SIGNATURE_ALGORITHMS)
      assert.equal(algorithmFits(algorithm, key), signatureAlgorithmsFor(keyType).includes(algorithm))
  }
})

test('an RSA key is described by its numbers', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1031, publicExponent: 3 })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })

  const description = describePublicKey(publicKeyOf(publicKey))

  const number = (text: string) => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`)
  assert.deepEqual(description, { family: 'rsa', bits: 1031, modulus: number(n), exponent: number(e) })
  assert.equal(keyTypeOf(publicKeyOf(publicKey)), undefined)
})

test('curves and algorithms that are none of ours are named by their identifier', () => {
  const ec = (namedCurve: string) => publicKeyOf(generateKeyPairSync('ec', { namedCurve }).publicKey)

  assert.deepEqual(describePublicKey(ec('secp256k1')), { family: 'ec', curve: '1.3.132.0.10' })
  assert.deepEqual(describePublicKey(ec('brainpoolP256r1')), { family: 'ec', curve: '1.3.36.3.3.2.8.1.1.7' })
  assert.equal(keyTypeOf(ec('secp256k1')), undefined)
  const ed448 = publicKeyOf(generateKeyPairSync('ed448').publicKey)
  assert.deepEqual(describePublicKey(ed448), { family: 'unknown', algorithm: '1.3.101.113' })
  assert.equal(keyTypeOf(ed448), undefined)
  assert.equal(isKeyAlgorithm('1.3.101.113'), false)
  assert.equal(isKeyAlgorithm('1.2.840.10045.2.1'), true)
})

test('a key encoded otherwise than its algorithm says is refused, with the field', () => {
  const p256 = makeKey('ecdsa-p256')
  const rsa = makeKey('rsa-2048')
  const ed25519 = makeKey('ed25519')
  const mlDsa = makeKey('ml-dsa-44')
  const NULL = new Uint8Array([5, 0])
  const withKey = (key: PublicKey, octets: Uint8Array) => ({ ...key, key: octets })
  const withParameters = (key: PublicKey, parameters?: Uint8Array) => ({
    ...key,
    algorithm: makeAlgorithmIdentifier(key.algorithm.algorithm, parameters),
  })
  const hybrid = p256.key.slice()
  hybrid[0] = 6
  const cases: readonly (readonly [string, PublicKey, RegExp])[] = [
    ['a compressed point', withKey(p256, Uint8Array.of(2, ...p256.key.subarray(1, 33))), /^key: a compressed point/],
    ['a hybrid point', withKey(p256, hybrid), /^key: expected 0x04/],
    ['a short point', withKey(p256, p256.key.slice(0, 64)), /^key: expected 0x04 and two coordinates, 65 octets/],
    ['no point', withKey(p256, new Uint8Array()), /^key/],
    ['no curve', withParameters(p256), /^algorithm\.parameters/],
    ['a NULL curve', withParameters(p256, NULL), /^algorithm\.parameters/],
    ['no NULL beside RSA', withParameters(rsa), /^algorithm\.parameters/],
    ['an RSA key with more behind it', withKey(rsa, Uint8Array.of(...rsa.key, 0)), /^key: 1 octets too many/],
    ['a negative modulus', withKey(rsa, Uint8Array.fromHex('30060201ff020103')), /^key\.modulus/],
    ['exponent zero', withKey(rsa, Uint8Array.fromHex('3006020111020100')), /^key\.publicExponent/],
    ['parameters beside Ed25519', withParameters(ed25519, NULL), /^algorithm\.parameters/],
    ['parameters beside ML-DSA', withParameters(mlDsa, NULL), /^algorithm\.parameters/],
    ['a short ML-DSA key', withKey(mlDsa, mlDsa.key.slice(1)), /^key: expected 1312 octets for ml-dsa-44, found 1311/],
  ]
  for (const [name, key, message] of cases) {
    assert.throws(
      () => keyTypeOf(key),
      (error) => error instanceof DerError && message.test(error.message),
      name,
    )
  }
})

test('OpenSSL’s keys with compressed points and spelt-out curves are refused as such', needs('openssl'), async () => {
  const p256 = ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']
  const spki = async (...options: readonly string[]) => {
    const { stdout: pem } = await run('openssl', [...p256, ...options])
    const { stdout } = await run('openssl', ['pkey', '-pubout', '-outform', 'DER'], { input: pem })
    return PublicKey.decode(stdout)
  }
  const { stdout } = await run('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout'])
  const compress = ['ec', '-pubout', '-conv_form', 'compressed', '-outform', 'DER']
  const compressed = PublicKey.decode((await run('openssl', compress, { input: stdout })).stdout)

  assert.throws(() => keyTypeOf(compressed), /compressed/)
  assert.equal(compressed.key.length, 33)
  const explicit = await spki('-pkeyopt', 'ec_param_enc:explicit')
  assert.throws(() => keyTypeOf(explicit), /a curve spelt out in numbers; a key that names its curve is due/)
  assert.equal(keyTypeOf(await spki()), 'ecdsa-p256')
})

test('the first algorithm of a key type is its default: the hash as strong as the curve', () => {
  assert.deepEqual(signatureAlgorithmsFor('ecdsa-p256'), ['ecdsa-sha256', 'ecdsa-sha384', 'ecdsa-sha512'])
  assert.deepEqual(signatureAlgorithmsFor('ecdsa-p384')[0], 'ecdsa-sha384')
  assert.deepEqual(signatureAlgorithmsFor('ecdsa-p521')[0], 'ecdsa-sha512')
  assert.deepEqual(signatureAlgorithmsFor('rsa-4096')[0], 'rsa-sha256')
  assert.equal(signatureAlgorithmsFor('rsa-2048').length, 6)
  assert.deepEqual(signatureAlgorithmsFor('ml-dsa-65'), ['ml-dsa-65'])
})

test('a public key keeps its exact bytes', () => {
  const der = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' })

  const key = PublicKey.decode(der)

  assert.deepEqual(Buffer.from(PublicKey.encode(key)), der)
  assert.ok(createPublicKey({ key: Buffer.from(key.der), format: 'der', type: 'spki' }))
})
