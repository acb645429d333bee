import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { needs } from '../support/system-program.ts'
import { fillTenant } from './fill-tenant.ts'
import { openMailedConsole } from './mailed-console.ts'
import { newcomersTo } from './newcomers.ts'
import { assertFitForPeople, signIn, TWO_VIEWS } from './open-console.ts'

/** Members are invited, by mails of a real mail server whose links a real browser follows. Told in order. */
const CHROMIUM = needs('chromium')
const PASSWORD = 'correct horse battery staple'
const BOB = 'bob@example.com'
const console = await openMailedConsole(after)
const { authority: root } = await fillTenant(console.server)

const newcomers = await newcomersTo(console)
const bob = await newcomersTo(console)

/** The owner invites somebody by hand. */
async function invite(email: string, { role, ca }: { readonly role?: string; readonly ca?: string } = {}) {
  const { page } = await console.goToAnew('/console/members')
  await page.getByRole('button', { name: 'Invite member' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('E-mail address').fill(email)
  for (const [field, option] of [
    ['Role', role],
    ['For', ca],
  ] as const) {
    if (option === undefined) continue
    await dialog.getByRole('combobox', { name: field, exact: true }).click()
    await page.getByRole('option', { name: option, exact: true }).click()
  }
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click()
  await dialog.getByText(`A letter with the link goes to ${email}.`).waitFor()
  assert.equal(await dialog.locator('pre').count(), 0, 'who invites does not see the link')
  await dialog.getByRole('button', { name: 'Done' }).click()
  return page
}

async function makeAccount(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Password again').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account and accept' }).click()
  await page.waitForURL(/\/console/)
}

async function opensNothing(link: string): Promise<void> {
  const opened = await newcomers.openAsNew(link)
  await opened.page.getByRole('alert').getByText('has expired, or was used or taken back').waitFor()
  await opened.page.getByRole('link', { name: 'sign in' }).waitFor()
  if (!isOverLookedAt) await assertFitForPeople(opened, 'invitation-over', TWO_VIEWS)
  isOverLookedAt = true
}
let isOverLookedAt = false

test(
  'who is invited to one CA makes an account by the link of the mail, and sees that CA alone',
  CHROMIUM,
  async () => {
    const members = await invite(BOB, { ca: 'Example Servers CA' })
    const invitations = { page: members, complaints: [] }
    await members.getByRole('table', { name: 'Invitations' }).getByText('Officer of Example Servers CA').waitFor()
    await assertFitForPeople(invitations, 'members-invited')
    const link = await console.linkTo(BOB)

    const opened = await bob.open(link)
    const { page } = opened
    await page.getByText(`invites ${BOB} as officer of Example Servers CA.`).waitFor()
    assert.doesNotMatch(page.url(), /chancery_invitation/, 'the secret does not stay in the address')
    await assertFitForPeople(opened, 'invitation-mailed', TWO_VIEWS)
    await makeAccount(page, 'Bob')

    await page.goto('/console/authorities')
    await page.getByRole('link', { name: 'Example Servers CA' }).first().waitFor()
    for (const other of ['Example Root CA', 'Example Partner CA']) {
      assert.equal(await page.getByRole('link', { name: other }).count(), 0, other)
    }
    assert.equal(await page.getByRole('link', { name: 'Members' }).count(), 0)
    await page.goto(`/console/authorities/${root}`)
    await page.getByRole('alert').getByText('There is no such').waitFor()
    await page.goto('/console/members')
    await page.getByRole('alert').first().waitFor()

    await opensNothing(link)
  },
)

test('signed in as somebody else one is told whom the invitation is for, and cannot take it', CHROMIUM, async () => {
  await invite('carol@example.com', { role: 'Auditor' })
  const link = await console.linkTo('carol@example.com')

  const opened = await bob.open(link)
  const { page } = opened
  await page.getByText('This invitation is for carol@example.com').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Accept' }).count(), 0)
  await assertFitForPeople(opened, 'invitation-of-another', TWO_VIEWS)
  const answer = await page.request.post('/api/v1/invitations/accept', {
    data: { token: link.slice(link.indexOf('#') + 1) },
    headers: { origin: console.server.origin, 'sec-fetch-site': 'same-origin' },
  })
  assert.equal(answer.status(), 403, await answer.text())

  await page.getByRole('button', { name: 'Sign out' }).click()
  await makeAccount(page, 'Carol')
  await page.goto('/console/members')
  await page.getByRole('table', { name: 'Members' }).getByText(BOB).waitFor()
})

test('who has an account signs in, accepts, and has both roles', CHROMIUM, async () => {
  await invite(BOB, { role: 'Auditor', ca: 'Example Root CA' })
  const opened = await newcomers.openAsNew(await console.linkTo(BOB, 2))
  const { page } = opened
  await page.getByText('There is an account with this address.').waitFor()
  await assertFitForPeople(opened, 'invitation-sign-in-first', TWO_VIEWS)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('E-mail address').fill(BOB)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('as auditor of Example Root CA').waitFor()
  await assertFitForPeople(opened, 'invitation-accept', TWO_VIEWS)
  await page.getByRole('button', { name: 'Accept' }).click()

  await page.waitForURL(/\/console/)
  await page.goto('/console/authorities')
  await page.getByRole('link', { name: 'Example Root CA' }).first().waitFor()
  assert.equal(await page.getByRole('link', { name: 'Example Partner CA' }).count(), 0)
})

test('a link that is sent again ends the one before, and one that is taken back opens nothing', CHROMIUM, async () => {
  const members = await invite('dave@example.com')
  const first = await console.linkTo('dave@example.com')
  const row = members.getByRole('row').filter({ hasText: 'dave@example.com' })
  await row.getByRole('button', { name: 'New link' }).click()
  await members.getByRole('dialog').getByText('The link before opens nothing any more.').waitFor()
  await members.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  const second = await console.linkTo('dave@example.com', 2)
  await opensNothing(first)
  const { page } = await newcomers.openAsNew(second)
  await page.getByText('invites dave@example.com as officer.').waitFor()

  await row.getByRole('button', { name: 'Take back' }).click()
  await members.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
  await members.getByText('dave@example.com is not invited any more.').waitFor()

  // Where the page was open already the words come when it is used.
  await page.getByLabel('Your name').fill('Dave')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Password again').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account and accept' }).click()
  await page.getByRole('alert').getByText('was used or taken back').waitFor()
  await opensNothing(second)
})

test('after seven days a link opens nothing, and is sent anew', CHROMIUM, async () => {
  const members = await invite('erin@example.com', { role: 'Auditor' })
  const link = await console.linkTo('erin@example.com')
  const database = new DatabaseSync(join(console.server.folder, 'data', 'chancery.db'), { timeout: 60_000 })
  database.prepare('update invitation set expires_at = ? where email = ?').run(Date.now() - 1000, 'erin@example.com')
  database.close()

  await opensNothing(link)

  await members.reload()
  const row = members.getByRole('row').filter({ hasText: 'erin@example.com' })
  await row.getByText('Expired').waitFor()
  await row.getByRole('button', { name: 'New link' }).click()
  const { page } = await newcomers.openAsNew(await console.linkTo('erin@example.com', 2))
  await makeAccount(page, 'Erin')
})

test(
  'an invitation that is not bound is accepted with another account, to see first what it is to',
  CHROMIUM,
  async () => {
    const { page: members } = await console.open('/console/members')
    await members.getByRole('button', { name: 'Invite member' }).click()
    const dialog = members.getByRole('dialog')
    await dialog.getByLabel('E-mail address').fill('anyone@example.com')
    await dialog.getByRole('switch', { name: 'Only for this address' }).press('Space')
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click()
    const { page } = await newcomers.openAsNew(await console.linkTo('anyone@example.com'))
    await page.getByRole('link', { name: 'sign in with an account that you have' }).click()
    await page.getByLabel('E-mail address').fill(BOB)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('button', { name: 'Accept' }).click()

    await page.waitForURL(/\/console/)
    await page.goto('/console/authorities')
    await page.getByRole('link', { name: 'Example Partner CA' }).first().waitFor()
  },
)

test('who is removed sees nothing any more', CHROMIUM, async () => {
  await newcomers.forget()
  await signIn(newcomers.context, console.server.origin, { email: BOB, password: PASSWORD })
  const { page: members } = await console.open('/console/members')
  await members.getByRole('button', { name: 'Actions for Bob' }).click()
  await members.getByRole('menuitem', { name: 'Remove member' }).click()
  await members.getByRole('dialog').getByRole('button', { name: 'Remove member' }).click()
  await members.getByText('Bob is no member any more.').waitFor()

  const { page } = await newcomers.open('/console')

  await page.getByRole('heading', { name: 'You are in no tenant yet' }).waitFor()
  assert.equal(await page.getByText('Example Servers CA').count(), 0)
})
