import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, test } from 'node:test'
import { runChancery } from '../../../../test/support/running-chancery.ts'
import { needs } from '../../../../test/support/system-program.ts'
import { openChromium } from '../sign-in/chromium.ts'
import { linkIn, startMailServer } from '../support/mail-server.ts'
import { opensslCsr } from '../support/requests.ts'

/** A real server, a real mail server, and a real browser that follows the links of its mails. */
const mail = await startMailServer({ hideSTARTTLS: true })
const chancery = await runChancery({
  env: { CHANCERY_SMTP_URL: `smtp://127.0.0.1:${mail.port}`, CHANCERY_MAIL_FROM: 'pki@example.com' },
})
after(async () => {
  await chancery.stop()
  await mail.close()
})
const EMAIL = 'ann@example.com'

test(
  'a stranger asks on the page of a template, confirms by the link of a mail, and claims by that of the next',
  needs('openssl', 'chromium'),
  async (t) => {
    const open = await openChromium(t)
    // biome-ignore lint/suspicious/noExplicitAny: what the API answers
    const api = (method: string, path: string, body?: unknown) => chancery.api<any>(method, path, body)
    const root = await api('POST', '/authorities', { kind: 'root', subject: [{ type: 'commonName', value: 'Root' }] })
    const [{ id }] = (await api('GET', `/templates?authority=${root.id}`)).items
    const { publicId } = await api('PATCH', `/templates/${id}`, { revision: 1, enrollment: { publicRequests: true } })

    const { page, complaints } = await open()
    await page.goto(`${chancery.origin}/request/${publicId}`)
    await page.getByLabel('Your e-mail address').fill(EMAIL)
    await page.getByLabel('Host names').fill('ann example com')
    await page.getByRole('button', { name: 'Ask for the certificate' }).click()
    await page.getByRole('alert').filter({ hasText: 'ann example com' }).waitFor()
    await page.getByLabel('Host names').fill('ann.example.com\n')
    await page.getByRole('button', { name: 'Ask for the certificate' }).click()
    await page.getByText(`A mail is on its way to ${EMAIL}.`).waitFor()

    const answer = await page.goto(linkIn(await mail.mailTo(EMAIL)).replace('localhost', '127.0.0.1'))
    assert.equal(answer?.headers()['referrer-policy'], 'no-referrer')
    await page.getByText('It is not confirmed yet.').waitFor()
    assert.equal((await api('GET', '/requests?status=pending')).items.length, 0, 'to open a link does nothing')
    await page.getByRole('button', { name: 'Confirm the request' }).click()
    await page.getByText('It waits for somebody to decide.').waitFor()

    const [request] = (await api('GET', '/requests?status=pending')).items
    await api('POST', `/requests/${request.id}/approve`, {})
    await page.goto(linkIn(await mail.mailTo(EMAIL, 2)).replace('localhost', '127.0.0.1'))
    await page.getByText('A key of yours is due.').waitFor()
    await page.getByText('I have a certification request').click()
    await page.getByLabel('Certification request (PEM)').fill('nonsense')
    await page.getByRole('button', { name: 'Get the certificate', exact: true }).click()
    await page.getByRole('alert').filter({ hasText: 'no PEM block' }).waitFor()
    await page.getByLabel('Certification request (PEM)').fill((await opensslCsr()).csr)
    await page.getByRole('button', { name: 'Get the certificate', exact: true }).click()
    await page.getByText('The certificate was issued.').waitFor()

    const shown = await page.locator('#certificate').textContent()
    assert.equal(new X509Certificate(shown ?? '').subjectAltName, 'DNS:ann.example.com')
    await page.reload()
    await page.getByText('The certificate was issued.').waitFor()
    await page.goto(new URL('/claim/unknown', page.url()).href)
    await page.getByRole('alert').filter({ hasText: 'This link is not known.' }).waitFor()
    // The browser tells of the two answers that were refused, and of nothing else.
    assert.deepEqual(
      complaints.filter((one) => !/status of 4\d\d/.test(one)),
      [],
    )
  },
)

test('a stranger asks by a CSR, and where nobody may ask is told so', needs('openssl', 'chromium'), async (t) => {
  const open = await openChromium(t)
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers
  const api = (method: string, path: string, body?: unknown) => chancery.api<any>(method, path, body)
  const root = await api('POST', '/authorities', { kind: 'root', subject: [{ type: 'commonName', value: 'Second' }] })
  const [{ id, publicId }] = (await api('GET', `/templates?authority=${root.id}`)).items

  const { page } = await open()
  await page.goto(`${chancery.origin}/request/${publicId}`)
  await page.getByRole('alert').filter({ hasText: 'Nobody can ask for a certificate here.' }).waitFor()
  await api('PATCH', `/templates/${id}`, { revision: 1, enrollment: { publicRequests: true } })
  await page.reload()
  await page.getByLabel('Your e-mail address').fill('ben@example.com')
  await page.getByLabel('I have a certification request').check()
  await page.getByLabel('Certification request (PEM)').fill((await opensslCsr()).csr)
  await page.getByRole('button', { name: 'Ask for the certificate' }).click()
  await page.getByText('A mail is on its way to ben@example.com.').waitFor()

  await page.goto(linkIn(await mail.mailTo('ben@example.com')).replace('localhost', '127.0.0.1'))
  await page.getByText('It is not confirmed yet.').waitFor()
})
