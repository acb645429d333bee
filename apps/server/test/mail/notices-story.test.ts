import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { makeRoot, webServer } from '../api/api-world.ts'
import { recorded } from '../store/engine.ts'
import { linkIn } from '../support/mail-server.ts'
import { mailedWorld } from '../support/mailed-world.ts'
import { opensslCsr } from '../support/requests.ts'

/** What people are told of their certificates, by a whole server and a real mail server. */
const DAY = 86_400_000
const api = await mailedWorld({ fullName: 'notices', after })
const { owner, server, deliverNotices } = api
const root = await makeRoot(owner)
const template = await webServer(owner, root.id)
const OWNER = 'owner@example.com'
const certificateFor = async (host: string, days: number) => {
  const csr = await opensslCsr({ subject: `/CN=${host}`, extensions: [`subjectAltName=DNS:${host}`] })
  const { id } = await owner.make('/requests', { template: template.id, csr: csr.csr })
  return owner.make(`/requests/${id}/sign`, { validity: { days } })
}
const mailsTo = (address: string) => server.received.filter(({ to }) => to.includes(address))

test('whoever asked is told by mail that a certificate was revoked, and why in words', async () => {
  const certificate = await certificateFor('revoked.example.com', 90)

  await owner.make(`/certificates/${certificate.id}/revoke`, { reason: 'keyCompromise' })
  await deliverNotices()

  const mail = await server.mailTo(OWNER)
  assert.deepEqual(mail.headers.get('subject'), ['CN=revoked.example.com: the certificate was revoked'])
  assert.match(mail.text, /Example revoked a certificate that you asked for/)
  assert.match(mail.text, /Reason: its key may be known to somebody else/)
  assert.ok(mail.html.includes('was revoked'))
})

test('a hold and its end are told as they are when the mail is written', async () => {
  const certificate = await certificateFor('held.example.com', 90)
  const before = mailsTo(OWNER).length

  await owner.make(`/certificates/${certificate.id}/revoke`, { reason: 'certificateHold' })
  await deliverNotices()
  await owner.make(`/certificates/${certificate.id}/unrevoke`, undefined)
  await deliverNotices()

  const subjects = mailsTo(OWNER)
    .slice(before)
    .map(({ headers }) => headers.get('subject')?.[0])
  assert.deepEqual(subjects, [
    'CN=held.example.com: the certificate is on hold',
    'CN=held.example.com: the certificate is good again',
  ])
})

test('certificates that end before long are told by one mail to each who is to know', async () => {
  const changed = await owner.call('PATCH', '/tenant/notices', { contacts: [' Ops@Example.org ', 'ops@example.org'] })
  assert.deepEqual([changed.status, changed.body.contacts], [200, ['ops@example.org']])
  assert.deepEqual(await recorded(api, api.tenant, api.tenant), ['notices.change'])
  const certificate = await certificateFor('ends.example.com', 60)
  await certificateFor('ends-too.example.com', 61)

  api.wait(40 * DAY)
  await deliverNotices()
  await deliverNotices()

  const [mail, ...others] = mailsTo('ops@example.org')
  assert.deepEqual(others, [])
  assert.deepEqual(mail?.headers.get('subject'), ['2 certificates of Example expire soon'])
  // Days of the calendar: a certificate begins some minutes before it is made, and perhaps on the day before.
  assert.match(mail?.text ?? '', /ends\.example\.com: 20\d\d-\d\d-\d\d .* in (20|19) days \(Example Root\)/)
  assert.deepEqual(mail?.headers.get('auto-submitted'), ['auto-generated'])
  assert.ok(mail?.headers.get('message-id')?.[0]?.endsWith('@example.com>'))
  assert.equal(mail === undefined ? '' : linkIn(mail), `${api.config.url}/console/certificates`)
  assert.ok(certificate.id)
  assert.ok(mailsTo(OWNER).at(-1)?.text.includes('ends-too.example.com'), 'who asked is told too')
})

test('what cannot be a setting is refused by name', async () => {
  const refusals = [
    await owner.call('PATCH', '/tenant/notices', { contacts: ['ann@example.com', 'a,b@example.com'] }),
    await owner.call('PATCH', '/tenant/notices', { days: [0] }),
    await owner.call('PATCH', '/tenant/notices', { days: [] }),
    await owner.call('PATCH', '/tenant/notices', { contacts: ['x@example.com\r\nBcc: y@example.com'] }),
  ]

  assert.deepEqual(
    refusals.map(({ status, body }) => [status, body.errors[0].field]),
    [
      [422, '/contacts/1'],
      [400, '/days/0'],
      [400, '/days'],
      [422, '/contacts/0'],
    ],
  )
})

test('who was told nothing of revocations by the will of the tenant is told nothing', async () => {
  await owner.call('PATCH', '/tenant/notices', { revoked: false })
  const certificate = await certificateFor('silent.example.com', 90)
  const before = mailsTo(OWNER).length

  await owner.make(`/certificates/${certificate.id}/revoke`, { reason: 'superseded' })
  await deliverNotices()

  assert.equal(mailsTo(OWNER).length, before)
})
