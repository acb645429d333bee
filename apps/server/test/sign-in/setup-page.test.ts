import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { needs } from '../../../../test/support/system-program.ts'
import { openChromium } from './chromium.ts'
import { PASSWORD, signInWorld } from './sign-in-world.ts'

const CHROMIUM = needs('chromium')
const FILLED = { tenantName: 'Example', name: 'Ann', email: 'ann@example.com', password: PASSWORD, repeated: PASSWORD }

async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await page.fill(`#${name}`, value)
}

async function submit(page: Page): Promise<void> {
  await page.click('button[type=submit]')
}

/** What the page complains of, without the lines that Chromium writes for every answer that is a refusal. */
function own(complaints: readonly string[]): readonly string[] {
  return complaints.filter((text) => !text.startsWith('Failed to load resource'))
}

test(
  'the setup link opens a page that takes its secret out of the address, and leads on into the session',
  CHROMIUM,
  async (t) => {
    const world = await signInWorld(t)
    const { page, complaints } = await (await openChromium(t))()
    const { secret } = world.setupLink

    await page.goto(`${world.url}/setup#${secret}`)

    assert.equal(page.url(), `${world.url}/setup`)
    assert.equal(await page.evaluate('history.length'), 2, 'the blank page and this one')
    assert.ok(!(await page.content()).includes(secret))
    await fill(page, FILLED)
    await submit(page)
    await page.waitForSelector('#welcome', { state: 'visible' })
    assert.equal(await page.isVisible('#setup'), false)
    assert.equal(await page.getAttribute('#welcome a', 'href'), '/')
    assert.equal(await page.evaluate('document.activeElement.id'), 'welcome')
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name === 'chancery.session_token')
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite, cookie?.path], [true, 'Lax', '/'])
    const sessions = await page.goto(`${world.url}/api/v1/sessions`)
    assert.equal(sessions?.status(), 200)
    assert.deepEqual(complaints, [])
  },
)

test('a refusal stands at its field, and what was typed is kept', CHROMIUM, async (t) => {
  const world = await signInWorld(t)
  const { page, complaints } = await (await openChromium(t))()
  await page.goto(`${world.url}/setup#${world.setupLink.secret}`)
  const cases = [
    { change: { email: 'nobody' }, field: 'email', says: /address/ },
    { change: { password: 'short', repeated: 'short' }, field: 'password', says: /12/ },
    { change: { repeated: `${PASSWORD}x` }, field: 'repeated', says: /differ/ },
    { change: { tenantName: '  ' }, field: 'tenantName', says: /Fill in "Name of the tenant"/ },
    { change: { name: '' }, field: 'name', says: /Fill in "Your name"/ },
  ]

  for (const { change, field, says } of cases) {
    await fill(page, { ...FILLED, ...change })
    await submit(page)
    await page.waitForSelector(`#${field}[aria-invalid]`)

    const problem = page.locator(`#${field}-problem`)
    assert.match((await problem.textContent()) ?? '', says)
    assert.match((await page.getAttribute(`#${field}`, 'aria-describedby')) ?? '', new RegExp(`\\b${field}-problem\\b`))
    assert.equal(await page.evaluate('document.activeElement.id'), field)
    assert.equal(await page.locator('[aria-invalid]').count(), 1)
    const values = await page.evaluate('Object.fromEntries(new FormData(document.getElementById("setup")))')
    assert.deepEqual(values, { ...FILLED, ...change })
  }
  assert.equal(await world.stores.system.accounts.countAccounts(), 0)
  assert.deepEqual(own(complaints), [])
})

test('a link that is not whole, or that opens nothing, is said at once and in words', CHROMIUM, async (t) => {
  const world = await signInWorld(t)
  const { page, complaints } = await (await openChromium(t))()

  await page.goto(`${world.url}/setup`)
  assert.match((await page.textContent('#problem')) ?? '', /whole link/)
  assert.equal(await page.isDisabled('button[type=submit]'), true)
  // Only the fragment changes: the page that is open already has to see it.
  await page.goto(`${world.url}/setup#another-secret`)
  await page.waitForURL(({ hash }) => hash === '')
  await fill(page, FILLED)
  await submit(page)

  await page.locator('#problem', { hasText: 'does not open the setup' }).waitFor()
  assert.equal(await page.inputValue('#email'), FILLED.email)
  assert.deepEqual(own(complaints), [])
})
