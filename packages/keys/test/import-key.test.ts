import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  type AlgorithmIdentifier,
  CBC_CIPHERS,
  CbcIv,
  EncryptedPrivateKeyInfo,
  encodePem,
  type KeyType,
  makeAlgorithmIdentifier,
  PASSWORD_ALGORITHMS,
  Pbes2Params,
  Pbkdf2Params,
  ScryptParams,
} from '@chancery/x509'
import { type FileMaker, fileMaker } from '../../../test/support/file-maker.ts'
import { processorTime } from '../../../test/support/processor-time.ts'
import { needs } from '../../../test/support/system-program.ts'
import { importKey, KeyImportError, type KeyImportProblem } from '../src/index.ts'

const PASSWORD = 'Grüße, 世界'
let files: FileMaker
before(async () => {
  files = await fileMaker()
})
after(() => files.dispose())

/** Fails with this problem, and a message that holds neither the password nor octets. */
async function refused(attempt: Promise<unknown>, problem: KeyImportProblem, message = /./): Promise<void> {
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof KeyImportError, String(error))
    assert.equal(error.problem, problem, error.message)
    assert.match(error.message, message)
    assert.ok(!error.message.includes(PASSWORD))
    return true
  })
}

/** The public key of a PEM private key, by OpenSSL's reading of it. */
function spkiOf(pem: string | Buffer): Uint8Array {
  return new Uint8Array(createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' }))
}

const OPENSSL_KEYS: readonly (readonly [KeyType, ...string[]])[] = [
  ['rsa-2048', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  ['ecdsa-p256', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  ['ecdsa-p384', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  ['ecdsa-p521', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  ['ed25519', '-algorithm', 'ED25519'],
]

describe('keys by OpenSSL', needs('openssl'), () => {
  for (const [keyType, ...options] of OPENSSL_KEYS) {
    test(`a ${keyType} key is read from every form that OpenSSL writes`, async () => {
      const made = ['pkcs8.pem', 'pkcs8.der', 'aes.pem', 'aes.der', '3des.pem', 'scrypt.pem', 'sha512.pem']
      const pass = ['-passout', `pass:${PASSWORD}`]
      await files.make('openssl', 'genpkey', ...options, '-out', 'pkcs8.pem')
      await files.make('openssl', 'pkey', '-in', 'pkcs8.pem', '-outform', 'DER', '-out', 'pkcs8.der')
      const topk8 = ['pkcs8', '-topk8', '-in', 'pkcs8.pem', ...pass]
      await files.make('openssl', ...topk8, '-v2', 'aes-256-cbc', '-out', 'aes.pem')
      await files.make('openssl', ...topk8, '-v2', 'aes-128-cbc', '-outform', 'DER', '-out', 'aes.der')
      await files.make('openssl', ...topk8, '-v2', 'des3', '-v2prf', 'hmacWithSHA1', '-out', '3des.pem')
      await files.make('openssl', ...topk8, '-v2', 'aes-256-cbc', '-scrypt', '-out', 'scrypt.pem')
      await files.make('openssl', ...topk8, '-v2', 'aes192', '-v2prf', 'hmacWithSHA512', '-out', 'sha512.pem')
      if (keyType !== 'ed25519') {
        const traditional = ['pkey', '-in', 'pkcs8.pem', '-traditional']
        await files.make('openssl', ...traditional, '-out', 'plain.pem')
        await files.make('openssl', ...traditional, '-outform', 'DER', '-out', 'plain.der')
        for (const cipher of ['aes128', 'aes192', 'aes256', 'des3']) {
          await files.make('openssl', ...traditional, `-${cipher}`, ...pass, '-out', `old-${cipher}.pem`)
          made.push(`old-${cipher}.pem`)
        }
        made.push('plain.pem', 'plain.der')
      }
      const expected = spkiOf(await files.read('pkcs8.pem'))

      for (const name of made) {
        const key = await importKey(await files.read(name), PASSWORD)

        assert.equal(key.keyType, keyType, name)
        assert.deepEqual(key.publicKey.der, expected, name)
        assert.deepEqual(spkiOf(encodePem('PRIVATE KEY', key.pkcs8)), expected, name)
        assert.deepEqual(key.certificates, [])
      }
      for (const name of made.filter((file) => /aes|des|scrypt|sha/.test(file))) {
        await refused(importKey(await files.read(name), 'another'), 'wrong-password')
        await refused(importKey(await files.read(name)), 'password-required')
      }
    })
  }

  test('an EC key that leaves its curve to the block before it is read', async () => {
    await files.make('openssl', 'ecparam', '-name', 'secp384r1', '-genkey', '-out', 'parameters.pem')
    const pem = (await files.read('parameters.pem')).toString()
    assert.match(pem, /BEGIN EC PARAMETERS/)

    assert.equal((await importKey(pem)).keyType, 'ecdsa-p384')
  })

  test('an EC key without its public half is read', async () => {
    await files.make(
      'openssl',
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-out',
      'whole.pem',
    )
    await files.make('openssl', 'ec', '-in', 'whole.pem', '-no_public', '-out', 'half.pem')

    const { publicKey } = await importKey(await files.read('half.pem'))

    assert.deepEqual(publicKey.der, spkiOf(await files.read('whole.pem')))
  })

  test('certificates beside the key come with it, its own first', async () => {
    await files.make('openssl', 'genpkey', '-algorithm', 'ED25519', '-out', 'leaf.pem')
    await files.make('openssl', 'genpkey', '-algorithm', 'ED25519', '-out', 'other.pem')
    for (const name of ['leaf', 'other'])
      await files.make('openssl', 'req', '-x509', '-key', `${name}.pem`, '-subj', `/CN=${name}`, '-out', `${name}.crt`)
    const parts = await Promise.all(['other.crt', 'leaf.crt', 'leaf.pem'].map((name) => files.read(name)))

    const { certificates } = await importKey(Buffer.concat([Buffer.from('\ufeffNotes before\n'), ...parts]))

    const subjects = certificates.map((der) => Buffer.from(der).includes('leaf'))
    assert.deepEqual(subjects, [true, false])
  })

  const foreign: readonly (readonly [string, RegExp, ...string[]])[] = [
    ['RSA of 1024 bits', /1024 bits/, '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
    ['RSA of 2056 bits', /2056 bits/, '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2056'],
    ['brainpool', /1\.3\.36\.3\.3\.2\.8\.1\.1\.7/, '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:brainpoolP256r1'],
    ['secp256k1', /1\.3\.132\.0\.10/, '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
    ['Ed448', /1\.3\.101\.113/, '-algorithm', 'ED448'],
    ['X25519', /1\.3\.101\.110/, '-algorithm', 'X25519'],
    ['RSA-PSS', /1\.2\.840\.113549\.1\.1\.10/, '-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
  ]
  for (const [name, message, ...options] of foreign) {
    test(`a key that Chancery does not sign with is refused by name: ${name}`, async () => {
      await files.make('openssl', 'genpkey', ...options, '-out', 'foreign.pem')

      await refused(importKey(await files.read('foreign.pem')), 'unsupported-key', message)
      await refused(importKey(await files.read('foreign.pem')), 'unsupported-key', /Taken are RSA of 2048/)
    })
  }

  test('a DSA key of any size is refused before anybody computes with it', async () => {
    const number = (octets: number, first: number) => tlv(0x02, Buffer.alloc(octets, 0xff).fill(first, 0, 1))
    const algorithm = tlv(
      0x30,
      Buffer.from('06072a8648ce380401', 'hex'),
      tlv(0x30, ...[0x7f, 0x71, 0x05].map((first) => number(4000, first))),
    )
    const key = tlv(0x30, Buffer.from('020100', 'hex'), algorithm, tlv(0x04, number(4000, 0x51)))
    const before = processorTime()

    await refused(importKey(key), 'unsupported-key', /1\.2\.840\.10040\.4\.1/)

    assert.ok(processorTime() - before < 1000)
  })

  test('an EC key whose curve is spelt out instead of named is refused', async () => {
    const parameters = ['-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:explicit']
    await files.make('openssl', 'genpkey', '-algorithm', 'EC', ...parameters, '-out', 'explicit.pem')

    await refused(importKey(await files.read('explicit.pem')), 'unsupported-key', /a key that names its curve is due/)
  })

  test('a file that is cut off, or of which an octet is changed, never gives a key', async () => {
    await files.make(
      'openssl',
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-out',
      'good.pem',
    )
    await files.make('openssl', 'pkey', '-in', 'good.pem', '-outform', 'DER', '-out', 'good.der')
    const der = await files.read('good.der')

    for (let at = 0; at < der.length; at++) {
      const changed = Buffer.from(der)
      changed[at] = (changed[at] ?? 0) ^ 4
      await assert.rejects(importKey(changed), KeyImportError, `octet ${at}`)
      await assert.rejects(importKey(der.subarray(0, at)), KeyImportError, `${at} octets`)
    }
  })
})

test('RSA numbers that do not belong together are found by trying the key', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const der = privateKey.export({ type: 'pkcs1', format: 'der' })

  for (const at of [300, 600, 750, 900, 1100]) {
    const changed = Buffer.from(der)
    changed[at] = (changed[at] ?? 0) ^ 1
    await assert.rejects(importKey(changed), KeyImportError, `octet ${at}`)
  }
  assert.equal((await importKey(der)).keyType, 'rsa-2048')
})

test('what is no key file is told apart', async () => {
  const key = encodePem(
    'PRIVATE KEY',
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' }),
  )
  const publicKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()

  await refused(importKey(''), 'broken', /neither PEM nor DER/)
  await refused(importKey('hello'), 'broken', /begins with/)
  await refused(importKey(new Uint8Array()), 'broken')
  await refused(importKey(Buffer.from('feedfeed00000002', 'hex')), 'broken', /Java keystore/)
  await refused(importKey(encodePem('OPENSSH PRIVATE KEY', new Uint8Array(80))), 'broken', /ssh-keygen/)
  await refused(importKey(publicKey), 'no-key')
  await refused(importKey(Buffer.from('3003020100', 'hex')), 'no-key')
  await refused(importKey(key + key), 'several-keys', /2 private keys/)
  await refused(importKey(new Uint8Array(2_000_000)), 'broken', /1 MiB/)
  await refused(importKey(key.replace('END PRIVATE', 'END PUBLIC')), 'broken', /line 3/)
  await refused(importKey(encodePem('PRIVATE KEY', new Uint8Array(50))), 'broken')
  const nested = Buffer.concat([Buffer.alloc(50_000, Buffer.from('3080', 'hex'))])
  await refused(importKey(nested), 'broken', /deep/)
})

test('an old encrypted PEM key with a cipher that is not read, or no IV, is refused', async () => {
  const block = (info: string) =>
    `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n${info}\n\nAAAAAAAAAAAAAAAAAAAAAA==\n-----END RSA PRIVATE KEY-----\n`

  await refused(importKey(block('DEK-Info: DES-CBC,0011223344556677'), 'x'), 'unsupported-encryption', /cipher/)
  await refused(importKey(block('DEK-Info: AES-256-CBC'), 'x'), 'broken', /IV/)
  await refused(importKey(block('DEK-Info: AES-256-CBC,zz'), 'x'), 'broken', /IV/)
})

test('an encrypted key that asks for too much work or memory is refused before any is done', async () => {
  const encrypted = (kdf: AlgorithmIdentifier) =>
    EncryptedPrivateKeyInfo.encode({
      algorithm: makeAlgorithmIdentifier(
        PASSWORD_ALGORITHMS.pbes2,
        Pbes2Params.encode({
          keyDerivationFunc: kdf,
          encryptionScheme: makeAlgorithmIdentifier(CBC_CIPHERS['aes-256-cbc'], CbcIv.encode(new Uint8Array(16))),
        }),
      ),
      encryptedData: new Uint8Array(64),
    })
  const salt = new Uint8Array(8)
  const pbkdf2 = (iterationCount: number) =>
    makeAlgorithmIdentifier(
      PASSWORD_ALGORITHMS.pbkdf2,
      Pbkdf2Params.encode({ salt: { kind: 'specified', value: salt }, iterationCount }),
    )
  const scrypt = (costParameter: number, blockSize: number, parallelizationParameter: number) =>
    makeAlgorithmIdentifier(
      PASSWORD_ALGORITHMS.scrypt,
      ScryptParams.encode({ salt, costParameter, blockSize, parallelizationParameter }),
    )
  const begin = processorTime()

  await refused(importKey(encrypted(pbkdf2(10_000_001)), 'x'), 'too-costly', /iterations/)
  await refused(importKey(encrypted(pbkdf2(2 ** 31 - 1)), 'x'), 'too-costly')
  await refused(importKey(encrypted(pbkdf2(0)), 'x'), 'broken', /no iterations/)
  await refused(importKey(encrypted(scrypt(2 ** 24, 8, 1)), 'x'), 'too-costly', /64 MiB/)
  await refused(importKey(encrypted(scrypt(2 ** 14, 8, 1000)), 'x'), 'too-costly')
  await refused(importKey(encrypted(scrypt(1000, 8, 1)), 'x'), 'broken', /scrypt/)

  assert.ok(processorTime() - begin < 500)
  await refused(importKey(encrypted(pbkdf2(1)), 'x'), 'wrong-password')
})

/** An element with a length of up to 65,535 octets. */
function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const whole = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag, 0x82, whole.length >> 8, whole.length & 0xff]), whole])
}
