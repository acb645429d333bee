import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { linkIn } from '../../apps/server/test/support/mail-server.ts'
import { opensslCsr } from '../../apps/server/test/support/requests.ts'
import { needs } from '../support/system-program.ts'
import { makeKeyOn, saveFor } from './claim-world.ts'
import { api, bench, claimFor, mail, open, root, server, template as shared } from './one-claim-world.ts'
import { assertPlainPageFits } from './open-console.ts'

/** The pages of people without an account, as they look at them. With SCREENSHOTS set to a folder, pictures are written there. */
const { profile } = await api('GET', `/templates/${shared.id}`)
const enrollment = { publicRequests: true, renewal: { withinDays: 400, copyNames: true, revokeOld: false } }
const template = await api('POST', '/templates', { authority: root.id, name: 'Renewed as it is', profile, enrollment })
const EMAIL = 'ann@example.com'
const PASSWORD = 'correct horse battery staple'

test('the pages on which somebody asks are fit for people', needs('chromium'), async () => {
  const { page, complaints } = await open({ bypassCSP: true })
  await page.goto(`${server.origin}/request/${template.publicId}`)
  await page.getByLabel('Your e-mail address').fill(EMAIL)
  await assertPlainPageFits(page, 'request')
  await page.getByLabel('Host names').fill('look.example.com')
  await page.getByRole('button', { name: 'Ask for the certificate' }).click()
  await page.getByText('A mail is on its way').waitFor()
  await assertPlainPageFits(page, 'request-sent')
  await page.goto(linkIn(await mail.mailTo(EMAIL)).replace('localhost', '127.0.0.1'))
  await page.getByRole('button', { name: 'Confirm the request' }).waitFor()
  await assertPlainPageFits(page, 'request-status')
  assert.deepEqual(complaints, [])
})

test('the pages of a claim are fit for people', needs('chromium'), async () => {
  const { link } = await claimFor('look.example.com', { template: template.id })
  const { page, complaints } = await open({ acceptDownloads: true, bypassCSP: true })
  await page.goto(link)
  await page.getByLabel('Password for the key').fill(PASSWORD)
  await page.getByText('Kind of key').first().click()
  await page.getByText('I have a certification request').click()
  await assertPlainPageFits(page, 'claim')
  await makeKeyOn(page, PASSWORD)
  await saveFor(page, 'windows', bench.folder)
  await assertPlainPageFits(page, 'claim-file')
  await page.reload()
  await page.getByText('Your certificate is ready, and its key is in this browser.').waitFor()
  await page.getByText('I do not know the password').click()
  await assertPlainPageFits(page, 'claim-again')
  await page.getByRole('button', { name: 'Forget this key' }).click()
  await page.getByText('The certificate was issued.').waitFor()
  await assertPlainPageFits(page, 'claim-issued')
  await page.goto(link.replace(/.{5}$/, 'aaaaa'))
  await page.getByText('This link is not known.').waitFor()
  await assertPlainPageFits(page, 'claim-unknown')
  assert.deepEqual(
    complaints.filter((one) => !/status of 4\d\d/.test(one)),
    [],
  )
})

test('the pages of a renewal are fit for people', needs('chromium', 'openssl'), async () => {
  const { csr, key } = await opensslCsr()
  const { certificate } = await api('POST', '/certificates', { template: template.id, csr })
  bench.write('old.pem', certificate + key)
  const { page, complaints } = await open({ acceptDownloads: true, bypassCSP: true })
  await page.goto(`${server.origin}/cps/${root.publicId}`)
  await assertPlainPageFits(page, 'cps')
  await page.getByRole('link', { name: 'Renew in this browser' }).click()
  await page.getByRole('button', { name: 'Open it' }).waitFor()
  await assertPlainPageFits(page, 'renewal')
  await page.getByLabel('The certificate that you have').setInputFiles(join(bench.folder, 'old.pem'))
  await page.getByRole('button', { name: 'Open it' }).click()
  await page.getByText('This certificate is to be renewed.').waitFor()
  await assertPlainPageFits(page, 'renewal-key')
  assert.deepEqual(complaints, [])
})
