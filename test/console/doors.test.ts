import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { needs } from '../support/system-program.ts'
import { problemAt } from './field-problem.ts'
import { fillTenant } from './fill-tenant.ts'
import { assertFitForPeople, openConsole, openPage } from './open-console.ts'

const CHROMIUM = needs('chromium')
const PASSWORD = 'correct horse battery staple'
const console = await openConsole(after)
const { intermediate } = await fillTenant(console.server)

async function stranger(): Promise<BrowserContext> {
  const context = await console.browser.newContext({ baseURL: console.server.origin, locale: 'en-GB' })
  after(() => context.close())
  return context
}

async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value)
}

test('who is invited makes an account by the link, and sees what their role lets them see', CHROMIUM, async () => {
  const { page: members } = await console.open('/console/members')
  await members.getByRole('button', { name: 'Invite member' }).click()
  await members.getByLabel('E-mail address').fill('bob@example.com')
  await members.getByRole('button', { name: 'Invite', exact: true }).click()
  const link = (await members.getByRole('dialog').locator('pre').textContent()) ?? ''
  const invited = await openPage(await stranger(), link)
  const { page } = invited
  await page.getByRole('heading', { name: /^Join / }).waitFor()
  assert.equal(page.url(), `${console.server.origin}/invitation`)
  await assertFitForPeople(invited, 'invitation')

  await fill(page, { 'Your name': 'Bob', Password: PASSWORD, 'Password again': 'something else' })
  await page.getByRole('button', { name: 'Create account and accept' }).click()
  assert.match(await problemAt(page, page.getByLabel('Password again')), /differ/)
  await fill(page, { 'Password again': PASSWORD })
  await page.getByRole('button', { name: 'Create account and accept' }).click()

  await page.waitForURL(/\/console/)
  await page.goto('/console/authorities')
  await page.getByRole('link', { name: 'Example Root CA' }).waitFor()
  // An officer makes no CA, and runs no installation.
  assert.equal(await page.getByRole('link', { name: 'Create New CA' }).count(), 0)
  assert.equal(await page.getByRole('link', { name: 'Operators' }).count(), 0)
})

test('a link that opens nothing is said in words', CHROMIUM, async () => {
  const context = await stranger()
  const { page } = await openPage(context, '/invitation#nothing-that-was-ever-sent')
  await page.getByRole('alert').waitFor()

  await page.goto('/new-password')

  await page.getByText('what follows # is missing').waitFor()
})

test('while registration is open, somebody makes an account with a tenant of their own', CHROMIUM, async () => {
  const context = await stranger()
  await (await openPage(context, '/register')).page.getByRole('heading', { name: 'Registration is closed' }).waitFor()
  const { page: installation } = await console.open('/console/installation')
  await installation.getByRole('switch', { name: 'Open registration' }).click()
  await installation.getByText('Registration is open.').waitFor()

  const registering = await openPage(context, '/register')
  const { page } = registering
  await assertFitForPeople(registering, 'register')
  await fill(page, { 'E-mail address': 'eve@example.com', Password: 'short', 'Password again': 'short' })
  await page.getByRole('button', { name: 'Create account' }).click()
  assert.match(await problemAt(page, page.getByLabel('Password', { exact: true })), /12/)
  await fill(page, { Password: PASSWORD, 'Password again': PASSWORD })
  await page.getByRole('button', { name: 'Create account' }).click()

  await page.getByRole('heading', { name: 'Create your first CA' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Example Root CA' }).count(), 0)
})

test('the pages for a new password are fit for people', CHROMIUM, async () => {
  const context = await stranger()

  await assertFitForPeople(await openPage(context, '/forgot-password'), 'forgot-password')
  await assertFitForPeople(await openPage(context, '/new-password#some-secret'), 'new-password')
})

test('who is in several tenants has the tenant in the address, and goes from one to the other', CHROMIUM, async () => {
  const { page } = await console.open('/console/installation/tenants')
  await page.getByRole('button', { name: 'Create tenant' }).click()
  await fill(page, { Name: 'Second Tenant', Owner: 'owner@example.com' })
  await page.getByRole('dialog').getByRole('button', { name: 'Create tenant' }).click()
  await page.getByText('Second Tenant is created.').waitFor()
  await page.goto('/console/authorities')
  await page.waitForURL(/[?&]tenant=/)
  const first = new URL(page.url()).searchParams.get('tenant')

  await page.getByRole('button', { name: /^Tenant:/ }).click()
  await page.getByRole('menuitem', { name: 'Second Tenant' }).click()

  await page.getByRole('heading', { name: 'Create your first CA' }).waitFor()
  assert.notEqual(new URL(page.url()).searchParams.get('tenant'), first)
  // A link into the other tenant leads there, whatever was looked at last.
  await page.goto(`/console/authorities/${intermediate}?tenant=${first}`)
  await page.getByRole('heading', { name: 'Example Servers CA' }).waitFor()
  await page.goto('/console/authorities?tenant=01jd9z8k6w3v5x7y9b1c3d5f7h')
  await page.getByText('You are no member of the tenant').waitFor()
})
