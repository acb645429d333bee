import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { linkIn } from '../../apps/server/test/support/mail-server.ts'
import { freePort } from '../support/free-port.ts'
import { needs } from '../support/system-program.ts'
import { keptIn, listens, makeKeyOn, saveFor } from './claim-world.ts'
import { api, bench, mail, open, root, server, template } from './one-claim-world.ts'
import { formsOfKey, formsOfPassword, foundIn, watchTraffic } from './traffic-watch.ts'

const EMAIL = 'ann@example.com'
const HOST = 'ann.example.com'
const PASSWORD = 'correct horse "battery" staple'
const PASS = ['-passin', `pass:${PASSWORD}`]

test(
  'a stranger asks, confirms, and claims by the links of mails; programs open the file, and no request had its key',
  needs('chromium', 'openssl', 'curl', 'certutil', 'pk12util', 'keytool'),
  async () => {
    const { page, complaints } = await open({ acceptDownloads: true })
    const traffic = watchTraffic(page)
    const linkOf = async (count: number) => linkIn(await mail.mailTo(EMAIL, count)).replace('localhost', '127.0.0.1')

    await page.goto(`${server.origin}/request/${template.publicId}`)
    await page.getByLabel('Your e-mail address').fill(EMAIL)
    await page.getByLabel('Host names').fill(HOST)
    await page.getByRole('button', { name: 'Ask for the certificate' }).click()
    await page.getByText(`A mail is on its way to ${EMAIL}.`).waitFor()
    await page.goto(await linkOf(1))
    await page.getByRole('button', { name: 'Confirm the request' }).click()
    await page.getByText('It waits for somebody to decide.').waitFor()
    const [request] = (await api('GET', '/requests?status=pending')).items
    await api('POST', `/requests/${request.id}/approve`, {})

    const answer = await page.goto(await linkOf(2))
    assert.equal(answer?.headers()['referrer-policy'], 'no-referrer')
    assert.match(answer?.headers()['content-security-policy'] ?? '', /script-src 'nonce-.*frame-ancestors 'none'/)
    await makeKeyOn(page, PASSWORD)
    await page.getByText('Your certificate is ready.').waitFor()

    for (const [system, key] of [
      ['macos', 'modern.key'],
      ['windows-older', 'older.key'],
    ] as const) {
      const file = await saveFor(page, system, bench.folder)
      await bench.succeed('openssl', 'pkcs12', '-in', file, ...PASS, '-nodes', '-out', key)
      await nssHas(file)
      await javaHas(file)
    }
    const pem = await saveFor(page, 'server', bench.folder)
    const sealed = await saveFor(page, 'pem-encrypted', bench.folder)
    await bench.succeed('openssl', 'pkey', '-in', sealed, ...PASS, '-out', 'sealed.key')
    assert.match(bench.read(sealed.slice(bench.folder.length + 1)).toString(), /BEGIN ENCRYPTED PRIVATE KEY/)
    const made = bench.read('modern.key').toString()
    const { publicKey, subjectAltName } = new X509Certificate(made)
    assert.equal(subjectAltName, `DNS:${HOST}`)
    for (const name of ['modern.key', 'older.key', 'sealed.key']) {
      const shown = await bench.succeed('openssl', 'pkey', '-in', name, '-pubout')
      assert.equal(shown, publicKey.export({ type: 'spki', format: 'pem' }))
    }
    await shakesHands(pem)
    await shakesHands('modern.key')

    await page.getByRole('button', { name: 'I have the file' }).click()
    await page.getByText('Done: the key is in your file alone').waitFor()
    assert.equal(await keptIn(page), 0)
    await page.reload()
    await page.getByText('The certificate was issued.').waitFor()

    const sent = await traffic.sent()
    const secrets = [formsOfKey(made), formsOfPassword(PASSWORD)]
    assert.ok(
      sent.some((octets) => octets.includes('BEGIN CERTIFICATE REQUEST')),
      'the request for the key was seen',
    )
    const found = sent.flatMap((octets) => secrets.flatMap((forms) => foundIn(octets, forms)))
    assert.deepEqual(found, [])
    assert.deepEqual(complaints, [])
  },
)

test('what must not be sent is seen where it is sent', needs('openssl'), async () => {
  for (const options of [['rsa'], ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']]) {
    const [algorithm = '', ...more] = options
    await bench.succeed('openssl', 'genpkey', '-algorithm', algorithm, ...more, '-out', 'watched.key')
    const pem = bench.read('watched.key').toString()
    const der = Buffer.from(pem.replace(/-----.*-----|\s/g, ''), 'base64')
    const told = [
      ...[pem, JSON.stringify({ pem }), der, der.toString('hex'), der.toString('base64url')],
      ...[`x${der.toString('latin1')}`, Buffer.concat([Buffer.from('ab'), der]).toString('base64')],
    ]
    for (const text of told) {
      assert.notDeepEqual(foundIn(Buffer.from(text as string, 'latin1'), formsOfKey(pem)), [])
    }
  }
  const body = JSON.stringify({ password: PASSWORD })
  assert.notDeepEqual(foundIn(Buffer.from(body), formsOfPassword(PASSWORD)), [])
  assert.deepEqual(foundIn(Buffer.from('nothing of it'), formsOfPassword(PASSWORD)), [])
})

async function nssHas(file: string): Promise<void> {
  const database = ['-d', 'sql:.']
  bench.write('password', PASSWORD)
  await bench.succeed('rm', '-f', 'cert9.db', 'key4.db', 'pkcs11.txt')
  await bench.succeed('certutil', '-N', ...database, '--empty-password')
  await bench.succeed('pk12util', '-i', file, ...database, '-w', 'password')
  assert.match(await bench.succeed('certutil', '-L', ...database, '-n', HOST), /ann\.example\.com/)
  assert.match(await bench.succeed('certutil', '-K', ...database), /ann\.example\.com/)
}

async function javaHas(file: string): Promise<void> {
  const said = await bench.succeed('keytool', '-list', '-v', '-keystore', file, '-storepass', PASSWORD)
  assert.match(said, /Alias name: ann\.example\.com/)
  assert.match(said, /Certificate chain length: 2/)
}

/** A server by this file, in PEM, is trusted by who trusts the root. */
async function shakesHands(file: string): Promise<void> {
  await bench.fetch(`${server.origin}/aia/${root.generations[0].publicId}.pem`, 'root.pem')
  const port = await freePort()
  const args = ['s_server', '-accept', `127.0.0.1:${port}`, '-cert', file, '-key', file, '-www', '-quiet']
  const serving = spawn('openssl', args, { cwd: bench.folder, stdio: 'ignore' })
  try {
    await listens(port)
    const to = `${HOST}:${port}`
    const at = ['--connect-to', `${to}:127.0.0.1:${port}`, `https://${to}/`]
    await bench.succeed('curl', '-sS', '--fail', '--noproxy', '*', '--cacert', 'root.pem', ...at)
  } finally {
    serving.kill()
  }
}
