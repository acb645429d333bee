import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { needs } from '../support/system-program.ts'
import { keptIn, makeKeyOn, saveFor } from './claim-world.ts'
import { api, bench, claimFor, open, server, template } from './one-claim-world.ts'

const PASSWORD = 'correct horse "battery" staple'

/** The requests for a key that a page sends to redeem a claim. */
function requestsSent(page: Page): readonly string[] {
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/claims/redeem')) sent.push(JSON.parse(request.postData() ?? '{}').csr)
  })
  return sent
}

async function certificatesOf(host: string): Promise<readonly unknown[]> {
  return (await api('GET', `/certificates?name=${host}`)).items
}

test(
  'a lost connection, a reload and a closed window go on with the key that was made',
  needs('chromium', 'openssl'),
  async () => {
    const host = 'reload.example.com'
    const { link } = await claimFor(host)
    const { page } = await open({ acceptDownloads: true })
    const sent = requestsSent(page)
    await page.route('**/claims/redeem', (route) => route.abort())

    await page.goto(link)
    await makeKeyOn(page, PASSWORD)
    await page.getByRole('alert').filter({ hasText: 'The server does not answer.' }).waitFor()
    await page.getByText('Your key is made and waits in this browser').waitFor()
    await page.unroute('**/claims/redeem')
    await page.reload()
    await page.getByText('A key was made here already, and nothing is lost.').waitFor()
    await page.getByLabel('Password', { exact: true }).fill('another password')
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('alert').filter({ hasText: 'This is not the password that was set for the key.' }).waitFor()
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Go on' }).click()
    const first = await saveFor(page, 'firefox', bench.folder)

    const other = await page.context().newPage()
    await page.close()
    await other.goto(link)
    await other.getByText('Your certificate is ready, and its key is in this browser.').waitFor()
    await other.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await other.getByRole('button', { name: 'Go on' }).click()
    const second = await saveFor(other, 'linux', bench.folder)

    const keys: string[] = []
    for (const file of [first, second]) {
      await bench.succeed('openssl', 'pkcs12', '-in', file, '-passin', `pass:${PASSWORD}`, '-nodes', '-out', 'file.pem')
      keys.push(await bench.succeed('openssl', 'pkey', '-in', 'file.pem', '-pubout'))
    }
    assert.equal(keys[0], keys[1])
    assert.equal(sent.length, 2)
    assert.equal(sent[0], sent[1], 'the same key was asked for again')
    assert.equal((await certificatesOf(host)).length, 1)
    await other.getByRole('button', { name: 'I have the file' }).click()
    await other.getByText('Done: the key is in your file alone').waitFor()
    assert.equal(await keptIn(other), 0)
  },
)

test(
  'what is kept meanwhile holds neither the key nor the password nor the link',
  needs('chromium', 'openssl'),
  async () => {
    const { link } = await claimFor('kept.example.com')
    const { page } = await open({ acceptDownloads: true })
    await page.goto(link)
    await makeKeyOn(page, PASSWORD)
    const pem = await saveFor(page, 'server', bench.folder)

    const { rows, other } = JSON.parse(String(await page.evaluate(WHAT_IS_STORED)))

    const key = await bench.succeed('openssl', 'pkey', '-in', pem, '-outform', 'DER', '-out', 'kept.der')
    assert.equal(key, '')
    const der = bench.read('kept.der').toString('hex')
    assert.equal(rows.length, 1)
    const stored = JSON.stringify(rows)
    const secret = der.slice(72, 136)
    assert.ok(der.includes(secret) && secret.length === 64)
    for (const text of [secret, PASSWORD, link.split('/').pop() ?? '']) assert.ok(!stored.includes(text), text)
    assert.ok(rows[0].iterations >= 600_000)
    assert.equal(other, '[[],[],""]', 'nothing else is stored')
  },
)

test('of two browsers one has the certificate, and the other is told kindly', needs('chromium'), async () => {
  const host = 'race.example.com'
  const { link } = await claimFor(host)
  const pages = [(await open()).page, (await open()).page]
  const bothAreHere = Promise.withResolvers<void>()
  let here = 0
  for (const page of pages) {
    await page.route('**/claims/redeem', async (route) => {
      if (++here === pages.length) bothAreHere.resolve()
      await bothAreHere.promise
      await route.continue()
    })
    await page.goto(link)
    await makeKeyOn(page, PASSWORD)
  }

  const ends = await Promise.all(
    pages.map(async (page) => {
      const ready = page.getByText('Your certificate is ready.')
      const taken = page.getByText('This certificate was claimed with another key.')
      await ready.or(taken).waitFor()
      return { isReady: await ready.isVisible(), kept: await keptIn(page) }
    }),
  )

  assert.deepEqual(ends.map(({ isReady }) => isReady).sort(), [false, true])
  assert.deepEqual(ends.find(({ isReady }) => !isReady)?.kept, 0)
  assert.equal((await certificatesOf(host)).length, 1)
})

test('two windows of one browser make one key', needs('chromium'), async () => {
  const { link } = await claimFor('windows.example.com')
  const { page } = await open()
  const second = await page.context().newPage()
  await page.route('**/claims/redeem', (route) => route.abort())
  for (const window of [page, second]) await window.goto(link)

  await makeKeyOn(page, PASSWORD)
  await page.getByText('Your key is made and waits in this browser').waitFor()
  await makeKeyOn(second, PASSWORD)

  await second.getByRole('alert').filter({ hasText: 'Another window of this browser has made the key' }).waitFor()
  assert.equal(await keptIn(page), 1)
})

test('a link that was used, replaced, ended or never was says so kindly', needs('chromium'), async () => {
  const [used, replaced, ended] = [
    await claimFor('used.example.com'),
    await claimFor('replaced.example.com'),
    await claimFor('ended.example.com'),
  ]
  const { page } = await open()
  await page.goto(used.link)
  await makeKeyOn(page, PASSWORD)
  await page.getByText('Your certificate is ready.').waitFor()
  const database = new DatabaseSync(join(server.folder, 'data', 'chancery.db'), { timeout: 30_000 })
  database.prepare('UPDATE request_link SET expires_at = 1000 WHERE request = ?').run(ended.request)
  database.close()
  await api('POST', `/requests/${replaced.request}/resend`)

  const { page: other, complaints } = await open()
  for (const [link, words] of [
    [used.link, /Its key is where it was made/],
    [replaced.link, /This link is not known\. Perhaps a newer one took its place/],
    [ended.link, /This link has expired\. Ask whoever sent it for a new one\./],
    [used.link.replace(/.{5}$/, 'aaaaa'), /This link is not known/],
  ] as const) {
    await other.goto(link)
    await other.getByText(words).waitFor()
    assert.equal(await other.getByRole('button', { name: 'Make the key' }).count(), 0)
  }
  assert.deepEqual(
    complaints.filter((one) => !/status of 4\d\d/.test(one)),
    [],
  )
})

test('a name that looks like markup is text, wherever it is shown', needs('chromium', 'openssl'), async () => {
  const markup = '<img src=x onerror="document.title=1">'
  const { request } = await api('POST', '/requests/pre-approved', {
    template: (await anyNames()).id,
    subject: [{ type: 'commonName', value: markup }],
  })
  const { link } = await api('POST', `/requests/${request}/resend`)
  const { page, complaints } = await open({ acceptDownloads: true })

  await page.goto(link)
  await makeKeyOn(page, PASSWORD)
  const file = await saveFor(page, 'firefox', bench.folder)

  assert.equal(await page.locator('main img').count(), 0)
  assert.ok((await page.locator('main').innerText()).includes('onerror='))
  assert.match(file, /firefox-img-src-x-onerror-document\.title-1\.p12$/)
  assert.deepEqual(complaints, [])
})

/** A template that takes any subject, and no other names. */
async function anyNames(): Promise<{ readonly id: string }> {
  const { profile, authority } = await api('GET', `/templates/${template.id}`)
  const subject = { ...profile.subject, fromRequest: 'any', required: [] }
  const subjectAltNames = { ...profile.subjectAltNames, required: false }
  return api('POST', '/templates', { authority, name: 'Anybody', profile: { ...profile, subject, subjectAltNames } })
}

/** Every row of the page's database, its octets in hexadecimal digits; and what else a page could keep. */
const WHAT_IS_STORED = `(async () => {
  const database = await new Promise((resolve) => {
    const opening = indexedDB.open('chancery-keys')
    opening.onsuccess = () => resolve(opening.result)
  })
  const rows = await new Promise((resolve) => {
    const reading = database.transaction('keys').objectStore('keys').getAll()
    reading.onsuccess = () => resolve(reading.result)
  })
  database.close()
  const hex = (_, value) => (value instanceof Uint8Array ? value.toHex() : value)
  const other = JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage), document.cookie])
  return JSON.stringify({ rows, other }, (key, value) => hex(key, value))
})()`
