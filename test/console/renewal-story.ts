import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { type OPENSSL_KEYS, opensslCsr } from '../../apps/server/test/support/requests.ts'
import { needs } from '../support/system-program.ts'
import { keptIn, saveFor } from './claim-world.ts'
import { api, bench, open, root, server, template } from './one-claim-world.ts'
import { formsOfKey, formsOfPassword, foundIn, watchTraffic } from './traffic-watch.ts'

const enrollment = { publicRequests: true, renewal: { withinDays: 400, copyNames: false, revokeOld: false } }
await api('PATCH', `/templates/${template.id}`, { revision: template.revision, enrollment })
const NEW_PASSWORD = 'quite another "password"'
const OLD_PASSWORD = 'Grüße, 世界'
const HOST = 'www.example.com'

/** A certificate by the API, in files of the bench. */
async function issue(key: keyof typeof OPENSSL_KEYS, name: string): Promise<void> {
  const made = await opensslCsr({ key })
  const { certificate } = await api('POST', '/certificates', { template: template.id, csr: made.csr })
  bench.write(`${name}.key`, made.key)
  bench.write(`${name}.pem`, certificate)
}

async function openOn(page: Page, files: readonly string[], password: string): Promise<void> {
  await page.getByLabel('The certificate that you have').setInputFiles(files.map((file) => join(bench.folder, file)))
  await page.getByLabel('Password of the file').fill(password)
  await page.getByRole('button', { name: 'Open it' }).click()
}

async function renewOn(page: Page): Promise<void> {
  await page.getByLabel('Password for the key').fill(NEW_PASSWORD)
  await page.getByLabel('The same once more').fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Make the new key and renew' }).click()
}

const EXPORT = ['-passout', `pass:${OLD_PASSWORD}`]
const FORMS: readonly (readonly [string, keyof typeof OPENSSL_KEYS, (name: string) => Promise<readonly string[]>])[] = [
  [
    'PKCS#12 as OpenSSL makes it now',
    'p256',
    async (name) => {
      const parts = ['-inkey', `${name}.key`, '-in', `${name}.pem`, '-out', `${name}.p12`]
      await bench.succeed('openssl', 'pkcs12', '-export', ...parts, ...EXPORT)
      return [`${name}.p12`]
    },
  ],
  [
    'PKCS#12 as OpenSSL made it before: triple DES and RC2',
    'rsa2048',
    async (name) => {
      const parts = ['-inkey', `${name}.key`, '-in', `${name}.pem`, '-out', `${name}.p12`]
      await bench.succeed('openssl', 'pkcs12', '-export', '-legacy', ...parts, ...EXPORT)
      return [`${name}.p12`]
    },
  ],
  [
    'PEM, the key encrypted',
    'p384',
    async (name) => {
      await bench.succeed('openssl', 'pkey', '-in', `${name}.key`, '-aes256', '-out', `${name}.sealed`, ...EXPORT)
      return [`${name}.pem`, `${name}.sealed`]
    },
  ],
  [
    'one PEM file, its Ed25519 key encrypted',
    'ed25519',
    async (name) => {
      await bench.succeed('openssl', 'pkey', '-in', `${name}.key`, '-aes256', '-out', `${name}.sealed`, ...EXPORT)
      bench.write(`${name}.both`, `${bench.read(`${name}.pem`)}${bench.read(`${name}.sealed`)}`)
      return [`${name}.both`]
    },
  ],
]

for (const [form, key, filesOf] of FORMS) {
  test(`a certificate is renewed on the page by its key: ${form}`, needs('chromium', 'openssl'), async () => {
    const name = `renewed-${key}`
    await issue(key, name)
    const files = await filesOf(name)
    const { page, complaints } = await open({ acceptDownloads: true })
    const traffic = watchTraffic(page)

    await page.goto(`${server.origin}/cps/${root.publicId}`)
    await page.getByRole('link', { name: 'Renew in this browser' }).click()
    await openOn(page, files, 'wrong')
    await page.getByRole('alert').filter({ hasText: 'This is not the password of the file' }).waitFor()
    await openOn(page, files, OLD_PASSWORD)
    await page.getByText('This certificate is to be renewed.').waitFor()
    await renewOn(page)
    await page.getByText('The certificate was renewed.').waitFor()
    const file = await saveFor(page, 'firefox', bench.folder)

    await bench.succeed(
      'openssl',
      'pkcs12',
      '-in',
      file,
      '-passin',
      `pass:${NEW_PASSWORD}`,
      '-nodes',
      '-out',
      'new.key',
    )
    const made = bench.read('new.key').toString()
    const [next, old] = [new X509Certificate(made), new X509Certificate(bench.read(`${name}.pem`))]
    assert.equal(next.subjectAltName, `DNS:${HOST}`)
    assert.notEqual(spkiOf(next), spkiOf(old), 'a new key')
    const kind = key === 'ed25519' ? 'ec' : old.publicKey.asymmetricKeyType
    assert.equal(next.publicKey.asymmetricKeyType, kind, 'of the kind of the old one, where browsers make these')
    const secrets = [
      ...[formsOfKey(made), formsOfKey(bench.read(`${name}.key`).toString())],
      ...[formsOfPassword(NEW_PASSWORD), formsOfPassword(OLD_PASSWORD)],
    ]
    const sent = await traffic.sent()
    assert.ok(
      sent.some((octets) => octets.includes('BEGIN CMS')),
      'the proof was seen',
    )
    assert.deepEqual(
      sent.flatMap((octets) => secrets.flatMap((forms) => foundIn(octets, forms))),
      [],
    )
    await page.getByRole('button', { name: 'I have the file' }).click()
    await page.getByText('Done: the key is in your file alone').waitFor()
    assert.equal(await keptIn(page), 0)
    assert.deepEqual(complaints, [])
  })
}

test('a renewal that was cut off goes on with the key that was made', needs('chromium', 'openssl'), async () => {
  await issue('p256', 'again')
  const { page } = await open({ acceptDownloads: true })
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/renewals')) asked.push(JSON.parse(request.postData() ?? '{}').csr)
  })
  await page.route('**/renewals', (route) => route.abort())

  await page.goto(`${server.origin}/cps/${root.publicId}/renewal`)
  await openOn(page, ['again.pem', 'again.key'], '')
  await renewOn(page)
  await page.getByText('The new key waits in this browser').waitFor()
  await page.unroute('**/renewals')
  await page.reload()
  await openOn(page, ['again.pem', 'again.key'], '')
  await page.getByText('A new key for this certificate was made here already').waitFor()
  await page.getByLabel('Password', { exact: true }).fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Go on' }).click()

  await page.getByText('The certificate was renewed.').waitFor()
  assert.equal(asked.length, 2)
  assert.equal(asked[0], asked[1])
})

test(
  'files that do not belong together, and certificates of others, renew nothing',
  needs('chromium', 'openssl'),
  async () => {
    await issue('p256', 'one')
    await issue('p256', 'two')
    const args = ['-keyout', 'self.key', '-out', 'self.pem', '-subj', `/CN=${HOST}`, '-nodes']
    await bench.succeed('openssl', 'req', '-x509', '-newkey', 'rsa:2048', ...args)
    const { page } = await open()
    await page.goto(`${server.origin}/cps/${root.publicId}/renewal`)

    for (const [files, words] of [
      [['one.pem', 'two.key'], 'The key is not the one of the certificate.'],
      [['one.pem'], 'There is no private key in these files.'],
      [['one.key'], 'There is no certificate in these files.'],
      [['one.pem', 'one.key', 'two.key'], 'There are several keys in these files.'],
    ] as const) {
      await openOn(page, files, '')
      await page.getByRole('alert').filter({ hasText: words }).waitFor()
    }
    await openOn(page, ['self.pem', 'self.key'], '')
    await renewOn(page)
    await page.getByRole('alert').filter({ hasText: 'none of this certificate authority' }).waitFor()
  },
)

test('a request of one’s own renews too', needs('chromium', 'openssl'), async () => {
  await issue('p256', 'own')
  const { csr } = await opensslCsr()
  const { page } = await open()
  await page.goto(`${server.origin}/cps/${root.publicId}/renewal`)
  await openOn(page, ['own.pem', 'own.key'], '')
  await page.getByText('I have a certification request').click()
  await page.getByLabel('Certification request (PEM)').fill(csr)
  await page.getByRole('button', { name: 'Renew', exact: true }).click()

  await page.getByText('The certificate was renewed.').waitFor()
  const shown = await page.locator('#certificate').textContent()
  assert.equal(new X509Certificate(shown ?? '').subjectAltName, `DNS:${HOST}`)
})

test(
  'the lines for a shell that the page of a CA prints renew a certificate',
  needs('openssl', 'curl', 'jq'),
  async () => {
    await issue('p256', 'old')
    const { csr } = await opensslCsr()
    bench.write('new.csr', csr)
    const page = await (await fetch(`${server.origin}/cps/${root.publicId}`)).text()
    const printed = /<pre><code>(jq [\s\S]*?)<\/code>/.exec(page)?.[1] ?? ''
    const lines = printed
      .replaceAll('&#39;', "'")
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')

    await bench.succeed('sh', '-ec', lines)

    const renewed = new X509Certificate(bench.read('new.pem'))
    assert.equal(renewed.subjectAltName, `DNS:${HOST}`)
    await bench.succeed('openssl', 'req', '-in', 'new.csr', '-noout', '-pubkey', '-out', 'csr.pub')
    assert.equal(spkiOf(renewed), bench.read('csr.pub').toString())
  },
)

function spkiOf({ publicKey }: X509Certificate): string {
  return String(publicKey.export({ type: 'spki', format: 'pem' }))
}
