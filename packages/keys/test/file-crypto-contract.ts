import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type FileCrypto, KeyImportError, type KeyImportProblem, readKeyFile } from '@chancery/key-files'
import { type FileMaker, fileMaker } from '../../../test/support/file-maker.ts'
import { processorTime } from '../../../test/support/processor-time.ts'
import { needs } from '../../../test/support/system-program.ts'
import { JAVA_LEGACY_PKCS12, JAVA_PASSWORD, JAVA_PKCS12 } from './support/java-pkcs12.ts'
import { RFC9879_A1 } from './support/rfc9879-pkcs12.ts'

const PASSWORD = 'Grüße, 世界'

/**
 * Opens what others wrote, and what RFCs print: the contract of `FileCrypto`, for everybody who implements it. `gnutls`: the ciphers of
 * the files that GnuTLS makes; with triple DES it asks for four million rounds, eight seconds of a processor to make and to read.
 */
export function fileCryptoContract(
  name: string,
  crypto: FileCrypto,
  { gnutls = ['aes-256'] }: { readonly gnutls?: readonly string[] } = {},
): void {
  describe(`key files by ${name}`, () => {
    let files: FileMaker
    let spki: Buffer
    before(async () => {
      files = await fileMaker()
    })
    after(() => files.dispose())

    /** The one key of the file. */
    const open = async (file: Uint8Array, password?: string) => {
      const { keys, certificates } = await readKeyFile(file, password, crypto)
      const [key, ...others] = keys
      assert.ok(key !== undefined && others.length === 0)
      const publicKey = createPublicKey(createPrivateKey({ key: Buffer.from(key), type: 'pkcs8', format: 'der' }))
      return { publicKey: publicKey.export({ type: 'spki', format: 'der' }), certificates }
    }

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
      await files.make(
        'openssl',
        'req',
        '-x509',
        ...curve,
        '-subj',
        '/CN=other',
        '-keyout',
        'x.pem',
        '-out',
        'other.pem',
      )
      await files.make('openssl', 'req', '-x509', ...curve, '-subj', '/CN=own', '-keyout', 'key.pem', '-out', 'crt.pem')
      const publicKey = createPublicKey(createPrivateKey(await files.read('key.pem')))
      spki = publicKey.export({ type: 'spki', format: 'der' })
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

          const key = await open(file, PASSWORD)

          assert.deepEqual(key.publicKey, spki)
          const subjects = key.certificates.map((der) => new X509Certificate(der).subject)
          assert.deepEqual(subjects, ['CN=own', 'CN=other'])
          await refused(open(file, 'another'), 'wrong-password')
        })
      }

      test('a file without a password is read with none and with the empty one', async () => {
        for (const options of [[], ['-legacy']]) {
          const file = await export12('-passout', 'pass:', ...options)

          for (const password of [undefined, '']) assert.deepEqual((await open(file, password)).publicKey, spki)
        }
        await refused(open(await export12(...pass)), 'password-required')
      })

      test('a file of which any octet is changed never gives another key', async () => {
        const file = await export12(...pass, '-iter', '1')

        for (let at = 0; at < file.length; at += 7) {
          const changed = Buffer.from(file)
          changed[at] = (changed[at] ?? 0) ^ 1
          const key = await open(changed, PASSWORD).catch((error) => assert.ok(error instanceof KeyImportError, error))
          if (key) assert.deepEqual(key.publicKey, spki, `octet ${at}`)
        }
      })

      test('a file that asks for too many iterations is refused before any is done', async () => {
        const file = await export12(...pass, '-iter', '70000')
        const iterations = Buffer.from('0203011170', 'hex')
        // Only the MAC's count stands in the clear at the end of the file; 8,388,607 takes the place of 70,000.
        const changed = Buffer.from(file)
        changed.writeUIntBE(0x7fffff, file.lastIndexOf(iterations) + 2, 3)

        const begin = processorTime()
        await refused(open(changed, PASSWORD), 'too-costly', /more than 10000000 iterations/)

        assert.ok(processorTime() - begin < 500)
        assert.deepEqual((await open(file, PASSWORD)).publicKey, spki)
      })

      test('a file of certificates alone gives these', async () => {
        await files.make('openssl', 'pkcs12', '-export', '-nokeys', '-in', 'crt.pem', ...pass, '-out', 'trust.p12')

        const { keys, certificates } = await readKeyFile(await files.read('trust.p12'), PASSWORD, crypto)

        assert.deepEqual([keys.length, certificates.length], [0, 1])
      })

      test('a file by an encryption that is not read is refused with what to do', async () => {
        const file = await export12(...pass, '-legacy', '-keypbe', 'PBE-SHA1-RC4-128')

        await refused(open(file, PASSWORD), 'unsupported-encryption', /1\.2\.840\.113549\.1\.12\.1\.1 .*AES-256/)
      })

      test('a file in BER, with indefinite lengths and strings in pieces, is read as it is in DER', async () => {
        const file = await export12(...pass)

        const ber = berOf(file)

        assert.equal(ber[1], 0x80)
        assert.deepEqual((await open(ber, PASSWORD)).publicKey, spki)
      })
    })

    describe('PKCS#12 by GnuTLS', needs('openssl', 'certtool'), () => {
      before(makeKey)
      for (const cipher of gnutls) {
        test(`a file by certtool is read: ${cipher}`, async () => {
          const input = ['--load-privkey', 'key.pem', '--load-certificate', 'crt.pem', '--p12-name', 'own']
          const options = ['--password', PASSWORD, '--pkcs-cipher', cipher]
          await files.make('certtool', '--to-p12', ...input, ...options, '--outder', '--outfile', 'gnutls.p12')

          const key = await open(await files.read('gnutls.p12'), PASSWORD)

          assert.deepEqual(key.publicKey, spki)
          assert.equal(key.certificates.length, 1)
        })
      }

      test('the PEM that certtool writes around PKCS#12 is read', async () => {
        const input = ['--load-privkey', 'key.pem', '--p12-name', 'own', '--password', PASSWORD]
        await files.make('certtool', '--to-p12', ...input, '--outfile', 'gnutls.pem')
        assert.match((await files.read('gnutls.pem')).toString(), /BEGIN PKCS12/)

        assert.deepEqual((await open(await files.read('gnutls.pem'), PASSWORD)).publicKey, spki)
      })
    })

    test('PKCS#12 that Java makes is read, as it does now and as it did before', async () => {
      for (const file of [JAVA_PKCS12, JAVA_LEGACY_PKCS12]) {
        const { publicKey, certificates } = await open(file, JAVA_PASSWORD)

        const certificate = new X509Certificate(certificates[0] ?? '')
        assert.equal(certificate.subject, 'CN=Java')
        assert.deepEqual(certificate.publicKey.export({ type: 'spki', format: 'der' }), publicKey)
        await refused(open(file, 'geheim2'), 'wrong-password')
      }
    })

    test('RFC 9879 Appendix A.1: a file with PBMAC1 is read, and its MAC is verified', async () => {
      const { publicKey, certificates } = await open(RFC9879_A1, '1234')
      const changed = Buffer.from(RFC9879_A1)
      changed[500] = (changed[500] ?? 0) ^ 1

      assert.equal(
        createPublicKey({ key: publicKey, type: 'spki', format: 'der' }).asymmetricKeyDetails?.modulusLength,
        2048,
      )
      assert.equal(certificates.length, 1)
      await refused(open(RFC9879_A1, '12345'), 'wrong-password')
      await refused(open(changed, '1234'), 'wrong-password')
    })
  })
}

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
