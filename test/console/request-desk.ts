import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { opensslCsr } from '../../apps/server/test/support/requests.ts'
import { needs } from '../support/system-program.ts'
import { until } from '../support/until.ts'
import { console, shown } from './one-mailed-console.ts'
import { assertFitForPeople, TWO_VIEWS } from './open-console.ts'

const CHROMIUM = needs('chromium', 'openssl')

/** What strangers do stands in a test of their pages: here they come by the API. */
const { server, mail } = console
// biome-ignore lint/suspicious/noExplicitAny: what the API answers
type Json = any
const api = (method: string, path: string, body?: unknown) => server.api<Json>(method, path, body)
const { template: id, intermediate } = shown
const { publicId, name: TEMPLATE } = await api('PATCH', `/templates/${id}`, {
  revision: 1,
  enrollment: { publicRequests: true },
})

async function post(path: string, body: unknown): Promise<Json> {
  const answer = await fetch(`${server.origin}/api/v1/public/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const said = await answer.json()
  assert.ok(answer.ok, `${path}: ${answer.status} ${JSON.stringify(said)}`)
  return said
}

const tokenOf = (link: string) => link.slice(link.lastIndexOf('/') + 1)

/** A stranger who asked and confirmed: by a form, or by a CSR. */
async function asked(host: string, csr?: string): Promise<string> {
  const email = `${host.split('.')[0]}@example.com`
  const what = csr === undefined ? { subjectAltNames: [{ type: 'dns', value: host }] } : { csr }
  await post(`templates/${publicId}/requests`, { email, ...what })
  await post('requests/confirm', { token: tokenOf(await console.linkTo(email)) })
  return email
}

async function redeem(link: string): Promise<void> {
  const { csr } = await opensslCsr()
  assert.equal((await post('claims/redeem', { token: tokenOf(link), csr })).state, 'issued')
}

async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: field }).click()
  await page.getByRole('option', { name: option, exact: true }).first().click()
}

/** Selects these rows of the list. */
async function select(page: Page, ...names: readonly string[]): Promise<void> {
  for (const name of names) await page.getByLabel(`Select ${name}`, { exact: true }).check()
}

test('a pre-approved request is looked at, approved, and leads to where its key is made', CHROMIUM, async () => {
  const opened = await console.open(`/console/requests/pre-approve?ca=${intermediate}`)
  const { page } = opened
  await page.getByText('Choose a template to see').waitFor()
  await page.getByRole('button', { name: 'Approve and make the key' }).click()
  await page.getByText('Choose what the certificate is for.').waitFor()
  await choose(page, 'Template', TEMPLATE)
  await page.getByLabel('Value, alternative names 1').fill('not a host')
  await page.getByLabel('Preview').getByText('not a host').first().waitFor()
  await page.getByRole('button', { name: 'Approve and make the key' }).click()
  await page.locator('form').getByText('not a host').first().waitFor()
  await page.getByLabel('So many days from now').check()
  await page.getByLabel('Days', { exact: true }).fill('20')
  // Last, so that the preview that has it is the last.
  await page.getByLabel('Value, alternative names 1').fill('now.example.com')
  await page.getByLabel('Preview').getByText('now.example.com').first().waitFor()
  await assertFitForPeople(opened, 'pre-approve-filled')
  await page.getByRole('button', { name: 'Approve and make the key' }).click()

  await page.waitForURL('**/claim/chancery_claim_*')
  await page.getByText('now.example.com').first().waitFor()
  const [request] = (await api('GET', '/requests?status=approved')).items
  assert.deepEqual([request.kind, request.subjectAltNames[0].value], ['pre-approved', 'now.example.com'])
  const { approved } = await api('GET', `/requests/${request.id}`)
  assert.deepEqual(approved.validity, { days: 20 })
})

test('a pre-approved request goes to a person by mail, who alone has the link', CHROMIUM, async () => {
  const { page } = await console.open(`/console/requests/pre-approve?template=${id}`)
  await page.getByLabel('Value, alternative names 1').fill('mailed.example.com')
  await page.getByLabel('By somebody who gets a link by mail').check()
  await page.getByLabel('E-mail address', { exact: true }).fill('a,b')
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  await page.locator('input[type=email][aria-invalid=true]').waitFor()
  await page.getByLabel('E-mail address', { exact: true }).fill('mailed@example.com')
  await page.getByRole('button', { name: 'Approve', exact: true }).click()

  await page.getByText('Approved, and not claimed yet').waitFor()
  const link = await console.linkTo('mailed@example.com')
  assert.ok(!(await page.content()).includes(tokenOf(link)))
  await redeem(link)
})

test('where nobody gets a mail the link is shown once, with what to do with it', CHROMIUM, async () => {
  const opened = await console.goTo(`/console/requests/pre-approve?template=${id}`)
  const { page } = opened
  await page.getByLabel('Value, alternative names 1').fill('given.example.com')
  await page.getByLabel('By somebody to whom I give the link').check()
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  await page.getByText('Pass this link on. It is not shown again.').waitFor()
  const link = (await page.locator('pre').textContent()) ?? ''
  await assertFitForPeople(opened, 'pre-approve-link', TWO_VIEWS)

  assert.match(link, /\/claim\/chancery_claim_[\w-]{43}$/)
  await page.getByRole('button', { name: 'Copy the link' }).waitFor()
  await page.getByRole('link', { name: 'Show the request' }).click()
  await page.getByText('Approved, and not claimed yet').waitFor()
  assert.equal(await page.locator('pre').count(), 0)
  await redeem(link)
})

test(
  'a form is approved with other names, sent again, and opened once more for who lost the key',
  CHROMIUM,
  async () => {
    const email = await asked('form.example.com')
    const [request] = (await api('GET', '/requests?status=pending')).items
    const opened = await console.goToAnew(`/console/requests/${request.id}`)
    const { page } = opened
    assert.equal(await page.getByRole('button', { name: 'Sign', exact: true }).count(), 0)
    await page.getByRole('switch', { name: 'Override requested attributes' }).press('Space')
    await page.getByLabel('Value, alternative names 1').fill('other.example.com')
    await page.getByLabel('Preview').getByText('other.example.com').first().waitFor()
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByText('Approved, and not claimed yet').waitFor()
    await page.getByRole('heading', { name: 'other.example.com' }).waitFor()
    const first = await console.linkTo(email, 2)
    await assertFitForPeople(opened, 'request-approved')

    await page.getByRole('button', { name: 'Send another link' }).click()
    const second = await console.linkTo(email, 3)
    const old = await fetch(`${server.origin}/api/v1/public/claims/look`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: tokenOf(first) }),
    })
    assert.equal(old.status, 404)
    await redeem(second)
    const [made] = (await api('GET', '/certificates?name=other.example.com')).items
    assert.deepEqual(opened.complaints, [])
    const { page: history } = await console.goTo(`/console/certificates/${made.id}?tab=history`)
    for (const words of [
      'Requested by a form',
      'Mail address confirmed',
      'Approved, to be claimed',
      'Claimed and issued',
    ]) {
      await history.getByText(words).first().waitFor()
    }

    await console.goToAnew(`/console/requests/${request.id}`)
    await page.getByText('It was signed.').waitFor()
    await assertFitForPeople(opened, 'request-claimed', TWO_VIEWS)
    await page.getByRole('button', { name: 'Re-open the claim' }).click()
    await page.getByRole('button', { name: 'Revoke and re-open' }).click()
    await page.getByText('Approved, and not claimed yet').waitFor()
    const { items } = await api('GET', '/certificates?name=other.example.com')
    assert.deepEqual([items.length, items[0].status], [1, 'revoked'])
    // Mails that hold no link come between them: that it was issued, that it was revoked.
    const links = () =>
      mail.received
        .filter(({ to }) => to.includes(email))
        .flatMap(({ text }) => /\S+\/claim\/\S+/.exec(text)?.[0] ?? [])
    await until(async () => links().length >= 3)
    const third = links().at(-1)
    assert.ok(third !== first && third !== second, `another link than ${first} and ${second}`)
    await redeem(third ?? '')
  },
)

test(
  'of a mixed selection those are acted on with which it can be done, and each says what became of it',
  CHROMIUM,
  async () => {
    const csr = async (host: string) =>
      (await opensslCsr({ subject: '/', extensions: [`subjectAltName=DNS:${host}`] })).csr
    const emails = [
      await asked('bulk1.example.com'),
      await asked('bulk2.example.com'),
      await asked('bulk3.example.com', await csr('bulk3.example.com')),
    ]
    await api('POST', '/requests', { template: id, csr: await csr('bulk4.example.com') })
    const opened = await console.goToAnew('/console/requests')
    const { page } = opened
    await select(page, 'bulk1.example.com', 'bulk2.example.com', 'bulk3.example.com', 'bulk4.example.com')
    await page.getByRole('button', { name: 'Sign 2' }).waitFor()
    await page.getByRole('button', { name: 'Decline 4' }).waitFor()
    assert.equal(await page.getByRole('button', { name: /^Resend/ }).count(), 0, 'nothing of it has a link')
    await assertFitForPeople(opened, 'requests-selected')

    await page.getByRole('button', { name: 'Approve 2' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('What came with its key is signed, not approved.').waitFor()
    await assertFitForPeople(opened, 'requests-approve-many', TWO_VIEWS)
    await dialog.getByRole('button', { name: 'Approve 2' }).click()
    await dialog.getByText('2 of 2 approved. 2 left as they are.').waitFor()
    const rows = await dialog.getByRole('listitem').allInnerTexts()
    assert.deepEqual(
      rows.map((row) => /Done|Left as it is/.exec(row)?.[0]),
      ['Done', 'Done', 'Left as it is', 'Left as it is'],
    )
    await assertFitForPeople(opened, 'requests-approved-many', TWO_VIEWS)
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
    const claims = await Promise.all(emails.slice(0, 2).map((email) => console.linkTo(email, 2)))
    assert.ok(claims.every((link) => link.includes('/claim/')))

    // What is approved by now, beside what waits still.
    await page.goto('/console/requests?status=all')
    await select(page, 'bulk1.example.com', 'bulk2.example.com', 'bulk3.example.com')
    await page.getByRole('button', { name: 'Resend 2' }).click()
    await dialog.getByRole('button', { name: 'Resend 2' }).click()
    await dialog.getByText('2 of 2 sent again. 1 left as it is.').waitFor()
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
    const again = await console.linkTo(emails[0] ?? '', 3)
    assert.notEqual(again, claims[0])

    await select(page, 'bulk1.example.com', 'bulk3.example.com', 'bulk4.example.com')
    await page.getByRole('button', { name: 'Sign 2' }).click()
    await dialog.getByText('It is approved already, and waits to be claimed.').waitFor()
    await dialog.getByRole('button', { name: 'Sign 2' }).click()
    await dialog.getByText('2 of 2 signed. 1 left as it is.').waitFor()
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()

    await select(page, 'bulk1.example.com', 'bulk2.example.com')
    await page.getByRole('button', { name: 'Decline 2' }).click()
    await dialog.getByLabel('Why').fill('Not on a Friday.')
    await dialog.getByRole('button', { name: 'Decline 2' }).click()
    await dialog.getByText('2 of 2 declined.').waitFor()
    const isDeclined = ({ to, text }: (typeof mail.received)[number]) =>
      emails.slice(0, 2).includes(to[0] ?? '') && text.includes('Reason: Not on a Friday.')
    await until(async () => mail.received.filter(isDeclined).length === 2)
  },
)

test(
  'claims that no mail carries are sent again together, and each link is shown with its name',
  CHROMIUM,
  async () => {
    for (const host of ['plain1.example.com', 'plain2.example.com']) {
      const subjectAltNames = [{ type: 'dns', value: host }]
      await api('POST', '/requests/pre-approved', { template: id, subjectAltNames })
    }
    const opened = await console.open('/console/requests?status=approved')
    const { page } = opened
    await select(page, 'plain1.example.com', 'plain2.example.com')
    await page.getByRole('button', { name: 'Resend 2' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Resend 2' }).click()

    await dialog.getByText('No mail carries these links').waitFor()
    const links = await dialog.locator('pre').allTextContents()
    await assertFitForPeople(opened, 'requests-sent-again', TWO_VIEWS)
    assert.equal(links.length, 2)
    for (const link of links) await redeem(link)
  },
)
