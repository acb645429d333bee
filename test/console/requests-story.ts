import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { opensslCsr } from '../../apps/server/test/support/requests.ts'
import { needs } from '../support/system-program.ts'
import { demoPages } from './demo-pages.ts'
import { officer } from './one-demo.ts'

const pages = await demoPages(officer)

test('a request that its template refuses is signed once what is refused was left out', needs('chromium'), async () => {
  const { page } = await officer.goTo(pages['request-refused'] ?? '')
  await page.getByRole('button', { name: 'Sign' }).click()
  await page.getByRole('alert').getByText('press.brightwater-news.example').first().waitFor()

  await page.getByRole('switch', { name: 'Override requested attributes' }).press('Space')
  await page.getByRole('button', { name: 'Leave out press.brightwater-news.example' }).click()
  await page.getByLabel('Preview').getByText('is not allowed here').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Sign' }).click()

  await page.waitForURL('**/console/certificates/**')
  await page.getByText('Signed.', { exact: true }).first().waitFor()
  // The page of the request has the same heading, until that of the certificate is there.
  await page.getByRole('tab', { name: 'Summary' }).waitFor()
  await page.getByRole('heading', { name: 'press.brightwater.example' }).waitFor()
  assert.equal(await page.getByText('press.brightwater-news.example').count(), 0)
})

test('an approver gives another validity, and sees before what it would be', needs('chromium'), async () => {
  const { page } = await officer.goTo(pages['request-validity'] ?? '')
  await page.getByLabel('So many days from now').check()
  await page.getByLabel('Days', { exact: true }).fill('10')
  const end = Date.now() + 10 * 86_400_000
  const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })
  // It begins some minutes ago, and right after midnight ends a day earlier for that.
  const either = new RegExp([end - 6 * 60_000, end].map((at) => days.format(at)).join('|'))
  await page.getByLabel('Preview').getByText(either).first().waitFor()
  await page.getByRole('button', { name: 'Sign' }).click()

  await page.waitForURL('**/console/certificates/**')
  await page.getByText('in 10 days').first().waitFor()
})

test('a request is declined with the reason, which stays with it', needs('chromium'), async () => {
  const { page } = await officer.goTo(pages['request'] ?? '')
  await page.getByRole('button', { name: 'Decline' }).click()
  await page.getByLabel('Why').fill('The conference has a host of its own.')
  await page.getByRole('dialog').getByRole('button', { name: 'Decline' }).click()

  await page.getByText('It was declined: The conference has a host of its own.').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Sign' }).count(), 0)
})

test('many requests are signed at once, and each says what became of it', needs('chromium'), async () => {
  const { page } = await officer.goToAnew('/console/requests')
  await page.getByLabel(/^Select all/).check()
  await page.getByRole('button', { name: /^Sign \d+$/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: /^Sign \d+$/ }).click()
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().waitFor()

  assert.match(await dialog.getByRole('status').innerText(), /^\d+ of \d+ signed\. \d+ left as they are\.$/)
  const rows = await dialog.getByRole('listitem').allInnerTexts()
  assert.ok(rows.length > 5)
  assert.ok(rows.every((row) => /Done|Refused|Left as it is/.test(row)))
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
  await page
    .getByText('Nothing waits')
    .or(page.getByRole('table', { name: 'Requests' }))
    .waitFor()
})

test('what is no CSR is refused at its field, and what was typed stays', needs('chromium'), async () => {
  const { page } = await officer.goTo('/console/requests/new')
  await chooseTemplate(page, 'Internal Service')
  await page.getByLabel('CSR', { exact: true }).fill('-----BEGIN NOTHING-----')
  await page.getByRole('button', { name: 'Submit for approval' }).click()

  await page
    .getByText(/It is no PEM block/)
    .first()
    .waitFor()
  assert.equal(await page.getByLabel('CSR', { exact: true }).inputValue(), '-----BEGIN NOTHING-----')
})

test('a CSR is looked at and signed at once', needs('chromium', 'openssl'), async () => {
  const host = 'spare.ber.brightwater.example'
  const { csr } = await opensslCsr({ subject: `/CN=${host}`, extensions: [`subjectAltName=DNS:${host}`] })
  const { page } = await officer.open('/console/requests/new')
  await chooseTemplate(page, 'Internal Service')
  await page.getByLabel('CSR', { exact: true }).fill(csr)
  await page.getByLabel('Preview').getByText(`CN=${host}`).waitFor()
  await page.getByRole('button', { name: 'Sign at once' }).click()

  await page.waitForURL('**/console/certificates/**')
  await page.getByRole('heading', { name: host }).waitFor()
  await page.getByText('Signed request').waitFor()
})

test(
  'a CSR that its template refuses waits as a request, with the words why',
  needs('chromium', 'openssl'),
  async () => {
    const { csr } = await opensslCsr({ subject: '/CN=www.example.com' })
    const { page } = await officer.goTo('/console/requests/new')
    await chooseTemplate(page, 'Internal Service')
    await page.getByLabel('CSR', { exact: true }).fill(csr)
    await page.getByLabel('Preview').getByText('is not allowed here').first().waitFor()
    await page.getByRole('button', { name: 'Sign at once' }).click()

    await page.waitForURL('**/console/requests/**')
    await page.getByText(/It waits as a request/).waitFor()
  },
)

async function chooseTemplate(page: Page, name: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Template' }).click()
  await page.getByRole('option', { name }).click()
}
