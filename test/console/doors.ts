import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { needs } from '../support/system-program.ts'
import { problemAt } from './field-problem.ts'
import { newcomersTo } from './newcomers.ts'
import { console } from './one-console.ts'
import { shown } from './one-tenant.ts'
import { assertFitForPeople } from './open-console.ts'

const CHROMIUM = needs('chromium')
const PASSWORD = 'correct horse battery staple'
const { intermediate } = shown
const strangers = await newcomersTo(console)

async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value)
}

test('who is invited makes an account by the link, and sees what their role lets them see', CHROMIUM, async () => {
  const { page: members } = await console.open('/console/members')
  await members.getByRole('button', { name: 'Invite member' }).click()
  await members.getByLabel('E-mail address').fill('bob@example.com')
  await members.getByRole('button', { name: 'Invite', exact: true }).click()
  const link = (await members.getByRole('dialog').locator('pre').textContent()) ?? ''
  const invited = await strangers.openAsNew(link)
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
  const { page } = await strangers.openAsNew('/invitation#nothing-that-was-ever-sent')
  await page.getByRole('alert').waitFor()

  await page.goto('/new-password')

  await page.getByText('what follows # is missing').waitFor()
})

test('while registration is open, somebody makes an account with a tenant of their own', CHROMIUM, async () => {
  await (await strangers.openAsNew('/register')).page.getByRole('heading', { name: 'Registration is closed' }).waitFor()
  const { page: installation } = await console.goTo('/console/installation')
  await installation.getByRole('switch', { name: 'Open registration' }).click()
  await installation.getByText('Registration is open.').waitFor()

  const registering = await strangers.open('/register')
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
  await assertFitForPeople(await strangers.openAsNew('/forgot-password'), 'forgot-password')
  await assertFitForPeople(await strangers.open('/new-password#some-secret'), 'new-password')
})

test('who is in several tenants has the tenant in the address, and goes from one to the other', CHROMIUM, async () => {
  const { page } = await console.goTo('/console/installation/tenants')
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
