import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import acme from 'acme-client'
import { needs } from '../support/system-program.ts'
import { assertFitForPeople, isReady, openConsole } from './open-console.ts'

const console = await openConsole(after)

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
  const opened = await console.open('/console/acme/policies')
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

  const opened = await console.open('/console/acme/accounts')
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
