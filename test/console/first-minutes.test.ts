import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { launchChromium } from '../support/launch-chromium.ts'
import { runChancery } from '../support/running-chancery.ts'
import { needs, run } from '../support/system-program.ts'
import { problemAt } from './field-problem.ts'
import { assertFitForPeople, isReady, tabOf } from './open-console.ts'

const PASSWORD = 'correct horse battery staple'
const FIRST = { 'Name of the tenant': 'Example', 'Your name': 'Ann', 'E-mail address': 'ann@example.com' }

const [server, browser] = await Promise.all([runChancery({ isNew: true, host: 'localhost' }), launchChromium()])
after(async () => {
  await browser.close()
  await server.stop()
})
// One browser for the whole story: what a person does on the first day.
const context = await browser.newContext({ baseURL: server.origin, locale: 'en-GB', timezoneId: 'UTC' })
const { open } = tabOf(context)
const CHROMIUM = needs('chromium')

async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value)
}

test('before there is an account, the page of sign-in says where to begin', CHROMIUM, async () => {
  const { page } = await open('/sign-in')

  await page.getByText('Open the setup link that the server printed').waitFor()
})

test('the setup link opens a page that takes its secret out of the address', CHROMIUM, async () => {
  const secret = server.setupLink.split('#')[1] ?? ''
  const opened = await open(server.setupLink)

  assert.equal(opened.page.url(), `${server.origin}/setup`)
  assert.ok(secret.length > 40 && !(await opened.page.content()).includes(secret))
  await assertFitForPeople(opened, 'setup')
})

test('a setup link that is not whole is said at once', CHROMIUM, async () => {
  const { page } = await open('/setup')

  await page.getByText('what follows # is missing').waitFor()
  assert.ok(await page.getByRole('button', { name: 'Create account' }).isDisabled())
})

test(
  'what the server refuses of the first account stands at its field, and what was typed is kept',
  CHROMIUM,
  async () => {
    const { page } = await open(server.setupLink)
    const good = { ...FIRST, Password: PASSWORD, 'Password again': PASSWORD }
    const cases = [
      [{ 'E-mail address': 'nobody' }, 'E-mail address', /address/],
      [{ Password: 'short', 'Password again': 'short' }, 'Password', /12/],
      [{ 'Password again': 'another' }, 'Password again', /differ/],
    ] as const

    for (const [change, label, says] of cases) {
      await fill(page, { ...good, ...change })
      await page.getByRole('button', { name: 'Create account' }).click()

      assert.match(await problemAt(page, page.getByLabel(label, { exact: true })), says)
      assert.equal(await page.getByLabel('Name of the tenant').inputValue(), 'Example')
    }
  },
)

test('from the setup link a person comes to their first CA, and learns what to do next', CHROMIUM, async () => {
  const opened = await open(server.setupLink)
  const { page } = opened
  await fill(page, { ...FIRST, Password: PASSWORD, 'Password again': PASSWORD })
  await page.getByRole('button', { name: 'Create account' }).click()

  await page.getByRole('heading', { name: 'Create your first CA' }).waitFor()
  // Every page leads there.
  await page.goto('/console/templates')
  await page.getByRole('heading', { name: 'Create your first CA' }).waitFor()
  await page.getByRole('button', { name: 'Create CA' }).click()
  assert.match(await problemAt(page, page.getByLabel(/^Name/)), /empty/)
  await page.getByLabel('Name').fill('Example Root CA')
  await page.getByRole('button', { name: 'Create CA' }).click()

  await page.getByRole('heading', { name: 'Example Root CA is ready' }).waitFor()
  await page.getByRole('tab', { name: 'Windows' }).click()
  await page.getByText('Import-Certificate').waitFor()
  await page.getByRole('tab', { name: 'iOS' }).click()
  await page.getByRole('img', { name: /Code with the address/ }).waitFor()
  await page.getByRole('link', { name: 'Issue a certificate' }).waitFor()
  assert.equal(await page.getByRole('combobox', { name: 'Certificate authority' }).inputValue(), 'Example Root CA')
  assert.deepEqual(opened.complaints, [])
})

test('a setup link that was used opens nothing any more, and says so', CHROMIUM, async () => {
  const { page } = await open(server.setupLink)

  await page.getByRole('heading', { name: 'This installation is set up' }).waitFor()
})

test('a passkey that was added in the profile signs in by itself', CHROMIUM, async () => {
  const opened = await open('/console/profile')
  const { page } = opened
  const devTools = await context.newCDPSession(page)
  await devTools.send('WebAuthn.enable')
  await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  await page.getByLabel('Name of the new passkey').fill('My laptop')
  await page.getByRole('button', { name: 'Add passkey' }).click()
  await page.getByRole('listitem').filter({ hasText: 'My laptop' }).waitFor()
  await signOut(page)

  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()

  await page.waitForURL(/\/console/)
  await page.goto('/console/profile')
  await page.getByText('by passkey').waitFor()
  assert.deepEqual(opened.complaints, [])
  // Its authenticator answers whoever asks: it goes with the tab.
  await page.close()
})

test('a second factor is asked for after the password, and a recovery code opens in its place', CHROMIUM, async () => {
  const opened = await open('/console/profile')
  const { page } = opened
  await page.getByRole('button', { name: 'Set up second factor' }).click()
  await page.getByLabel('Your password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Continue' }).click()
  const secret = await page.locator('code', { hasText: /^[A-Z2-7]{16,}$/ }).textContent()
  await page.getByLabel('Code that the app shows now').fill('000000')
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByText(/code/i).and(page.locator('[role=alert] p')).waitFor()
  await page.getByLabel('Code that the app shows now').fill(await codeOf(secret ?? ''))
  await page.getByRole('button', { name: 'Switch on' }).click()
  const code = await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').first().textContent()
  await assertFitForPeople(opened, 'profile')
  await signOut(page)

  await page.getByLabel('E-mail address').fill('ann@example.com')
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').waitFor()
  assert.equal(await page.getByLabel('E-mail address').inputValue(), 'ann@example.com')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Code of your authenticator' }).waitFor()
  await assertFitForPeople(opened, 'second-factor')
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.getByLabel('Recovery code').fill(code ?? '')
  await page.getByRole('button', { name: 'Sign in' }).click()

  await page.waitForURL(/\/console/)
})

async function signOut(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.getByRole('button', { name: /^Account:/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')
  await isReady(page)
}

async function codeOf(secret: string): Promise<string> {
  const { stdout } = await run('oathtool', ['--totp', '--base32', secret])
  return stdout.toString().trim()
}
