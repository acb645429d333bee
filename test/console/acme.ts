import assert from 'node:assert/strict'
import { test } from 'node:test'
import acme from 'acme-client'
import type { Page } from 'playwright-core'
import { needs } from '../support/system-program.ts'
import { console } from './one-console.ts'
import { assertFitForPeople, isReady } from './open-console.ts'

test(
  'a policy is made, a binding under it is shown once with lines to paste, and both are fit for people',
  needs('chromium'),
  async () => {
    await console.server.api('POST', '/authorities', {
      kind: 'root',
      subject: [{ type: 'commonName', value: 'Example Root' }],
    })
    const opened = await console.open('/console/acme/policies')
    const { page } = opened
    await page.getByRole('link', { name: 'Create policy' }).click()
    await page.getByRole('heading', { name: 'Create ACME policy' }).waitFor()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Web servers')
    await page.getByRole('combobox', { name: 'Template' }).click()
    await page.getByRole('option', { name: 'Web Server', exact: true }).click()
    await page.getByRole('textbox', { name: 'Pre-approved names' }).fill('intern.example, *.lab.example')
    await assertFitForPeople(opened, 'acme-policy')
    await page.getByRole('button', { name: 'Create policy' }).click()
    await page.getByRole('heading', { name: 'External account bindings' }).waitFor()

    await page.getByRole('button', { name: 'Create EAB' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('The web team')
    await page.getByRole('dialog').getByRole('button', { name: 'Create EAB' }).click()
    await page.getByText('The HMAC key is shown this once').waitFor()
    await assertFitForPeople(opened, 'acme-binding-window')
    const lines = await page.getByRole('dialog').locator('pre').innerText()
    await page.getByRole('button', { name: 'I have copied it' }).click()

    assert.match(lines, /^sudo certbot certonly --standalone --server http\S+\/acme\/\w+\/directory /)
    const [, hmacKey = ''] = /--eab-hmac-key (\S+)/.exec(lines) ?? []
    assert.equal(hmacKey.length, 43)
    await page.reload()
    await isReady(page)
    await page.getByText('The web team').waitFor()
    assert.equal((await page.content()).includes(hmacKey), false)
    await assertFitForPeople(opened, 'acme-bindings')
  },
)

test('a policy is changed, and the server’s words stand at their field', needs('chromium'), async () => {
  const opened = await console.goTo('/console/acme/policies')
  const { page } = opened
  await page.getByText('intern.example, *.lab.example').waitFor()
  await assertFitForPeople(opened, 'acme-policies')
  await page.getByRole('link', { name: 'Web servers', exact: true }).click()
  const names = page.getByRole('textbox', { name: 'Pre-approved names' })
  await names.fill('*.com')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.locator('[aria-invalid=true]').first().waitFor()

  await names.fill('www.example.com')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Web servers is saved.').waitFor()

  const { items } = await console.server.api<{ items: { preApproved: readonly string[] }[] }>('GET', '/acme-policies')
  assert.deepEqual(items[0]?.preApproved, ['www.example.com'])
})

test('keys and validity of a policy stay as they are, and are changed in the form', needs('chromium'), async () => {
  const before = await firstPolicy()
  await console.server.api('PATCH', `/acme-policies/${before.id}`, {
    ...{ revision: before.revision, validity: { hours: 36 }, keyTypes: ['ecdsa-p256', 'ed25519'] },
  })
  const opened = await console.open(`/console/acme/policies/${before.id}`)
  const { page } = opened
  const length = page.getByRole('textbox', { name: 'Valid for' })
  const unit = page.getByRole('combobox', { name: 'Unit' })
  assert.equal(await length.inputValue(), '36')
  assert.equal(await unit.inputValue(), 'hours')
  await page.getByText('Ed25519').first().waitFor()
  await assertFitForPeople(opened, 'acme-policy-keys')

  await page.getByRole('switch', { name: 'Wildcards may be ordered' }).setChecked(false)
  await save(page)
  const same = await firstPolicy()
  await page.getByRole('combobox', { name: 'Keys that are certified' }).click()
  await page.getByRole('option', { name: 'RSA 3072' }).click()
  await page.keyboard.press('Escape')
  await length.fill('10')
  await unit.click()
  await page.getByRole('option', { name: 'days' }).click()
  await save(page)
  const changed = await firstPolicy()
  await length.fill('0')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.locator('[aria-invalid=true]').first().waitFor()
  await length.fill('')
  await save(page)

  assert.deepEqual([same.wildcards, same.validity, same.keyTypes], [false, { hours: 36 }, ['ecdsa-p256', 'ed25519']])
  assert.deepEqual([changed.validity, changed.keyTypes], [{ days: 10 }, ['ecdsa-p256', 'ed25519', 'rsa-3072']])
  assert.equal((await firstPolicy()).validity, undefined)
})

interface ShownPolicy {
  readonly id: string
  readonly revision: number
  readonly wildcards: boolean
  readonly validity?: object
  readonly keyTypes?: readonly string[]
}

async function firstPolicy(): Promise<ShownPolicy> {
  const { items } = await console.server.api<{ items: readonly ShownPolicy[] }>('GET', '/acme-policies')
  const [policy] = items
  assert.ok(policy)
  return policy
}

/** Saves, and opens the page anew: the form is made of what was saved. */
async function save(page: Page): Promise<void> {
  const saved = page.waitForResponse((answer) => answer.request().method() === 'PATCH')
  await page.getByRole('button', { name: 'Save' }).click()
  assert.equal((await saved).status(), 200)
  await page.reload()
  await isReady(page)
}

test('an account is shown with its orders and what it asked, and is deactivated', needs('chromium'), async () => {
  const { items: templates } = await console.server.api<{ items: { id: string; authority: string }[] }>(
    'GET',
    '/templates',
  )
  const [template] = templates
  assert.ok(template)
  const policy = await console.server.api<{ directory: string }>('POST', '/acme-policies', {
    authority: template.authority,
    name: 'This machine',
    profiles: [{ name: 'default', template: template.id, description: '' }],
    preApproved: ['www.lab.example'],
    openTo: ['127.0.0.1'],
  })
  await orderBoth(policy.directory)

  const opened = await console.goTo('/console/acme/accounts')
  const { page } = opened
  await page.getByRole('link', { name: 'team@lab.example' }).waitFor()
  await assertFitForPeople(opened, 'acme-accounts')
  await page.getByRole('link', { name: 'team@lab.example' }).click()
  await page.getByText('www.lab.example').waitFor()
  await assertFitForPeople(opened, 'acme-account')
  await page.getByRole('link', { name: 'Logs', exact: true }).first().click()
  await page.getByRole('heading', { name: 'ACME logs' }).waitFor()
  await page.getByText('rejectedIdentifier').first().waitFor()
  await assertFitForPeople(opened, 'acme-logs')
  await page.goBack()
  await page.getByRole('button', { name: 'Deactivate' }).click()
  await page.getByRole('button', { name: 'Deactivate account' }).click()
  await page.getByText('team@lab.example is deactivated.').waitFor()

  const { items } = await console.server.api<{ items: { status: string }[] }>('GET', '/acme-accounts')
  assert.deepEqual(
    items.map(({ status }) => status),
    ['revoked'],
  )
})

test('an address of a private network is ordered until strangers may register here', needs('chromium'), async () => {
  const { items: templates } = await console.server.api<{ items: { id: string; authority: string; name: string }[] }>(
    'GET',
    '/templates',
  )
  const template = templates.find(({ name }) => name === 'Web Server')
  assert.ok(template)
  const { directory: directoryUrl } = await console.server.api<{ directory: string }>('POST', '/acme-policies', {
    authority: template.authority,
    name: 'Addresses',
    profiles: [{ name: 'default', template: template.id, description: '' }],
    openTo: ['127.0.0.1'],
  })
  const client = new acme.Client({ directoryUrl, accountKey: await acme.crypto.createPrivateEcdsaKey() })
  await client.createAccount({ termsOfServiceAgreed: true })
  const ordered = () => client.createOrder({ identifiers: [{ type: 'ip', value: '10.1.2.3' }] })
  const { status } = await ordered()

  const { page } = await console.goTo('/console/installation')
  await page.getByRole('switch', { name: 'Open registration' }).click()
  await page.getByText('Registration is open.').waitFor()

  assert.equal(status, 'pending')
  await assert.rejects(ordered(), /10\.1\.2\.3 is in a private network.*CHANCERY_OUTBOUND_NETWORKS/)
})

/** One order that is fulfilled, and one that is refused. */
async function orderBoth(directoryUrl: string): Promise<void> {
  const client = new acme.Client({ directoryUrl, accountKey: await acme.crypto.createPrivateEcdsaKey() })
  await client.createAccount({ termsOfServiceAgreed: true, contact: ['mailto:team@lab.example'] })
  const order = await client.createOrder({ identifiers: [{ type: 'dns', value: 'www.lab.example' }] })
  const [, csr] = await acme.crypto.createCsr(
    { altNames: ['www.lab.example'] },
    await acme.crypto.createPrivateEcdsaKey(),
  )
  await client.getCertificate(await client.finalizeOrder(order, csr))
  await assert.rejects(client.createOrder({ identifiers: [{ type: 'dns', value: 'single' }] }))
}
