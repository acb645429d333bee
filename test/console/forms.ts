import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { needs } from '../support/system-program.ts'
import { problemAt } from './field-problem.ts'
import { console } from './one-console.ts'
import { shown } from './one-tenant.ts'
import { PATIENT_MS, violationsOf } from './open-console.ts'

const CHROMIUM = needs('chromium')
const { authority, intermediate, template } = shown

/** A form of a page, filled with something that the server refuses at one field. */
interface Refused {
  readonly form: string
  readonly path: string
  /** Opens what stands before the form: a dialog, a tab, a fold. */
  readonly before?: (page: Page) => Promise<void>
  /** What is typed, by label. The last of them is what is wrong. */
  readonly typed: Readonly<Record<string, string>>
  readonly submit: string
  readonly says: RegExp
}

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).click()
const choose = (menu: RegExp, item: string) => async (page: Page) => {
  await page.getByRole('button', { name: menu }).first().click()
  await page.getByRole('menuitem', { name: item }).click()
}

const REFUSED: readonly Refused[] = [
  {
    form: 'a new CA',
    path: '/console/authorities/new',
    before: (page) => page.getByText('Unit, country, state').click(),
    typed: { 'Certificate authority name': 'Kept Root', Country: 'D1' },
    submit: 'Create CA',
    says: /countr|letter|PrintableString|code/i,
  },
  {
    form: 'settings of a CA',
    path: `/console/authorities/${authority}/edit`,
    typed: { 'CRL parts': '4', 'Public address': 'https://pki.example.com' },
    submit: 'Save',
    says: /http/,
  },
  {
    form: 'the renewal of a CA',
    path: `/console/authorities/${authority}/renew`,
    before: async (page) => {
      await page.getByRole('combobox', { name: 'Valid for' }).click()
      await page.getByRole('option', { name: 'A number of days' }).click()
    },
    typed: { Days: '0' },
    submit: 'Renew CA',
    says: /1 or more/,
  },
  {
    form: 'an imported CA',
    path: '/console/authorities/import',
    typed: { 'Private key': 'this is no key' },
    submit: 'Import CA',
    says: /key|PEM/i,
  },
  {
    form: 'an imported certificate',
    path: '/console/authorities',
    before: choose(/^Actions for Example Partner CA/, 'Import signed certificate'),
    typed: { Certificate: 'this is no certificate' },
    submit: 'Import certificate',
    says: /certificate|PEM/i,
  },
  {
    form: 'a template',
    path: `/console/templates/${template}`,
    typed: { Description: 'Kept', 'Valid for': '0' },
    submit: 'Save',
    says: /1 or more/,
  },
  {
    form: 'a new template',
    path: `/console/templates/new?starter=Code%20Signing&ca=${intermediate}`,
    typed: { Description: 'Kept', Name: 'Web Server' },
    submit: 'Create template',
    says: /name/i,
  },
  {
    form: 'an invitation',
    path: '/console/members',
    before: press('Invite member'),
    typed: { 'E-mail address': 'nobody' },
    submit: 'Invite',
    says: /address/,
  },
  {
    form: 'a token',
    path: '/console/tokens',
    before: press('Create token'),
    typed: { Name: 'Kept', 'Good for (days)': '99999' },
    submit: 'Create token',
    says: /3650 or less/,
  },
  { form: 'the name of a tenant', path: '/console/settings', typed: { Name: '' }, submit: 'Save name', says: /empty/ },
  {
    form: 'a tenant for somebody',
    path: '/console/installation/tenants',
    before: press('Create tenant'),
    typed: { Name: 'Kept', Owner: 'stranger@example.com' },
    submit: 'Create tenant',
    says: /account/,
  },
  {
    form: 'an operator',
    path: '/console/installation/operators',
    before: press('Name operator'),
    typed: { 'E-mail address': 'stranger@example.com' },
    submit: 'Name operator',
    says: /account/,
  },
  { form: 'one’s own name', path: '/console/profile', typed: { Name: '' }, submit: 'Save name', says: /empty/ },
]

for (const { form, path, before, typed, submit, says } of REFUSED) {
  test(`what the server refuses of ${form} stands at its field, and what was typed is kept`, CHROMIUM, async () => {
    const { page, complaints } = await console.goTo(path)
    await before?.(page)
    const form = page.locator('form').filter({ has: page.getByRole('button', { name: submit, exact: true }) })
    for (const [label, value] of Object.entries(typed)) await field(form, label).fill(value)

    await form.getByRole('button', { name: submit, exact: true }).click()

    const [label = ''] = Object.keys(typed).slice(-1)
    assert.match(await problemAt(page, field(form, label)), says)
    for (const [name, value] of Object.entries(typed)) assert.equal(await field(form, name).inputValue(), value, name)
    assert.deepEqual(complaints, [])
  })
}

test('what lints refuse stands at its fields, and what was folded away opens', CHROMIUM, async () => {
  const { page } = await console.goTo('/console/authorities/new')
  await page.getByLabel('Certificate authority name').fill('Folded')
  const subject = page.locator('details').filter({ has: page.getByText('Subject', { exact: true }) })
  const key = page.locator('details').filter({ has: page.getByText('Key and certificate', { exact: true }) })
  for (const part of [subject, key]) await part.locator('summary').click()
  await page.getByLabel('Country').fill('D1')
  await page
    .getByText('Certificate signing', { exact: true })
    .locator('..')
    .getByRole('button', { includeHidden: true })
    .click()
  for (const part of [subject, key]) await part.locator('summary').click()
  assert.ok(await page.getByLabel('Country').isHidden())

  await page.getByRole('button', { name: 'Create CA' }).click()

  assert.match(await problemAt(page, page.getByLabel('Country')), /two letters.*"D1" is not/)
  await page.getByText('A CA certificate has keyUsage with keyCertSign. Add keyCertSign.', { exact: true }).waitFor()
  assert.notEqual(await page.getByLabel('Certificate authority name').getAttribute('aria-invalid'), 'true')
})

test('a CA is deleted only when its name was typed, and the dialog says what goes', CHROMIUM, async () => {
  const { page } = await console.goTo('/console/authorities')
  await choose(/^Actions for Example Partner CA/, 'Delete CA')(page)
  const dialog = page.getByRole('dialog')
  await dialog.getByText('1 private key').waitFor()
  const button = dialog.getByRole('button', { name: 'Delete CA' })
  assert.ok(await button.isDisabled())

  await dialog.getByLabel(/^Type/).fill('Example Partner CA')
  await button.click()

  await page.getByText('Example Partner CA is deleted.').waitFor()
  await page.getByRole('link', { name: 'Example Partner CA' }).waitFor({ state: 'detached' })
})

test('a CA with a living one below it is not deleted, and the dialog says which', CHROMIUM, async () => {
  const { page } = await console.goTo(`/console/authorities/${authority}`)

  await choose(/^Actions for Example Root CA/, 'Delete CA')(page)

  await page.getByRole('dialog').getByText('Example Servers CA').waitFor()
  assert.equal(await page.getByRole('dialog').getByRole('button', { name: 'Delete CA' }).count(), 0)
})

test('a template is deleted by its menu, and goes from the list', CHROMIUM, async () => {
  const { page } = await console.goTo(`/console/templates?ca=${authority}`)
  await choose(/^Actions for Web Server/, 'Delete template')(page)

  await page.getByRole('dialog').getByRole('button', { name: 'Delete template' }).click()

  await page.getByText('This CA has no template').waitFor()
})

test('the certificate of a new CA is shown while the form is filled in', CHROMIUM, async () => {
  const { page } = await console.goTo('/console/authorities/new')

  await page.getByLabel(/^Certificate authority name/).fill('Seen Before')
  const preview = page.getByRole('region', { name: 'Preview' })
  await preview.getByText('CN=Seen Before').waitFor()
  await page.getByText('Intermediate', { exact: true }).click()

  await preview.getByText('A CA, with no CA below').waitFor()
})

test('Ctrl K finds pages, CAs and templates, by the keyboard alone', CHROMIUM, async () => {
  const { page } = await console.goTo('/console')
  await page.keyboard.press('Control+K')
  await page.getByRole('combobox', { name: /^Search for/ }).fill('example ser')
  await page
    .getByRole('option', { name: /Example Servers CA/ })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')

  await page.waitForURL(`**/console/authorities/${intermediate}?ca=${intermediate}`)
  await page.getByRole('heading', { name: 'Example Servers CA' }).waitFor()
})

test('the active CA is part of the address, and links keep it', CHROMIUM, async () => {
  const { page } = await console.goTo('/console/templates')
  await page.getByRole('combobox', { name: 'Certificate authority' }).click()
  await page.getByRole('option', { name: 'Example Servers CA' }).click()
  await page.waitForURL(`**/console/templates?ca=${intermediate}`)
  // Its head, and the one template of this CA.
  await page.getByRole('row').nth(2).waitFor({ state: 'detached' })

  await page.getByRole('link', { name: 'Manage CAs' }).click()

  await page.waitForURL(`**/console/authorities?ca=${intermediate}`)
})

test('dark that is chosen in the menu holds, whatever the system prefers', CHROMIUM, async () => {
  const { page } = await console.goTo(`/console/authorities/${authority}/trust?system=linux`)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.getByRole('button', { name: /^Account:/ }).click()
  await page.getByRole('menuitem', { name: 'Dark' }).click()
  await page.reload()
  await page.getByText('sudo update-ca-certificates').waitFor()

  assert.deepEqual(await violationsOf(page), [])
  assert.equal(await page.locator('html').getAttribute('data-mantine-color-scheme'), 'dark')
  await page.evaluate('localStorage.clear()')
})

test('on a phone the menus open from the bar, and close when a page is chosen', CHROMIUM, async () => {
  const { page } = await console.goTo('/console')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('button', { name: 'Navigation' }).click()

  await page.getByRole('dialog').getByRole('link', { name: 'Members' }).click()

  await page.getByRole('heading', { name: 'Members' }).waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('who is signed out is led to sign in, and back to the page', CHROMIUM, async (t) => {
  const stranger = await console.browser.newContext({ baseURL: console.server.origin })
  t.after(() => stranger.close())
  stranger.setDefaultTimeout(PATIENT_MS)
  const page = await stranger.newPage()
  await page.goto('/console/members')
  await page.waitForURL('**/sign-in?to=%2Fconsole%2Fmembers')

  await page.getByLabel('E-mail address').fill('owner@example.com')
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()

  await page.getByRole('heading', { name: 'Members' }).waitFor()
})

/** A field by its label, which may have a star. */
function field(form: ReturnType<Page['locator']>, label: string) {
  return form.getByLabel(new RegExp(`^${label.replace(/[()]/g, '\\$&')}(?: \\*)?$`)).first()
}

test('where no mail leaves, the link of a claim for somebody is shown once to who approves', CHROMIUM, async () => {
  const { page } = await console.goTo(`/console/requests/pre-approve?template=${template}`)
  await page.getByLabel('Value, alternative names 1').fill('unmailed.example.com')
  await page.getByLabel('By somebody who gets a link by mail').check()
  await page.getByLabel('E-mail address', { exact: true }).fill('unmailed@example.com')
  await page.getByRole('button', { name: 'Approve', exact: true }).click()

  await page.getByText('Pass this link on. It is not shown again.').waitFor()
  assert.match((await page.locator('pre').textContent()) ?? '', /\/claim\/chancery_claim_[\w-]{43}$/)
  await page.getByRole('link', { name: 'Show the request' }).click()
  await page.getByText('unmailed@example.com').waitFor()
  assert.equal(await page.locator('pre').count(), 0)
})
