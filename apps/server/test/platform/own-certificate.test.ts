import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, type TestContext, test } from 'node:test'
import { needs } from '../../../../test/support/system-program.ts'
import { createLog } from '../../src/platform/log.ts'
import { ownCertificate } from '../../src/platform/own-certificate.ts'
import { readTlsFiles, TlsFileError } from '../../src/platform/tls-files.ts'
import type { TlsIdentity } from '../../src/platform/tls-identity.ts'
import { opensslIdentity } from '../support/tls-identity.ts'

const OPENSSL = needs('openssl')
const DAY = 86_400_000
let first: TlsIdentity
let second: TlsIdentity
before(async () => {
  if (OPENSSL.skip) return
  first = await opensslIdentity()
  second = await opensslIdentity()
})

/** A folder with the two files, as an operator keeps them; gone after the test. */
function laidOut(t: TestContext, { certificate, key }: TlsIdentity) {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-tls-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const files = { certificate: join(folder, 'fullchain.pem'), key: join(folder, 'privkey.pem') }
  writeFileSync(files.certificate, certificate)
  writeFileSync(files.key, key, { mode: 0o600 })
  return { folder, files }
}

async function opened(t: TestContext, identity: TlsIdentity, { host = 'localhost' } = {}) {
  const { folder, files } = laidOut(t, identity)
  const lines: string[] = []
  const log = createLog('info', { write: (line: string) => lines.push(line) })
  let time = Date.now()
  const source = await ownCertificate(files, { host, log, now: () => time })
  const advance = (milliseconds: number) => {
    time += milliseconds
  }
  return { folder, files, source, advance, logged: () => lines.join('') }
}

test('files that are written over are served from the next look on', OPENSSL, async (t) => {
  const { files, source } = await opened(t, first)
  assert.equal(await source.look(), undefined)

  writeFileSync(files.certificate, second.certificate)
  writeFileSync(files.key, second.key)

  assert.equal((await source.look())?.certificate, second.certificate)
  assert.equal(await source.look(), undefined)
})

test(
  'half a change leaves the certificate before in use, says so once, and the other half completes it',
  OPENSSL,
  async (t) => {
    const { files, source, logged } = await opened(t, first)

    writeFileSync(files.certificate, second.certificate)
    const half = [await source.look(), await source.look()]
    writeFileSync(files.key, second.key.slice(0, 60))
    const torn = await source.look()
    unlinkSync(files.key)
    const gone = await source.look()
    writeFileSync(files.key, second.key)
    const whole = await source.look()

    assert.deepEqual([...half, torn, gone], [undefined, undefined, undefined, undefined])
    assert.equal(whole?.key, second.key)
    assert.equal(logged().match(/is not the key of the first certificate/g)?.length, 1)
    assert.match(logged(), /holds no private key in PEM/)
    assert.match(logged(), /there is no such file/)
    for (const secret of [first.key, second.key]) assert.ok(!logged().includes(secret.split('\n')[1] ?? secret))
  },
)

test('files that are renamed into place are seen', OPENSSL, async (t) => {
  const { files, source } = await opened(t, first)

  for (const [path, text] of [
    [files.key, second.key],
    [files.certificate, second.certificate],
  ] as const) {
    writeFileSync(`${path}.new`, text)
    renameSync(`${path}.new`, path)
  }

  assert.equal((await source.look())?.certificate, second.certificate)
})

test('a folder that is swapped by its link, as Kubernetes and certbot do, is seen', OPENSSL, async (t) => {
  const { folder } = laidOut(t, first)
  const put = (version: string, { certificate, key }: TlsIdentity) => {
    mkdirSync(join(folder, version))
    writeFileSync(join(folder, version, 'tls.crt'), certificate)
    writeFileSync(join(folder, version, 'tls.key'), key, { mode: 0o600 })
  }
  put('v1', first)
  put('v2', second)
  symlinkSync('v1', join(folder, '..data'))
  symlinkSync('..data/tls.crt', join(folder, 'tls.crt'))
  symlinkSync('..data/tls.key', join(folder, 'tls.key'))
  const files = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }
  const source = await ownCertificate(files, { host: 'localhost', log: createLog('error'), now: Date.now })

  symlinkSync('v2', join(folder, '..data_new'))
  renameSync(join(folder, '..data_new'), join(folder, '..data'))

  assert.equal((await source.look())?.certificate, second.certificate)
})

test('a certificate that is about to end is said every day, and as an error once it has', OPENSSL, async (t) => {
  const { source, advance, logged } = await opened(t, first)
  assert.doesNotMatch(logged(), /expires soon/)

  advance(80 * DAY)
  await source.look()
  await source.look()
  advance(DAY)
  await source.look()
  advance(20 * DAY)
  await source.look()

  assert.equal(logged().match(/expires soon/g)?.length, 2)
  assert.equal(logged().match(/has expired/g)?.length, 1)
})

test('a certificate for another host, and a key that everybody can read, are warned of', OPENSSL, async (t) => {
  const { files } = laidOut(t, first)
  const lines: string[] = []
  const log = createLog('info', { write: (line: string) => lines.push(line) })
  chmodSync(files.key, 0o644)

  await ownCertificate(files, { host: 'pki.example.com', log, now: Date.now })

  assert.match(
    lines.join(''),
    /is not for the host of CHANCERY_URL.*pki\.example\.com|pki\.example\.com.*is not for the host/,
  )
  assert.match(lines.join(''), /everybody on this machine can read CHANCERY_TLS_KEY_FILE/)
})

test('files that cannot be used are refused by the variable that names them', OPENSSL, async (t) => {
  const { files, folder } = laidOut(t, first)
  const locked = await opensslIdentity({ passphrase: 'hunter22' })
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const refused = async (changed: Partial<typeof files>, message: RegExp) =>
    assert.rejects(readTlsFiles({ ...files, ...changed }), (error) => {
      assert.ok(error instanceof TlsFileError)
      assert.match(error.message, message)
      return true
    })

  await refused({ key: file('locked', locked.key) }, /^CHANCERY_TLS_KEY_FILE \(.*\) is encrypted/)
  await refused(
    { key: file('other', second.key) },
    /^CHANCERY_TLS_KEY_FILE \(.*\) is not the key of the first certificate/,
  )
  await refused({ key: file('text', 'hello') }, /^CHANCERY_TLS_KEY_FILE \(.*\) holds no private key/)
  await refused({ key: files.certificate }, /^CHANCERY_TLS_KEY_FILE \(.*\) holds no private key/)
  await refused({ certificate: files.key }, /^CHANCERY_TLS_CERT_FILE \(.*\) holds no certificate/)
  await refused({ certificate: join(folder, 'nowhere') }, /^CHANCERY_TLS_CERT_FILE \(.*\) cannot be read \(ENOENT\)/)
  await refused({ certificate: folder }, /^CHANCERY_TLS_CERT_FILE \(.*\) /)
  await refused({ certificate: file('big', 'x'.repeat(1_100_000)) }, /is larger than a PEM file can be/)
  const torn = `${first.certificate}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`
  await refused({ certificate: file('torn', torn) }, /certificate 2 in it cannot be read/)
})
