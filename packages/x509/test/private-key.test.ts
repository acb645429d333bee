import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { needs, run } from '../../../test/support/system-program.ts'
import {
  berToDer,
  DerError,
  decodePem,
  EcPrivateKey,
  EncryptedPrivateKeyInfo,
  PrivateKeyInfo,
  pkcs8OfPkcs1,
  pkcs8OfSec1,
  privateKeyForm,
  RsaPrivateKey,
} from '../src/index.ts'

async function openssl(args: readonly string[], input?: string | Uint8Array): Promise<Uint8Array> {
  const { status, stdout, stderr } = await run('openssl', args, input === undefined ? {} : { input })
  assert.equal(status, 0, `openssl ${args.join(' ')}: ${stderr}`)
  return new Uint8Array(stdout)
}

const derOf = (pem: Uint8Array) => decodePem(new TextDecoder().decode(pem)).at(-1)?.der ?? new Uint8Array()

test('RFC 5915: a SEC1 key becomes the PKCS#8 that OpenSSL makes of it', needs('openssl'), async () => {
  for (const curve of ['prime256v1', 'secp384r1', 'secp521r1', 'secp256k1']) {
    const pem = await openssl(['ecparam', '-name', curve, '-genkey', '-noout'])
    const pkcs8 = await openssl(['pkcs8', '-topk8', '-nocrypt', '-outform', 'DER'], pem)

    assert.equal(pkcs8OfSec1(derOf(pem)).toHex(), pkcs8.toHex())
    assert.equal(privateKeyForm(derOf(pem)), 'sec1')
    assert.equal(privateKeyForm(pkcs8), 'pkcs8')
    assert.deepEqual(EcPrivateKey.encode(EcPrivateKey.decode(derOf(pem))), derOf(pem))
  }
})

test('a SEC1 key without its curve takes the one that is given, and is refused without', needs('openssl'), async () => {
  const pem = await openssl(['ecparam', '-name', 'prime256v1', '-genkey', '-noout'])
  const { version, privateKey, publicKey } = EcPrivateKey.decode(derOf(pem))
  const bare = EcPrivateKey.encode({ version, privateKey, publicKey })
  const curve = Uint8Array.fromHex('06082a8648ce3d030107')

  assert.deepEqual(pkcs8OfSec1(bare, curve), pkcs8OfSec1(derOf(pem)))
  assert.throws(() => pkcs8OfSec1(bare), /parameters: an EC key that does not name its curve/)
  assert.throws(() => pkcs8OfSec1(EcPrivateKey.encode({ version: 2, privateKey }), curve), /version/)
})

test('RFC 8017 Appendix A.1.2: a PKCS#1 key becomes the PKCS#8 that OpenSSL makes of it', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pkcs1 = new Uint8Array(privateKey.export({ type: 'pkcs1', format: 'der' }))

  assert.equal(pkcs8OfPkcs1(pkcs1).toHex(), privateKey.export({ type: 'pkcs8', format: 'der' }).toString('hex'))
  assert.equal(privateKeyForm(pkcs1), 'pkcs1')
  assert.deepEqual(RsaPrivateKey.encode(RsaPrivateKey.decode(pkcs1)), pkcs1)
  const threePrimes = RsaPrivateKey.encode({ ...RsaPrivateKey.decode(pkcs1), version: 1 })
  assert.throws(() => pkcs8OfPkcs1(threePrimes), /more than two primes/)
})

test('RFC 5958: a key with attributes and its public half is read', needs('openssl'), () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const info = PrivateKeyInfo.decode(privateKey.export({ type: 'pkcs8', format: 'der' }))
  const attribute = Uint8Array.fromHex('3010060a2b0601040182371103013102 0500'.replace(' ', ''))
  const raw = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(-32))

  const whole = PrivateKeyInfo.encode({ ...info, version: 1, attributes: [attribute], publicKey: raw })

  assert.deepEqual(PrivateKeyInfo.decode(whole).publicKey, raw)
  assert.deepEqual(PrivateKeyInfo.decode(whole).attributes, [attribute])
  assert.equal(whole.at(-34), 33)
})

test('every form of private key is known by how it begins', needs('openssl'), async () => {
  const pem = await openssl(['genpkey', '-algorithm', 'ED25519'])
  const encrypted = await openssl(['pkcs8', '-topk8', '-passout', 'pass:x', '-outform', 'DER'], pem)
  const spki = await openssl(['pkey', '-pubout', '-outform', 'DER'], pem)

  assert.equal(privateKeyForm(encrypted), 'encrypted-pkcs8')
  assert.equal(EncryptedPrivateKeyInfo.decode(encrypted).algorithm.algorithm, '1.2.840.113549.1.5.13')
  assert.equal(privateKeyForm(spki), undefined)
  assert.equal(privateKeyForm(Uint8Array.of(0x30, 0)), undefined)
  assert.throws(() => privateKeyForm(Uint8Array.of(0x31, 0)), DerError)
})

test('BER that OpenSSL streams becomes the DER of the same message', needs('openssl'), async () => {
  const content = new Uint8Array(9000).map((_, at) => at % 251)
  const { privateKey } = generateKeyPairSync('ed25519')
  assert.ok(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })))
  const data = (options: readonly string[]) =>
    openssl(['cms', '-data_create', '-binary', '-outform', 'DER', ...options], content)
  const ber = await data(['-stream'])
  const der = await data([])

  assert.ok(ber.toHex().startsWith('3080'))
  assert.equal(berToDer(ber).toHex(), der.toHex())
  assert.deepEqual(berToDer(der), der)
})

test('BER is bounded: in depth, in elements, in lengths', () => {
  const refused = (octets: Uint8Array, message: RegExp) =>
    assert.throws(
      () => berToDer(octets),
      (error) => error instanceof DerError && message.test(error.message),
    )

  refused(Buffer.alloc(200_000, Buffer.from('3080', 'hex')), /nested more than 32 deep/)
  refused(
    Buffer.concat([Uint8Array.of(0x30, 0x83, 0x03, 0x0d, 0x44), new Uint8Array(200_004)]),
    /more than 100000 elements/,
  )
  refused(new Uint8Array(), /an element is due/)
  refused(Uint8Array.of(0x30), /inside a length/)
  refused(Uint8Array.of(0x30, 0x80), /does not end/)
  refused(Uint8Array.of(0x30, 0x80, 0x05, 0x00), /does not end/)
  refused(Uint8Array.of(0x04, 0x80, 0x00, 0x00), /primitive element of indefinite length/)
  refused(Uint8Array.of(0x04, 0x84, 0xff, 0xff, 0xff, 0xff), /more octets announced/)
  refused(Uint8Array.of(0x04, 0xff, ...new Uint8Array(127).fill(0xff)), /more octets announced/)
  refused(Uint8Array.of(0x04, 0x05, 1), /more octets announced/)
  refused(Uint8Array.of(0x30, 0x03, 0x04, 0x02, 1, 2), /more octets announced than the 1 there|2 octets/)
  refused(Uint8Array.of(0x05, 0x00, 0x00), /1 octets too many/)
  refused(Uint8Array.of(0x24, 0x80, 0x02, 0x01, 0x01, 0x00, 0x00), /a piece that is none/)
  refused(Uint8Array.of(0x1f, 0x20, 0x00), /tag numbers above 30/)
})
