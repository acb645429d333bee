import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs } from '../support/system-program.ts'
import { console, shown } from './one-mailed-console.ts'
import { assertFitForPeople } from './open-console.ts'

const CHROMIUM = needs('chromium')
const { server } = console
// biome-ignore lint/suspicious/noExplicitAny: what the API answers
const api = (method: string, path: string, body?: unknown) => server.api<any>(method, path, body)

test(
  'a template is opened to strangers, its address is shown, and somebody is invited to it by mail',
  CHROMIUM,
  async () => {
    const [closed] = (await api('GET', `/templates?authority=${shown.authority}`)).items
    const opened = await console.open('/console/templates')
    const { page } = opened
    const openDialog = async () => {
      await page.goto(`/console/templates/${closed.id}`)
      await page.getByRole('button', { name: `Actions for ${closed.name}` }).click()
      await page.getByRole('menuitem', { name: 'Public certificate request' }).click()
    }
    await openDialog()
    await page.getByText('This template takes no public requests').waitFor()
    await page.getByRole('link', { name: 'Allow public requests' }).click()

    await page.getByRole('switch', { name: 'Strangers may ask for certificates' }).press('Space')
    await page.getByText('The form asks for what this template takes from a request.').waitFor()
    await page.getByRole('switch', { name: 'A valid certificate may be renewed by its key' }).press('Space')
    await page.getByLabel('From how many days before its end').fill('soon')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('input[aria-invalid=true]').waitFor()
    await page.getByLabel('From how many days before its end').fill('45')
    await page.getByRole('switch', { name: 'Copy subject and names' }).press('Space')
    await page.getByRole('switch', { name: 'Revoke the old one' }).press('Space')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForURL(/\/console\/templates(\?|$)/)
    const { enrollment, publicId: own } = await api('GET', `/templates/${closed.id}`)
    assert.deepEqual(enrollment, {
      publicRequests: true,
      renewal: { withinDays: 45, copyNames: false, revokeOld: true },
    })

    const address = `${server.origin}/request/${own}`
    await page.goto(`/console/templates/${closed.id}?tab=enrollment`)
    await page.getByText(address).waitFor()
    await page.getByRole('img', { name: 'Code with the address of the public page' }).waitFor()
    await assertFitForPeople(opened, 'template-enrollment')

    await openDialog()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Invite somebody to ask').fill('guest@example.com')
    await dialog.getByRole('button', { name: 'Invite by mail' }).click()
    await dialog.getByText('A mail with the address is on its way to guest@example.com.').waitFor()
    assert.equal(await console.linkTo('guest@example.com'), address)
    await dialog.getByRole('img', { name: 'Code with the address of the public page' }).waitFor()
    await assertFitForPeople(opened, 'template-public-request')
    await page.goto(address)
    await page.getByLabel('Your e-mail address').waitFor()
  },
)
