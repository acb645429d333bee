import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs } from '../support/system-program.ts'
import { newcomersTo } from './newcomers.ts'
import { console } from './one-mailed-console.ts'
import { assertFitForPeople } from './open-console.ts'

/** Open registration in a browser, where mail leaves. */
const CHROMIUM = needs('chromium')
const PASSWORD = 'correct horse battery staple'
const EVE = 'eve@example.com'

test(
  'where mail leaves, who registers sets their password by the link that is mailed, and signs in',
  CHROMIUM,
  async () => {
    const { page: installation } = await console.open('/console/installation')
    await installation.getByText('nobody learns which addresses have an account').waitFor()
    await installation.getByRole('switch', { name: 'Open registration' }).click()
    await installation.getByText('Registration is open.').waitFor()
    const newcomers = await newcomersTo(console)

    const registering = await newcomers.open('/register')
    const { page } = registering
    await page.getByText('A link to choose your password goes to the address.').waitFor()
    await assertFitForPeople(registering, 'register-by-mail')
    assert.equal(await page.getByLabel('Password', { exact: true }).count(), 0)
    await page.getByLabel('E-mail address').fill(EVE)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByText(`A mail is on its way to ${EVE}.`).waitFor()

    await page.goto(await console.linkTo(EVE))
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByLabel('Password again').fill(PASSWORD)
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('E-mail address').fill(EVE)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Create your first CA' }).waitFor()

    // The same again says the same: that there is an account stands in the mail alone.
    const again = await newcomers.open('/register')
    await again.page.getByLabel('E-mail address').fill(EVE)
    await again.page.getByRole('button', { name: 'Create account' }).click()
    await again.page.getByText(`A mail is on its way to ${EVE}.`).waitFor()
  },
)
