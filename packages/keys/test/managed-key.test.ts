import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { algorithmIdentifier, KEY_TYPES, keyTypeOf, signatureAlgorithmsFor } from '@chancery/x509'
import { type BatchThread, batchThread } from '../src/batch-thread.ts'
import { generateKey, KeyFault, keyPool, openManagedKey, verifiedKey, verifySignature } from '../src/index.ts'
import { type SignatureMade, type SignatureWanted, signingInBatches, signThread } from '../src/sign-thread.ts'
import { workThread } from '../src/work-thread.ts'
import { onlyOnThread } from './only-on-thread.ts'
import { testSigningKey } from './signing-key-contract.ts'

const turns = keyPool().for('tenant')

for (const keyType of KEY_TYPES) {
  let made: ReturnType<typeof generateKey> | undefined
  const generated = () => {
    made ??= generateKey(keyType, turns)
    return made
  }
  for (const algorithm of signatureAlgorithmsFor(keyType)) {
    testSigningKey({
      name: algorithm === keyType ? keyType : `${keyType} by ${algorithm}`,
      algorithm,
      open: async () => openManagedKey((await generated()).pkcs8.slice(), algorithm, turns),
      slow: keyType.startsWith('slh-dsa-') || (keyType === 'rsa-4096' && algorithm !== 'rsa-sha256'),
    })
  }

  test(`a generated ${keyType} key is one, and opens with its public key`, async () => {
    const { pkcs8, publicKey } = await generated()
    const [algorithm = 'ed25519'] = signatureAlgorithmsFor(keyType)

    const key = openManagedKey(pkcs8.slice(), algorithm, turns)

    assert.equal(keyTypeOf(publicKey), keyType)
    assert.deepEqual(key.publicKey, publicKey)
  })
}

test('an opened key has left nothing of itself in the bytes it came in', async () => {
  const { pkcs8 } = await generateKey('ecdsa-p256')

  openManagedKey(pkcs8, 'ecdsa-sha256', turns)

  assert.ok(pkcs8.every((octet) => octet === 0))
})

test('bytes that are no key are a KeyFault, and wiped too', () => {
  const octets = new Uint8Array(40).fill(5)

  assert.throws(() => openManagedKey(octets, 'ecdsa-sha256', turns), KeyFault)
  assert.ok(octets.every((octet) => octet === 0))
})

test('a key is not opened for an algorithm of another kind of key', async () => {
  const { pkcs8 } = await generateKey('ecdsa-p256')

  assert.throws(
    () => openManagedKey(pkcs8, 'rsa-sha256', turns),
    (error) =>
      error instanceof KeyFault && /rsa-sha256 is no algorithm of a key of type ecdsa-p256/.test(error.message),
  )
})

test('a managed key shows nothing secret when printed', async () => {
  const { pkcs8 } = await generateKey('ed25519')
  const secret = pkcs8.slice(-32)
  const key = openManagedKey(pkcs8, 'ed25519', turns)

  const shown = inspect(key, { depth: 10, showHidden: true }) + JSON.stringify(key)

  for (const form of [secret.toHex(), secret.toBase64(), [...secret].join(', '), [...secret].join(',')]) {
    assert.ok(!shown.includes(form))
  }
})

test('a signature that does not verify never leaves: it is a KeyFault', async () => {
  const { pkcs8 } = await generateKey('ecdsa-p256')
  const honest = openManagedKey(pkcs8, 'ecdsa-sha256', turns)
  const lies: Uint8Array[] = [new Uint8Array(70), new Uint8Array(), await honest.sign(new Uint8Array(3), 'crl')]

  for (const lie of lies) {
    const token = verifiedKey({ ...honest, sign: async () => lie })
    await assert.rejects(token.sign(new Uint8Array(4), 'crl'), KeyFault)
  }
})

test('a key beside the public key of another is a KeyFault at its first signature', async () => {
  const first = openManagedKey((await generateKey('ecdsa-p256')).pkcs8, 'ecdsa-sha256', turns)
  const { publicKey } = await generateKey('ecdsa-p256')

  const mixed = verifiedKey({ ...first, publicKey, sign: first.sign })

  await assert.rejects(mixed.sign(new Uint8Array(4), 'certificate'), KeyFault)
})

test('few signatures at once and many verify, whoever makes them', async () => {
  const { pkcs8 } = await generateKey('ecdsa-p256')
  const { key, privateKey } = opened(pkcs8)
  const signing = signingInBatches(key, privateKey)

  for (const count of [1, 2, 40]) {
    const messages = Array.from({ length: count }, (_, at) => new Uint8Array(at))
    const signatures = await Promise.all(messages.map((message) => signing.sign(message, 'certificate')))
    for (const [at, message] of messages.entries()) {
      assert.ok(verify('sha256', message, createPublicKey(privateKey), signatures[at] ?? new Uint8Array()))
    }
  }
})

const PROGRAM = new URL('../src/sign-program.ts', import.meta.url)
const work = workThread(undefined, Number.POSITIVE_INFINITY)
const WAYS: Readonly<Record<string, BatchThread<SignatureWanted, SignatureMade>>> = {
  'on the thread': onlyOnThread(batchThread(PROGRAM, () => work)),
  here: { ask: async ({ here }) => here() },
}
for (const [way, thread] of Object.entries(WAYS)) {
  test(`what is signed ${way} is verified, and what OpenSSL cannot do is said`, async () => {
    const signing = signThread(thread)
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const another = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
    const by = { privateKey, publicKey, hash: 'sha256' }
    const message = new Uint8Array(3)

    const [good, mixed, impossible] = await Promise.all([
      signing(by, message),
      signing({ ...by, publicKey: another }, message),
      signing({ ...by, hash: 'no-such-digest' }, message),
    ])

    assert.ok(good instanceof Uint8Array && verify('sha256', message, publicKey, good))
    assert.equal(mixed, 'unverified')
    assert.ok(typeof impossible === 'object' && 'failed' in impossible)
    assert.match(impossible.failed, /[Ii]nvalid digest/)
  })
}

test('what cannot be signed, or is signed wrongly, is a KeyFault', async () => {
  const { pkcs8 } = await generateKey('ed25519')
  const { key, privateKey } = opened(pkcs8)
  const sign = (answer: SignatureMade) =>
    signingInBatches(key, privateKey, () => async () => answer).sign(new Uint8Array(9), 'crl')

  await assert.rejects(sign('unverified'), KeyFault)
  await assert.rejects(sign({ failed: 'as if' }), (error) => error instanceof KeyFault && error.cause === 'as if')
})

test('an algorithm with a padding is not signed in batches, which know of none', async () => {
  const { pkcs8 } = await generateKey('rsa-2048')
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  const key = openManagedKey(pkcs8, 'rsa-pss-sha256', turns)

  assert.throws(() => signingInBatches(key, privateKey), /padding/)
})

test('what is too large for a message is signed by the key itself', async () => {
  const { pkcs8 } = await generateKey('ed25519')
  const { key, privateKey } = opened(pkcs8)
  const signing = signingInBatches(key, privateKey, () => () => assert.fail('it is too large'))
  const message = new Uint8Array(64 * 1024 + 1)

  const signature = await signing.sign(message, 'crl')

  assert.ok(verify(null, message, createPublicKey(privateKey), signature))
})

test('a public key that is no point of its curve verifies nothing, without an error', async () => {
  const { pkcs8, publicKey } = await generateKey('ecdsa-p256')
  const key = openManagedKey(pkcs8, 'ecdsa-sha256', turns)
  const message = new Uint8Array(5)
  const signature = await key.sign(message, 'cms')
  const der = publicKey.der.slice()
  der.fill(1, -20)
  const offCurve = { ...publicKey, der, key: der.slice(-65) }

  assert.equal(await verifySignature(publicKey, algorithmIdentifier('ecdsa-sha256'), message, signature), true)
  assert.equal(await verifySignature(offCurve, algorithmIdentifier('ecdsa-sha256'), message, signature), false)
  assert.equal(await verifySignature(publicKey, algorithmIdentifier('rsa-sha256'), message, signature), false)
  assert.equal(await verifySignature(publicKey, algorithmIdentifier('ecdsa-sha384'), message, signature), false)
})

function opened(pkcs8: Uint8Array) {
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  const [algorithm] = signatureAlgorithmsFor(privateKey.asymmetricKeyType === 'ec' ? 'ecdsa-p256' : 'ed25519')
  assert.ok(algorithm)
  return { key: openManagedKey(pkcs8, algorithm, turns), privateKey }
}
