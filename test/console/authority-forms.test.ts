import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { signedByOpenssl } from '../../apps/server/test/api/openssl-authority.ts'
import { opensslText } from '../../apps/server/test/support/openssl.ts'
import { opensslCsr } from '../../apps/server/test/support/requests.ts'
import { needs } from '../support/system-program.ts'
import { fillTenant } from './fill-tenant.ts'
import { assertFitForPeople, openConsole } from './open-console.ts'

const TOOLS = needs('chromium', 'openssl')
const console = await openConsole(after)
const { api } = console.server
const { authority, intermediate } = await fillTenant(console.server)

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  await page.getByRole('option', { name: option }).click()
}

async function openDialog(page: Page, name: string, item: string): Promise<void> {
  await page
    .getByRole('button', { name: new RegExp(`^Actions for ${name}`) })
    .first()
    .click()
  await page.getByRole('menuitem', { name: item }).click()
  await page.getByRole('dialog').waitFor()
}

/** All that is folded away in the form stands open. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(`for (const part of document.querySelectorAll('main details')) part.open = true`)
}

/** Makes a CA that certified two others, of which nobody here has the keys. */
async function certifierOf(name: string): Promise<void> {
  const ca = await api<{ id: string }>('POST', '/authorities', { kind: 'root', subject: nameOf(name) })
  const { items } = await api<{ items: readonly { name: string; profile: object }[] }>('GET', '/template-starters')
  const profile = items.find((starter) => starter.name === 'Certificate Authority')?.profile
  const template = await api<{ id: string }>('POST', '/templates', { authority: ca.id, name: 'CAs', profile })
  for (const subject of ['/O=Example Partners Limited/CN=Partner Issuing CA', '/CN=Branch CA']) {
    const { csr } = await opensslCsr({ subject, extensions: [] })
    const { id } = await api<{ id: string }>('POST', '/requests', { template: template.id, csr })
    await api('POST', `/requests/${id}/sign`, {})
  }
}

const nameOf = (value: string) => [{ type: 'commonName', value }]

// Told so that no page follows itself: from one to another the console goes without being loaded anew.

test('the form of a root says all that a root can be, to everybody', TOOLS, async () => {
  const opened = await console.open('/console/authorities/new')
  const { page } = opened
  await unfold(page)
  await page.getByLabel(/^Certificate authority name/).fill('Example Root CA 2')
  await choose(page, 'Valid for', 'From one moment to another')
  await page.getByLabel('From', { exact: true }).fill('2026-01-01T00:00')
  await page.getByLabel('To', { exact: true }).fill('2036-01-01T00:00')
  await page.getByLabel('Names it may certify').fill('example.com\nip 10.0.0.1/8')
  await page.getByText('has bits behind its prefix').waitFor()

  await assertFitForPeople(opened, 'form-root')
})

test('the form that imports a CA with its key takes both kinds of key, from everybody', TOOLS, async () => {
  const opened = await console.goTo('/console/authorities/import')
  const { page } = opened
  await unfold(page)

  await assertFitForPeople(opened, 'form-import-key')
  await page.getByText('PKCS #12 file', { exact: true }).first().click()
  await assertFitForPeople(opened, 'form-import-pkcs12')
})

test('the form of an intermediate says who signs it, to everybody', TOOLS, async () => {
  const opened = await console.goTo('/console/authorities/new')
  const { page } = opened
  await page.getByText('Intermediate', { exact: true }).click()
  await page.getByLabel(/^Certificate authority name/).fill('Example Devices CA')
  await unfold(page)
  await page.getByText('CN=Example Devices CA').first().waitFor()

  await assertFitForPeople(opened, 'form-intermediate')
})

test('the dialog that imports a signed certificate is for everybody', TOOLS, async () => {
  const opened = await console.goTo('/console/authorities')
  await openDialog(opened.page, 'Example Partner CA', 'Import signed certificate')

  await assertFitForPeople(opened, 'form-import-certificate')
})

test('the form of a CA that others sign shows its CSR and says what happens next, to everybody', TOOLS, async () => {
  const opened = await console.goTo('/console/authorities/new')
  const { page } = opened
  await page.getByText('CSR only', { exact: true }).click()
  await page.getByLabel(/^Certificate authority name/).fill('Example Partner CA 2')
  await unfold(page)
  const preview = page.getByRole('region', { name: 'Preview' })
  await preview.getByRole('heading', { name: 'The CSR as it would be' }).waitFor()
  await preview.getByText('CN=Example Partner CA 2').waitFor()
  await page.getByText('What happens next').waitFor()
  const shown = await preview.boundingBox()
  const next = await page.getByRole('region', { name: 'What happens next' }).boundingBox()
  assert.ok(shown && next && next.y - shown.y - shown.height >= 8, 'one card does not touch the other')

  await assertFitForPeople(opened, 'form-csr-only')
})

test('at a renewal everything can be said anew, by everybody', TOOLS, async () => {
  const opened = await console.goTo(`/console/authorities/${intermediate}/renew`)
  const { page } = opened
  await page.getByLabel('Make a new key').check()
  await choose(page, 'What the certificate says', 'Something else')
  await choose(page, 'Name constraints', 'Say which')
  await page.getByLabel('Names it may certify').fill('shown.example.com')
  await page.getByRole('region', { name: 'Preview' }).getByText('shown.example.com').waitFor()

  await assertFitForPeople(opened, 'form-renew')
})

test('the key and the signature of its services are chosen for a CA, and stay chosen', TOOLS, async () => {
  const opened = await console.goTo(`/console/authorities/${intermediate}/edit`)
  const { page } = opened
  await choose(page, 'Key of its service certificates', 'RSA 2048')
  await choose(page, 'Signature of its services', 'RSA-PSS with SHA-384')
  await assertFitForPeople(opened, 'form-edit')

  await press(page, 'Save')
  await page.getByText('Example Servers CA is saved.').waitFor()

  const { settings } = await api<{ settings: object }>('GET', `/authorities/${intermediate}`)
  const serviceCertificates = { keyType: 'rsa-2048', signatureAlgorithm: 'rsa-pss-sha384' }
  assert.deepEqual(settings, { serviceCertificates, crl: { delta: false } })
  const { page: again } = await console.open(`/console/authorities/${intermediate}/edit`)
  const signature = again.getByRole('combobox', { name: 'Signature of its services' })
  assert.equal(await signature.inputValue(), 'RSA-PSS with SHA-384')
})

test('the page that renews a CA without a certificate says what to do instead, to everybody', TOOLS, async () => {
  const { items } = await api<{ items: readonly { id: string; name: string }[] }>('GET', '/authorities')
  const waiting = items.find(({ name }) => name === 'Example Partner CA')?.id
  const opened = await console.goTo(`/console/authorities/${waiting}/renew`)
  const { page } = opened

  await page.getByText('Have its CSR signed by the CA above').waitFor()

  assert.equal(await page.getByRole('button', { name: 'Renew CA' }).count(), 0)
  assert.equal(await page.getByRole('alert').count(), 0)
  await assertFitForPeople(opened, 'form-renew-waiting')
})

test('who deletes a CA sees which CAs elsewhere go on being accepted', TOOLS, async () => {
  await certifierOf('Example Outer Root CA')
  const opened = await console.goToAnew('/console/authorities')
  await openDialog(opened.page, 'Example Outer Root CA', 'Delete CA')
  const dialog = opened.page.getByRole('dialog')

  await dialog.getByText('CAs elsewhere that it certified').waitFor()

  const elsewhere = await dialog.getByRole('listitem').allInnerTexts()
  for (const name of ['Partner Issuing CA', 'Branch CA'])
    assert.match(elsewhere.find((line) => line.startsWith(name)) ?? '', /^[A-Za-z ]+, until \d/)
  await assertFitForPeople(opened, 'dialog-delete-elsewhere')
})

test('who renews a CA that others sign is led to its CSR, and to where the certificate goes', TOOLS, async () => {
  const subject = nameOf('Example Outside CA')
  const { id } = await api<{ id: string }>('POST', '/authorities', { kind: 'csr', subject })
  const asked = () => console.server.download(`/authorities/${id}/csr`)
  const answered = async () => {
    const { certificate, root } = await signedByOpenssl(await asked())
    return { certificate, chain: root }
  }
  await api('POST', `/authorities/${id}/certificates`, await answered())
  const before = (await asked()).toString()
  const opened = await console.goToAnew(`/console/authorities/${id}/renew`)
  const { page } = opened

  await press(page, 'Renew CA')
  await page.getByText('Its renewal awaits its certificate').waitFor()
  await assertFitForPeople(opened, 'form-renew-csr')
  await press(page, 'Download or copy CSR')
  const csr = (await asked()).toString()
  assert.notEqual(csr, before)
  await page
    .getByRole('dialog')
    .getByText(csr.split('\n')[1] ?? csr)
    .waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  const { certificate, chain } = await answered()
  await press(page, 'Import signed certificate')
  await page.getByLabel('Certificate', { exact: true }).fill(certificate)
  await page.getByLabel('Certificates above it').fill(chain)
  await press(page, 'Import certificate')
  await page.getByText('The certificate of Example Outside CA is imported.').waitFor()

  await page.getByRole('heading', { name: 'Example Outside CA', exact: true }).waitFor()
  const shown = (await console.server.download(`/authorities/${id}/certificates?format=pem`)).toString()
  assert.equal(shown.trim(), certificate.trim())
})

test('a CA whose new key awaits its certificate says so, and goes on with the old one', TOOLS, async () => {
  const { items } = await api<{ items: readonly { id: string; name: string }[] }>('GET', '/authorities')
  const id = items.find(({ name }) => name === 'Example Outside CA')?.id
  const { page } = await console.goToAnew(`/console/authorities/${id}/renew`)
  await page.getByLabel('Make a new key').check()
  await press(page, 'Renew CA')
  await page.getByText('Its renewal awaits its certificate').waitFor()

  const opened = await console.open(`/console/authorities/${id}`)
  await opened.page.getByText('Until then it issues by the certificate that it has.').waitFor()

  assert.equal(await opened.page.getByText('Active', { exact: true }).count(), 1)
  await assertFitForPeople(opened, 'authority-renewal-waits')
})

test('name constraints are put on a CA at one renewal and taken away at another', TOOLS, async () => {
  const renewed = async (constraints: string, type?: (page: Page) => Promise<void>) => {
    const { page } = await console.open(`/console/authorities/${authority}/renew`)
    await choose(page, 'What the certificate says', 'Something else')
    await choose(page, 'Name constraints', constraints)
    await type?.(page)
    await press(page, 'Renew CA')
    await page.getByText('Example Root CA is renewed.').waitFor()
    const pem = (await console.server.download(`/authorities/${authority}/certificates?format=pem`)).toString()
    return opensslText('x509', new X509Certificate(pem).raw)
  }

  const typed = await renewed('Say which', (page) => page.getByLabel('Names it may certify').fill('example.com'))
  const kept = await renewed('As before')
  const none = await renewed('None: it may certify any name')

  for (const text of [typed, kept]) assert.match(text, /Name Constraints: critical\s+Permitted:\s+DNS:example\.com/)
  assert.doesNotMatch(none, /Name Constraints/)
})

test('who deletes a CA can take its register along', TOOLS, async () => {
  const { page } = await console.goTo('/console/authorities')
  await openDialog(page, 'Example Outer Root CA', 'Delete CA')
  const download = page.waitForEvent('download')

  await press(page, 'Export its register first')

  const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\n')
  const subjects = lines.map((line) => JSON.parse(line).subject)
  assert.ok(subjects.includes('CN=Branch CA'), String(subjects))
})

test('who changes one thing at a renewal keeps the others as they are', TOOLS, async () => {
  const asked = { pathLength: 2, keyUsage: ['keyCertSign', 'cRLSign', 'digitalSignature'] }
  const subject = nameOf('Example Kept Root CA')
  const body = { kind: 'root', subject, ...asked, extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] }
  const { id } = await api<{ id: string }>('POST', '/authorities', body)
  const { page } = await console.goToAnew(`/console/authorities/${id}/renew`)
  await choose(page, 'What the certificate says', 'Something else')
  await choose(page, 'CAs below it', 'One level')

  await press(page, 'Renew CA')
  await page.getByText('Example Kept Root CA is renewed.').waitFor()

  const pem = (await console.server.download(`/authorities/${id}/certificates?format=pem`)).toString()
  const text = await opensslText('x509', new X509Certificate(pem).raw)
  assert.match(text, /CA:TRUE, pathlen:1\s/)
  assert.match(text, /Key Usage: critical\s+Digital Signature, Certificate Sign, CRL Sign\s/)
  assert.match(text, /Extended Key Usage:\s+TLS Web Server Authentication\s/)
})

test('who cannot delete a CA sees which CAs below it are alive', TOOLS, async () => {
  const opened = await console.goTo('/console/authorities')
  await openDialog(opened.page, 'Example Root CA', 'Delete CA')

  await opened.page.getByRole('dialog').getByText('CAs below it are alive').waitFor()

  await assertFitForPeople(opened, 'dialog-delete-blocked')
})
