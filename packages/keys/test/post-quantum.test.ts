import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import {
  algorithmIdentifier,
  encodePem,
  type KeyType,
  MlDsaPrivateKey,
  makeAlgorithmIdentifier,
  PrivateKeyInfo,
  PublicKey,
  SIGNATURE_OIDS,
} from '@chancery/x509'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import {
  slh_dsa_sha2_128f,
  slh_dsa_sha2_192f,
  slh_dsa_sha2_256f,
  slh_dsa_shake_128f,
  slh_dsa_shake_192f,
  slh_dsa_shake_256f,
} from '@noble/post-quantum/slh-dsa.js'
import { generateKey, importKey, KeyImportError, keyPool, openManagedKey, verifySignature } from '../src/index.ts'

const ML_DSA = { 'ml-dsa-44': ml_dsa44, 'ml-dsa-65': ml_dsa65, 'ml-dsa-87': ml_dsa87 } as const
const SLH_DSA = {
  'slh-dsa-sha2-128f': slh_dsa_sha2_128f,
  'slh-dsa-sha2-192f': slh_dsa_sha2_192f,
  'slh-dsa-sha2-256f': slh_dsa_sha2_256f,
  'slh-dsa-shake-128f': slh_dsa_shake_128f,
  'slh-dsa-shake-192f': slh_dsa_shake_192f,
  'slh-dsa-shake-256f': slh_dsa_shake_256f,
} as const
const NAMES_OF_ML_DSA = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const
const NAMES_OF_SLH_DSA = [
  'slh-dsa-sha2-128f',
  'slh-dsa-sha2-192f',
  'slh-dsa-sha2-256f',
  'slh-dsa-shake-128f',
  'slh-dsa-shake-192f',
  'slh-dsa-shake-256f',
] as const
const message = new TextEncoder().encode('to be signed')
const turns = keyPool().for('tenant')

for (const name of [...NAMES_OF_ML_DSA, ...NAMES_OF_SLH_DSA]) {
  test(`a signature by ${name} verifies by an independent implementation`, async () => {
    const { pkcs8, publicKey } = await generateKey(name)
    const noble = { ...ML_DSA, ...SLH_DSA }[name]

    const signature = await openManagedKey(pkcs8, name, turns).sign(message, 'certificate')

    assert.equal(noble.verify(signature, message, publicKey.key), true)
    assert.equal(noble.verify(signature, message.slice(1), publicKey.key), false)
  })
}

for (const name of NAMES_OF_ML_DSA) {
  test(`a signature by ${name} of an independent implementation verifies here`, async () => {
    const { secretKey, publicKey } = ML_DSA[name].keygen(new Uint8Array(32).fill(3))
    const key = PublicKey.decode(spkiOf(pkcs8Of(name, { kind: 'expandedKey', value: secretKey })))

    const signature = ML_DSA[name].sign(message, secretKey)

    assert.deepEqual(key.key, publicKey)
    assert.equal(await verifySignature(key, algorithmIdentifier(name), message, signature), true)
    assert.equal(await verifySignature(key, algorithmIdentifier(name), message.slice(1), signature), false)
  })

  test(`RFC 9881 §6: a ${name} key is imported as a seed, expanded, and as both`, async () => {
    const seed = new Uint8Array(32).fill(9)
    const { secretKey, publicKey } = ML_DSA[name].keygen(seed)
    const forms: readonly MlDsaPrivateKey[] = [
      { kind: 'seed', value: seed },
      { kind: 'expandedKey', value: secretKey },
      { kind: 'both', value: { seed, expandedKey: secretKey } },
    ]
    for (const form of forms) {
      const imported = await importKey(encodePem('PRIVATE KEY', pkcs8Of(name, form)))

      assert.equal(imported.keyType, name, form.kind)
      assert.deepEqual(imported.publicKey.key, publicKey, form.kind)
      const signature = await openManagedKey(imported.pkcs8, name, turns).sign(message, 'certificate')
      assert.equal(ML_DSA[name].verify(signature, message, publicKey), true, form.kind)
    }
  })

  test(`a ${name} key whose seed and expanded key differ is refused`, async () => {
    const { secretKey } = ML_DSA[name].keygen(new Uint8Array(32).fill(9))
    const seed = new Uint8Array(32).fill(8)

    const file = pkcs8Of(name, { kind: 'both', value: { seed, expandedKey: secretKey } })

    await assert.rejects(importKey(file), KeyImportError)
  })
}

test('a new ML-DSA key is kept as its seed', async () => {
  const { pkcs8 } = await generateKey('ml-dsa-65')

  const { kind } = MlDsaPrivateKey.decode(PrivateKeyInfo.decode(pkcs8).privateKey)

  assert.equal(kind, 'seed')
})

function pkcs8Of(keyType: KeyType & `ml-dsa-${string}`, form: MlDsaPrivateKey): Uint8Array {
  return PrivateKeyInfo.encode({
    version: 0,
    algorithm: makeAlgorithmIdentifier(SIGNATURE_OIDS[keyType]),
    privateKey: MlDsaPrivateKey.encode(form),
  })
}

function spkiOf(pkcs8: Uint8Array): Uint8Array {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  return new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }))
}
