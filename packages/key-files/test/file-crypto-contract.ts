import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { processorTime } from '../../../test/support/processor-time.ts'
import { needs } from '../../../test/support/system-program.ts'
import { importKey, KeyImportError, type KeyImportProblem } from '../src/index.ts'
import { DERIVED, pkcs12Kdf, pkcs12Password } from '../src/pkcs12-kdf.ts'
import { decryptRc2Cbc } from '../src/rc2.ts'
import { type FileMaker, fileMaker } from './support/certificate-files.ts'
import { JAVA_LEGACY_PKCS12, JAVA_PASSWORD, JAVA_PKCS12 } from './support/java-pkcs12.ts'
import { RFC9879_A1 } from './support/rfc9879-pkcs12.ts'

const PASSWORD = 'Grüße, 世界'
let files: FileMaker
let spki: Uint8Array
before(async () => {
  files = await fileMaker()
})
after(() => files.dispose())

const refused = (attempt: Promise<unknown>, problem: KeyImportProblem, message = /./) =>
  assert.rejects(attempt, (error) => {
    assert.ok(error instanceof KeyImportError, String(error))
    assert.equal(error.problem, problem, error.message)
    assert.match(error.message, message)
    return true
  })

/** A key and its certificate in `key.pem` and `crt.pem`, with another certificate in `other.pem`. */
async function makeKey(): Promise<void> {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  await files.make('openssl', 'req', '-x509', ...curve, '-subj', '/CN=other', '-keyout', 'x.pem', '-out', 'other.pem')
  await files.make('openssl', 'req', '-x509', ...curve, '-subj', '/CN=own', '-keyout', 'key.pem', '-out', 'crt.pem')
  const publicKey = createPublicKey(createPrivateKey(await files.read('key.pem')))
  spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
}

async function export12(...options: readonly string[]): Promise<Buffer> {
  const input = ['-inkey', 'key.pem', '-in', 'crt.pem', '-certfile', 'other.pem', '-out', 'out.p12']
  await files.make('openssl', 'pkcs12', '-export', ...input, ...options)
  return files.read('out.p12')
}

describe('PKCS#12 by OpenSSL', needs('openssl'), () => {
  before(makeKey)
  const pass = ['-passout', `pass:${PASSWORD}`]
  const ways: readonly (readonly [string, ...string[]])[] = [
    ['its default: AES-256, MAC by SHA-256'],
    ['-legacy: triple DES, RC2 of 40 bits, MAC by SHA-1', '-legacy'],
    ['RC2 of 128 bits', '-legacy', '-certpbe', 'PBE-SHA1-RC2-128'],
    ['triple DES of two keys', '-legacy', '-certpbe', 'PBE-SHA1-2DES', '-keypbe', 'PBE-SHA1-2DES'],
    ['AES-128, MAC by SHA-512', '-keypbe', 'AES-128-CBC', '-certpbe', 'AES-192-CBC', '-macalg', 'sha512'],
    ['MAC by SHA-384 and many iterations', '-macalg', 'sha384', '-iter', '20000'],
    ['certificates in the clear', '-certpbe', 'NONE'],
    ['the key in the clear', '-keypbe', 'NONE'],
    ['without a MAC', '-nomac'],
    ['one iteration', '-iter', '1'],
  ]
  for (const [name, ...options] of ways) {
    test(`a file is read with its certificates: ${name}`, async () => {
      const file = await export12(...pass, ...options)

      const key = await importKey(file, PASSWORD)

      assert.equal(key.keyType, 'ecdsa-p256')
      assert.deepEqual(key.publicKey.der, spki)
      const subjects = key.certificates.map((der) => new X509Certificate(der).subject)
      assert.deepEqual(subjects, ['CN=own', 'CN=other'])
      await refused(importKey(file, 'another'), 'wrong-password')
    })
  }

  test('a file without a password is read with none and with the empty one', async () => {
    for (const options of [[], ['-legacy']]) {
      const file = await export12('-passout', 'pass:', ...options)

      for (const password of [undefined, '']) assert.deepEqual((await importKey(file, password)).publicKey.der, spki)
    }
    await refused(importKey(await export12(...pass)), 'password-required')
  })

  test('a file of which any octet is changed never gives another key', async () => {
    const file = await export12(...pass, '-iter', '1')

    for (let at = 0; at < file.length; at += 7) {
      const changed = Buffer.from(file)
      changed[at] = (changed[at] ?? 0) ^ 1
      const key = await importKey(changed, PASSWORD).catch((error) => assert.ok(error instanceof KeyImportError, error))
      if (key) assert.deepEqual(key.publicKey.der, spki, `octet ${at}`)
    }
  })

  test('a file that asks for too many iterations is refused before any is done', async () => {
    const file = await export12(...pass, '-iter', '70000')
    const iterations = Buffer.from('0203011170', 'hex')
    // Only the MAC's count stands in the clear at the end of the file; 8,388,607 takes the place of 70,000.
    const changed = Buffer.from(file)
    changed.writeUIntBE(0x7fffff, file.lastIndexOf(iterations) + 2, 3)

    const begin = processorTime()
    await refused(importKey(changed, PASSWORD), 'too-costly', /more than 10000000 iterations/)

    assert.ok(processorTime() - begin < 500)
    assert.equal((await importKey(file, PASSWORD)).keyType, 'ecdsa-p256')
  })

  test('a file of certificates alone holds no key', async () => {
    await files.make('openssl', 'pkcs12', '-export', '-nokeys', '-in', 'crt.pem', ...pass, '-out', 'trust.p12')

    await refused(importKey(await files.read('trust.p12'), PASSWORD), 'no-key')
  })

  test('a file by an encryption that is not read is refused with what to do', async () => {
    const file = await export12(...pass, '-legacy', '-keypbe', 'PBE-SHA1-RC4-128')

    await refused(importKey(file, PASSWORD), 'unsupported-encryption', /1\.2\.840\.113549\.1\.12\.1\.1 .*AES-256/)
  })

  test('a file in BER, with indefinite lengths and strings in pieces, is read as it is in DER', async () => {
    const file = await export12(...pass)

    const ber = berOf(file)

    assert.equal(ber[1], 0x80)
    assert.deepEqual((await importKey(ber, PASSWORD)).publicKey.der, spki)
  })
})

describe('PKCS#12 by GnuTLS', needs('openssl', 'certtool'), () => {
  before(makeKey)
  for (const cipher of ['aes-256', '3des-pkcs12']) {
    test(`a file by certtool is read: ${cipher}`, async () => {
      const input = ['--load-privkey', 'key.pem', '--load-certificate', 'crt.pem', '--p12-name', 'own']
      const options = ['--password', PASSWORD, '--pkcs-cipher', cipher]
      await files.make('certtool', '--to-p12', ...input, ...options, '--outder', '--outfile', 'gnutls.p12')

      const key = await importKey(await files.read('gnutls.p12'), PASSWORD)

      assert.deepEqual(key.publicKey.der, spki)
      assert.equal(key.certificates.length, 1)
    })
  }

  test('the PEM that certtool writes around PKCS#12 is read', async () => {
    const input = ['--load-privkey', 'key.pem', '--p12-name', 'own', '--password', PASSWORD]
    await files.make('certtool', '--to-p12', ...input, '--outfile', 'gnutls.pem')
    assert.match((await files.read('gnutls.pem')).toString(), /BEGIN PKCS12/)

    assert.deepEqual((await importKey(await files.read('gnutls.pem'), PASSWORD)).publicKey.der, spki)
  })
})

test('PKCS#12 that Java makes is read, as it does now and as it did before', async () => {
  for (const file of [JAVA_PKCS12, JAVA_LEGACY_PKCS12]) {
    const { keyType, publicKey, certificates } = await importKey(file, JAVA_PASSWORD)

    assert.equal(keyType, 'ecdsa-p256')
    const certificate = new X509Certificate(certificates[0] ?? '')
    assert.equal(certificate.subject, 'CN=Java')
    assert.deepEqual(new Uint8Array(certificate.publicKey.export({ type: 'spki', format: 'der' })), publicKey.der)
    await refused(importKey(file, 'geheim2'), 'wrong-password')
  }
})

test('RFC 9879 Appendix A.1: a file with PBMAC1 is read, and its MAC is verified', async () => {
  const { keyType, certificates } = await importKey(RFC9879_A1, '1234')
  const changed = Buffer.from(RFC9879_A1)
  changed[500] = (changed[500] ?? 0) ^ 1

  assert.equal(keyType, 'rsa-2048')
  assert.equal(certificates.length, 1)
  await refused(importKey(RFC9879_A1, '12345'), 'wrong-password')
  await refused(importKey(changed, '1234'), 'wrong-password')
})

test('RFC 7292 Appendix B: keys, IVs and MAC keys as OpenSSL derives them', needs('openssl'), async () => {
  const salt = Buffer.from('0a58cf64530d823f', 'hex')
  for (const [hash, digest, id, octets] of [
    ['sha1', 'SHA1', DERIVED.key, 24],
    ['sha256', 'SHA256', DERIVED.macKey, 32],
    ['sha512', 'SHA512', DERIVED.iv, 100],
    ['sha384', 'SHA384', DERIVED.key, 77],
  ] as const) {
    const password = pkcs12Password('smeg')
    const options = { pass: password.toHex(), salt: salt.toString('hex'), iter: '77', id: `${id}`, digest }
    const kdfopts = [`hexpass:${options.pass}`, `hexsalt:${options.salt}`, 'iter:77', `id:${id}`, `digest:${digest}`]
    await files.make(
      'openssl',
      'kdf',
      '-keylen',
      `${octets}`,
      ...kdfopts.flatMap((option) => ['-kdfopt', option]),
      '-binary',
      '-out',
      'derived',
      'PKCS12KDF',
    )

    const derived = await pkcs12Kdf(hash, id, password, salt, 77, octets)

    assert.equal(derived.toHex(), (await files.read('derived')).toString('hex'))
  }
})

test('RFC 2268 §5: the test vectors of RC2', () => {
  const vectors: readonly (readonly [number, string, string, string])[] = [
    [63, '0000000000000000', '0000000000000000', 'ebb773f993278eff'],
    [64, 'ffffffffffffffff', 'ffffffffffffffff', '278b27e42e2f0d49'],
    [64, '3000000000000000', '1000000000000001', '30649edf9be7d2c2'],
    [64, '88', '0000000000000000', '61a8a244adacccf0'],
    [64, '88bca90e90875a', '0000000000000000', '6ccf4308974c267f'],
    [64, '88bca90e90875a7f0f79c384627bafb2', '0000000000000000', '1a807d272bbe5db1'],
    [128, '88bca90e90875a7f0f79c384627bafb2', '0000000000000000', '2269552ab0f85ca6'],
    [129, '88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e', '0000000000000000', '5b78d3a43dfff1f1'],
  ]
  for (const [bits, key, plaintext, ciphertext] of vectors) {
    const iv = new Uint8Array(8)
    const decrypted = decryptRc2Cbc(Uint8Array.fromHex(key), bits, iv, Uint8Array.fromHex(ciphertext))
    assert.equal(decrypted.toHex(), plaintext)
  }
})

/** DER with every constructed element of indefinite length and every long OCTET STRING in pieces, those of PKCS#12 within too. */
function berOf(der: Uint8Array): Uint8Array {
  const elements: Uint8Array[] = []
  for (let at = 0; at < der.length; ) {
    const first = der[at + 1] ?? 0
    const count = first < 0x80 ? 0 : first & 0x7f
    let length = first < 0x80 ? first : 0
    for (const octet of der.subarray(at + 2, at + 2 + count)) length = length * 256 + octet
    const begin = at + 2 + count
    elements.push(berElement(der[at] ?? 0, der.subarray(begin, begin + length)))
    at = begin + length
  }
  return Buffer.concat(elements)
}

function berElement(tag: number, contents: Uint8Array): Uint8Array {
  if (tag & 0x20) return Buffer.concat([Buffer.from([tag, 0x80]), berOf(contents), Buffer.from([0, 0])])
  const inPieces = (tag === 0x04 || tag === 0x80) && contents.length > 100
  if (!inPieces) return Buffer.concat([header(tag, contents.length), contents])
  const pieces = [contents.subarray(0, 61), contents.subarray(61)].map((piece) => [header(4, piece.length), piece])
  return Buffer.concat([Buffer.from([tag | 0x20, 0x80]), ...pieces.flat(), Buffer.from([0, 0])])
}

/** A length in four octets, which BER allows. */
function header(tag: number, length: number): Uint8Array {
  return Buffer.from([tag, 0x84, 0, length >> 16, (length >> 8) & 0xff, length & 0xff])
}
