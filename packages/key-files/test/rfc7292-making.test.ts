import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { decodeAuthenticatedSafe, decodePem, decodePfx } from '@chancery/x509'
import { type FileMaker, fileMaker } from '../../../test/support/file-maker.ts'
import { needs } from '../../../test/support/system-program.ts'
import { decryptByPassword, filePassword } from '../src/decrypt-by-password.ts'
import { importBudget } from '../src/import-budget.ts'
import { browserCrypto, makePem, makePkcs12, type Protection, ROUNDS, readKeyFile } from '../src/index.ts'

/** Files that we make, opened by others, and laid beside those that OpenSSL makes. */
const PASSWORD = 'correct horse "battery" staple'
const NAME = 'Ann Müller, 証明書'
/** How OpenSSL is told to make the same. */
const OPTIONS: Readonly<Record<Protection, readonly string[]>> = {
  modern: ['-keypbe', 'AES-256-CBC', '-certpbe', 'AES-256-CBC', '-macalg', 'sha256'],
  older: ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
}
const PROTECTIONS = ['modern', 'older'] as const

describe('a file that we make', needs('openssl', 'pk12util', 'certutil', 'keytool'), () => {
  let files: FileMaker
  before(async () => {
    files = await fileMaker()
    const root = ['-keyout', 'root.key', '-out', 'root.pem', '-subj', '/CN=Root']
    await files.make('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...root)
    const own = ['-CA', 'root.pem', '-CAkey', 'root.key', '-keyout', 'own.key', '-out', 'own.pem', '-subj', '/CN=own']
    await files.make('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...own)
    for (const protection of PROTECTIONS) {
      await files.write(`${protection}.p12`, await makePkcs12(await parts(), protection, browserCrypto))
    }
  })
  after(() => files.dispose())
  const derOf = async (name: string) => decodePem(String(await files.read(name)))[0]?.der ?? assert.fail(name)
  const parts = async () => ({
    key: await derOf('own.key'),
    certificates: [await derOf('own.pem'), await derOf('root.pem')],
    ...{ name: NAME, password: PASSWORD },
  })

  for (const protection of PROTECTIONS) {
    test(`${protection}: OpenSSL has its key, and both certificates in their order`, async () => {
      const input = ['-in', `${protection}.p12`, '-passin', `pass:${PASSWORD}`, '-nodes', '-out', 'opened.pem']
      await files.make('openssl', 'pkcs12', ...input)

      const opened = String(await files.read('opened.pem'))
      const { key, certificates } = await parts()
      const found = decodePem(opened).filter(({ label }) => label === 'CERTIFICATE')
      assert.deepEqual(
        found.map(({ der }) => der.toHex()),
        certificates.map((der) => der.toHex()),
      )
      assert.ok(createPrivateKey(opened).equals(createPrivateKey(String(await files.read('own.key')))))
      assert.equal((await readKeyFile(await files.read(`${protection}.p12`), PASSWORD, browserCrypto)).keys.length, 1)
      assert.ok(key.length > 1000)
    })

    test(`${protection}: its structure is that of the file that OpenSSL makes of the same, sealed parts included`, async () => {
      const input = ['-inkey', 'own.key', '-in', 'own.pem', '-certfile', 'root.pem', '-name', NAME]
      const options = [...OPTIONS[protection], '-iter', `${ROUNDS[protection]}`, '-passout', `pass:${PASSWORD}`]
      await files.make('openssl', 'pkcs12', '-export', ...input, ...options, '-out', 'openssl.p12')

      const [ours, theirs] = [await files.read(`${protection}.p12`), await files.read('openssl.p12')]

      assert.deepEqual(await outlineOf(ours), await outlineOf(theirs))
      assert.equal(decodePfx(ours).macData?.macSalt.length, 8)
      assert.equal(decodePfx(ours).macData?.iterations, ROUNDS[protection])
    })

    test(`${protection}: NSS imports it under its name`, async () => {
      await files.write('password', PASSWORD)
      await files.make('rm', '-f', 'cert9.db', 'key4.db', 'pkcs11.txt')
      await files.make('certutil', '-N', '-d', 'sql:.', '--empty-password')
      await files.make('pk12util', '-i', `${protection}.p12`, '-d', 'sql:.', '-w', 'password')

      await files.make('certutil', '-L', '-d', 'sql:.', '-n', NAME)
    })

    test(`${protection}: Java opens it, with the chain in one entry`, async () => {
      await files.make('rm', '-f', 'java.p12')
      const source = ['-srckeystore', `${protection}.p12`, '-srcstorepass', PASSWORD]
      const target = ['-destkeystore', 'java.p12', '-deststorepass', 'changeit']
      await files.make('keytool', '-importkeystore', '-noprompt', ...source, ...target)
      const output = ['-out', 'java.pem', '-passin', 'pass:changeit', '-nodes']
      await files.make('openssl', 'pkcs12', '-in', 'java.p12', ...output)

      assert.equal(decodePem(String(await files.read('java.pem'))).length, 3)
    })
  }

  test('as PEM it is opened by OpenSSL, with its password where it has one', async () => {
    const { key, certificates } = await parts()
    for (const password of [undefined, PASSWORD]) {
      await files.write('made.pem', await makePem({ key, certificates, ...(password && { password }) }, browserCrypto))
      const given = password === undefined ? [] : ['-passin', `pass:${password}`]
      await files.make('openssl', 'pkey', '-in', 'made.pem', ...given, '-out', 'opened.key')

      const opened = String(await files.read('opened.key'))
      assert.ok(createPrivateKey(opened).equals(createPrivateKey(String(await files.read('own.key')))))
      const labels = decodePem(String(await files.read('made.pem'))).map(({ label }) => label)
      const kind = password === undefined ? 'PRIVATE KEY' : 'ENCRYPTED PRIVATE KEY'
      assert.deepEqual(labels, ['CERTIFICATE', 'CERTIFICATE', kind])
    }
  })
})

/** Tags and object identifiers of a PKCS#12 file and of what is sealed in it; lengths and contents are not told. */
async function outlineOf(file: Uint8Array): Promise<readonly string[]> {
  const { authSafe } = decodePfx(file)
  const sealed: string[] = []
  for (const part of decodeAuthenticatedSafe(authSafe)) {
    if (part.type === 'plain') sealed.push('plain part', ...outline(part.safeContents))
    if (part.type !== 'encrypted') continue
    const { algorithm, encrypted } = part
    const opened = await decryptByPassword(algorithm, encrypted, filePassword(PASSWORD), importBudget(), browserCrypto)
    sealed.push('encrypted part', ...outline(opened))
  }
  return [...outline(file), ...outline(authSafe), ...sealed]
}

function outline(der: Uint8Array, depth = 0): readonly string[] {
  const lines: string[] = []
  for (let at = 0; at < der.length; ) {
    const tag = der[at] ?? 0
    const first = der[at + 1] ?? 0
    const count = first < 0x80 ? 0 : first & 0x7f
    const from = at + 2 + count
    const length = count === 0 ? first : Number.parseInt(der.subarray(at + 2, from).toHex(), 16)
    const contents = der.subarray(from, from + length)
    lines.push(`${' '.repeat(depth)}${tag.toString(16)}${tag === 6 ? ` ${contents.toHex()}` : ''}`)
    if (tag & 0x20) lines.push(...outline(contents, depth + 1))
    at = from + length
  }
  return lines
}
