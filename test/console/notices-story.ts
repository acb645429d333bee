import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs } from '../support/system-program.ts'
import { console } from './one-console.ts'
import { assertFitForPeople, isReady, TWO_VIEWS } from './open-console.ts'

/** Webhooks, notices and sent mail by hand, in a real browser. */
const CHROMIUM = needs('chromium')

test('a webhook is made, tested, given a new secret, switched off and deleted', CHROMIUM, async () => {
  const opened = await console.goTo('/console/webhooks')
  const { page } = opened
  const dialog = page.getByRole('dialog')
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()

  await page.getByRole('button', { name: 'Create webhook' }).first().click()
  await dialog.getByLabel('Name').fill('Chat')
  await dialog.getByLabel('Address').fill('http://127.0.0.1:9/hook')
  await dialog.getByRole('button', { name: 'Create webhook' }).click()
  await dialog.getByText('ports 80 and 443').waitFor()
  await dialog.getByLabel('Address').fill('http://127.0.0.1/hook')
  await dialog.getByRole('checkbox', { name: 'A hold has ended' }).uncheck()
  await assertFitForPeople(opened, 'webhook-new', TWO_VIEWS)
  await dialog.getByRole('button', { name: 'Create webhook' }).click()
  const secret = await dialog.getByText(/^whsec_/).textContent()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('link', { name: 'Chat' }).waitFor()
  await assertFitForPeople(opened, 'webhooks')

  await page.getByRole('link', { name: 'Chat' }).click()
  // A page that is loaded again while it asks may take the question back.
  const asked = page.waitForResponse((response) => response.request().method() === 'POST')
  await press('Send a test')
  await asked
  for (let look = 0; look < 60; look++) {
    if (await page.getByText('Nothing is sent to this address').isVisible()) break
    await page.waitForTimeout(1_000)
    await page.reload()
    await isReady(page)
  }
  await page.getByRole('button', { name: 'Show what was sent: Test' }).click()
  await dialog.getByText('"webhook.test"').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await assertFitForPeople(opened, 'webhook')

  await press('New secret')
  await dialog.getByRole('button', { name: 'Make new secret' }).click()
  const next = await dialog.getByText(/^whsec_/).textContent()
  assert.notEqual(next, secret)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await press('Switch off')
  await page.getByRole('button', { name: 'Switch on' }).waitFor()
  await press('Delete')
  await dialog.getByRole('button', { name: 'Delete webhook' }).click()
  await page.getByText('No webhook yet').waitFor()
})

test(
  'who is told of certificates is set with the tenant, and what is wrong is said at its field',
  CHROMIUM,
  async () => {
    const opened = await console.goTo('/console/settings')
    const { page } = opened
    const contacts = page.getByLabel('Who else is told').and(page.locator('input'))

    await contacts.fill('not an address')
    await contacts.press('Enter')
    await page.getByRole('button', { name: 'Save notices' }).click()
    await page.getByText('No mail can be sent to this address').waitFor()
    await contacts.press('Backspace')
    await contacts.fill('ops@example.org')
    await contacts.press('Enter')
    await page.getByRole('button', { name: 'Save notices' }).click()
    await page.getByText('The notices are saved.').waitFor()

    await assertFitForPeople(opened, 'notices', TWO_VIEWS)
    const saved = await console.server.api<{ readonly contacts: readonly string[] }>('GET', '/tenant/notices')
    assert.deepEqual(saved.contacts, ['ops@example.org'])
  },
)

test('the mails of the tenant are listed with what became of them', CHROMIUM, async () => {
  await console.server.api('POST', '/invitations', { email: 'ann@example.org', role: 'auditor' }).catch(() => undefined)
  const opened = await console.goToAnew('/console/mails')

  await opened.page.getByRole('heading', { name: 'Sent mail' }).waitFor()
  await assertFitForPeople(opened, 'sent-mail')
})
