import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { opensslCsr } from '../../apps/server/test/support/requests.ts'
import { launchChromium } from '../support/launch-chromium.ts'
import { runChancery } from '../support/running-chancery.ts'
import { needs, run } from '../support/system-program.ts'
import { until } from '../support/until.ts'
import { openPage } from './open-console.ts'

const PASSWORD = 'correct horse battery staple'
const HOST = 'www.example.com'

const [server, browser] = await Promise.all([runChancery({ isNew: true, host: 'localhost' }), launchChromium()])
const folder = mkdtempSync(join(tmpdir(), 'chancery-whole-way-'))
after(async () => {
  await browser.close()
  await server.stop()
  rmSync(folder, { recursive: true })
})

test(
  'the whole way in a browser: from the setup link to a certificate that OpenSSL trusts, and to its revocation',
  needs('chromium', 'openssl'),
  async () => {
    const context = await browser.newContext({ baseURL: server.origin, locale: 'en-GB', timezoneId: 'UTC' })
    const { page, complaints } = await openPage(context, server.setupLink)

    await setUp(page)
    await createCa(page)
    await issue(page)
    const chain = await downloaded(page, /with its chain/)
    const [leaf = '', ...above] = chain.split(/(?<=END CERTIFICATE-----\n)/)
    const files = fileOf({ 'leaf.pem': leaf, 'above.pem': above.join('') })
    const verified = await run('openssl', ['verify', '-CAfile', files('above.pem'), files('leaf.pem')])
    assert.equal(verified.status, 0, verified.stderr.toString())

    await revoke(page)
    const text = (await run('openssl', ['x509', '-in', files('leaf.pem'), '-noout', '-text'])).stdout.toString()
    const [, crl = ''] = /URI:(http:\S+\.crl)/.exec(text) ?? []
    const serial = /Serial Number:\s*([0-9a-f:]+)/.exec(text)?.[1]?.replaceAll(':', '').toUpperCase() ?? 'none'
    await until(async () => (await revokedIn(crl)).includes(serial))
    await page.getByRole('tab', { name: 'History' }).click()
    await page.getByText('Revoked: superseded').waitFor()
    assert.deepEqual(complaints, [])
  },
)

async function setUp(page: Page): Promise<void> {
  const typed = {
    'Name of the tenant': 'Example',
    'Your name': 'Ann',
    'E-mail address': 'ann@example.com',
    Password: PASSWORD,
    'Password again': PASSWORD,
  }
  for (const [label, value] of Object.entries(typed)) await page.getByLabel(label, { exact: true }).fill(value)
  await page.getByRole('button', { name: 'Create account' }).click()
}

async function createCa(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Create your first CA' }).waitFor()
  await page.getByLabel('Name').fill('Example Root CA')
  await page.getByRole('button', { name: 'Create CA' }).click()
  await page.getByRole('heading', { name: 'Example Root CA is ready' }).waitFor()
}

async function issue(page: Page): Promise<void> {
  const { csr } = await opensslCsr({ subject: `/CN=${HOST}`, extensions: [`subjectAltName=DNS:${HOST}`] })
  await page.getByRole('link', { name: 'Issue a certificate' }).click()
  await page.getByRole('heading', { name: 'Issue a certificate' }).waitFor()
  await until(async () => (await page.getByRole('combobox', { name: 'Template' }).inputValue()) === 'Web Server')
  await page.getByLabel('CSR', { exact: true }).fill(csr)
  await page.getByLabel('Preview').getByText(`CN=${HOST}`).waitFor()
  await page.getByRole('button', { name: 'Sign at once' }).click()
  await page.getByRole('heading', { name: HOST }).waitFor()
  await page.getByText('Valid', { exact: true }).waitFor()
}

async function revoke(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Revoke' }).click()
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('It is revoked.').waitFor()
}

async function downloaded(page: Page, format: RegExp): Promise<string> {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  await page.getByRole('menuitem', { name: format }).click()
  return readFileSync(await (await download).path(), 'utf8')
}

function fileOf(contents: Readonly<Record<string, string>>): (name: string) => string {
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content)
  return (name) => join(folder, name)
}

/** The serial numbers that OpenSSL reads in a CRL. */
async function revokedIn(address: string): Promise<string> {
  const der = new Uint8Array(await (await fetch(address)).arrayBuffer())
  const { stdout } = await run('openssl', ['crl', '-inform', 'DER', '-noout', '-text'], { input: der })
  return stdout.toString()
}
