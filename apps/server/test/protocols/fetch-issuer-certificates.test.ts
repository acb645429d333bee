import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { nameToString } from '@chancery/x509'
import { needs, run } from '../../../../test/support/system-program.ts'
import type { GuardedGet } from '../../src/platform/guarded-client.ts'
import { createLog } from '../../src/platform/log.ts'
import { OutboundError } from '../../src/platform/outbound-rules.ts'
import { issuerCertificateFetcher } from '../../src/protocols/aia/fetch-issuer-certificates.ts'

const ADDRESS = 'http://ca.example/ca'

/** Two certificates and what OpenSSL makes of them. */
async function certificateFiles(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-aia-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const openssl = async (...args: readonly string[]) => {
    const { status, stderr } = await run('openssl', args, { cwd: folder })
    assert.equal(status, 0, stderr.toString())
  }
  const make = ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-keyout', 'key.pem']
  await openssl(...make, '-subj', '/CN=One', '-out', 'one.pem')
  await openssl(...make, '-subj', '/CN=Two', '-out', 'two.pem')
  await openssl('x509', '-in', 'one.pem', '-outform', 'DER', '-out', 'one.cer')
  const both = ['crl2pkcs7', '-nocrl', '-certfile', 'one.pem', '-certfile', 'two.pem']
  await openssl(...both, '-outform', 'DER', '-out', 'both.p7c')
  await openssl(...both, '-out', 'both-p7c.pem')
  return { read: (name: string) => new Uint8Array(readFileSync(join(folder, name))) }
}

/** The names of the certificates that an answer leads to, and what was logged. */
async function fetched(answer: Uint8Array | string | Error, status = 200) {
  const get: GuardedGet = async () => {
    if (answer instanceof Error) throw answer
    const body = typeof answer === 'string' ? new TextEncoder().encode(answer) : answer
    return { status, mediaType: 'text/html', body }
  }
  const lines: string[] = []
  const log = createLog('info', { write: (line: string) => lines.push(line) })
  const certificates = await issuerCertificateFetcher(get, log)(ADDRESS)
  return { names: certificates.map(({ subject }) => nameToString(subject)), logged: lines.join('') }
}

test('certificates are read in each form that servers give them in', needs('openssl'), async (t) => {
  const { read } = await certificateFiles(t)
  const [one, two] = [read('one.pem'), read('two.pem')]

  assert.deepEqual((await fetched(read('one.cer'))).names, ['CN=One'])
  assert.deepEqual((await fetched(one)).names, ['CN=One'])
  assert.deepEqual((await fetched(new Uint8Array([...one, ...two]))).names, ['CN=One', 'CN=Two'])
  assert.deepEqual((await fetched(read('both.p7c'))).names, ['CN=One', 'CN=Two'])
  assert.deepEqual((await fetched(read('both-p7c.pem'))).names, ['CN=One', 'CN=Two'])
})

test('PKCS#7 in BER, as Windows writes it, is read too', needs('openssl'), async (t) => {
  const { read } = await certificateFiles(t)
  const der = read('both.p7c')
  const ber = withIndefiniteLength(der)
  const { status } = await run('openssl', ['pkcs7', '-inform', 'DER', '-noout'], { input: ber })

  const { names } = await fetched(ber)

  assert.equal(status, 0)
  assert.deepEqual(names, ['CN=One', 'CN=Two'])
})

/** The outermost SEQUENCE of DER (length in two octets) with an end-of-contents in place of its length. */
function withIndefiniteLength(der: Uint8Array): Uint8Array {
  assert.deepEqual([der[0], der[1]], [0x30, 0x82])
  return new Uint8Array([0x30, 0x80, ...der.subarray(4), 0, 0])
}

test(
  'what cannot be fetched or read gives none, with one line in the log that says why',
  needs('openssl'),
  async (t) => {
    const { read } = await certificateFiles(t)
    const answers: readonly (readonly [RegExp, Uint8Array | string | Error, number?])[] = [
      [/status 404/, read('one.cer'), 404],
      [/neither|expected|octets|tag/i, '<html>not here</html>'],
      [/./, ''],
      [/./, read('one.cer').subarray(0, 100)],
      [/line 1/, '-----BEGIN CERTIFICATE-----\nMIIB'],
      [/private network/, new OutboundError('refused', 'not fetched: 10.0.0.1 is in a private network')],
      [/more than/, new OutboundError('too-large', 'more than 262144 bytes')],
    ]

    for (const [why, answer, status] of answers) {
      const { names, logged } = await fetched(answer, status)
      assert.deepEqual(names, [])
      assert.equal(logged.trimEnd().split('\n').length, 1)
      assert.equal(JSON.parse(logged).url, ADDRESS)
      assert.match(JSON.parse(logged).why, why)
    }
  },
)

test('a fault of ours is not taken for a fault of theirs', async () => {
  await assert.rejects(fetched(new TypeError('a mistake of the programmer')), TypeError)
})
