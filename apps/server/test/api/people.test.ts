import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, test } from 'node:test'
import { tellRequesters } from '../../src/publishing/tell-requesters.ts'
import { linkIn } from '../support/mail-server.ts'
import { mailedWorld } from '../support/mailed-world.ts'
import { opensslCsr } from '../support/requests.ts'
import { type Json, makeRoot, webServer } from './api-world.ts'

/** Strangers ask, officers decide, and certificates are claimed: over the API of a whole server, with a real mail server. */
const api = await mailedWorld({ fullName: 'people', after })
const { owner, stranger, server } = api
const root = await makeRoot(owner)
const { profile } = await webServer(owner, root.id)
const PERSON = {
  ...profile,
  subject: { fromRequest: ['commonName', 'organizationName'], required: ['commonName'], fixed: [] },
  subjectAltNames: { fromRequest: ['dns', 'email'], required: true, fixed: [], fromCommonName: false },
}
const template = await owner.make('/templates', {
  ...{ authority: root.id, name: 'People', description: 'For people.', profile: PERSON },
  enrollment: { publicRequests: true },
})
const FORM = {
  subject: [{ type: 'commonName', value: 'ann.example.com' }],
  subjectAltNames: [{ type: 'dns', value: 'ann.example.com' }],
}

let count = 0
const newAddress = () => `person${++count}@example.com`
const ask = (email: string, body: object = FORM, of = template) =>
  stranger.call('POST', `/public/templates/${of.publicId}/requests`, { email, ...body })
const tokenOf = (link: string) => link.slice(link.lastIndexOf('/') + 1)
const deliver = async () => {
  const { outbox } = api.stores.system
  const report = (error: unknown) => assert.fail(String(error))
  await tellRequesters({ outbox, deskOf: (tenant) => api.installation.for(tenant).requestDesk, now: Date.now, report })
  await api.deliver()
}
const nextToken = async (email: string, nth: number) => {
  await deliver()
  return tokenOf(linkIn(await server.mailTo(email, nth)))
}
const post = async (path: string, body: object): Promise<Json> => {
  const answer = await stranger.call('POST', path, body)
  assert.equal(answer.status, 200, answer.text)
  return answer.body
}
const pending = async (): Promise<Json[]> =>
  (await owner.get(`/requests?template=${template.id}&status=pending`)).body.items
/** Asks by a form, and confirms: the token of its status page, and its id. */
const confirmedForm = async (email = newAddress(), body: object = FORM) => {
  assert.equal((await ask(email, body)).status, 202)
  const token = await nextToken(email, 1)
  await post('/public/requests/confirm', { token })
  const [request] = await pending()
  return { email, token, id: String(request.id) }
}
const approved = async () => {
  const form = await confirmedForm()
  await owner.make(`/requests/${form.id}/approve`, {})
  return { ...form, claim: await nextToken(form.email, 2) }
}

test('a stranger fills a form, confirms the address, is approved, and claims with a key of their own', async () => {
  const email = newAddress()
  const shown = await stranger.get(`/public/templates/${template.publicId}`)
  assert.deepEqual(
    [shown.body.name, shown.body.tenant, shown.body.authority, shown.body.form.required],
    ['People', 'Example', 'Example Root', ['commonName']],
  )
  assert.equal((await ask(email)).status, 202)
  assert.deepEqual(await pending(), [], 'nobody sees what is not confirmed')

  const token = await nextToken(email, 1)
  assert.equal((await post('/public/requests/look', { token })).status, 'unconfirmed')
  assert.equal((await post('/public/requests/confirm', { token })).status, 'pending')
  const [request] = await pending()
  assert.deepEqual([request.kind, request.requestedBy], ['form', { email }])
  const { body: whole } = await owner.get(`/requests/${request.id}`)
  assert.deepEqual([whole.preview.issuable, whole.csr], [true, undefined])
  const sent = await owner.make(`/requests/${request.id}/approve`, { validity: { days: 30 } })
  assert.deepEqual([sent.mailed, sent.link], [true, undefined])

  const claim = await nextToken(email, 2)
  assert.equal((await post('/public/claims/look', { token: claim })).state, 'open')
  const { csr } = await opensslCsr({
    subject: '/CN=evil.example.com',
    extensions: ['subjectAltName=DNS:evil.example.com'],
  })
  const claimed = await post('/public/claims/redeem', { token: claim, csr })

  assert.equal(claimed.state, 'issued')
  const certificate = new X509Certificate(claimed.certificate)
  assert.equal(certificate.subject, 'CN=ann.example.com')
  assert.equal(certificate.subjectAltName, 'DNS:ann.example.com')
  assert.ok(certificate.checkIssued(new X509Certificate(claimed.chain)))
  assert.ok(certificate.validToDate.getTime() - Date.now() < 31 * 86_400_000)
  const { body: decided } = await owner.get(`/requests/${request.id}`)
  assert.deepEqual([decided.status, decided.claim.spent], ['issued', true])
  const { body: registered } = await owner.get(`/certificates/${decided.certificate}`)
  assert.equal(registered.evidence.by, 'claim')
  await deliver()
  assert.match((await server.mailTo(email, 3)).text, /was issued/)
})

test('a reload gets the same certificate; another browser, with another key, gets none', async () => {
  const { claim } = await approved()
  const [own, other] = [await opensslCsr(), await opensslCsr()]

  const first = await post('/public/claims/redeem', { token: claim, csr: own.csr })
  const again = await post('/public/claims/redeem', { token: claim, csr: own.csr })
  const late = await stranger.call('POST', '/public/claims/redeem', { token: claim, csr: other.csr })

  assert.equal(again.certificate, first.certificate)
  assert.deepEqual([late.status, /with another key/.test(late.body.detail)], [409, true])
})

test('of many browsers that claim at once one key is certified, once', async () => {
  const { id, claim } = await approved()
  const keys = await Promise.all([0, 1, 2, 3].map(() => opensslCsr()))

  const answers = await Promise.all(
    keys.map(({ csr }) => stranger.call('POST', '/public/claims/redeem', { token: claim, csr })),
  )

  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409])
  const { body } = await owner.get(`/certificates?template=${template.id}`)
  assert.equal(body.items.filter(({ request }: Json) => request === id).length, 1)
})

test('of several calls at once with one key each has the answer', async () => {
  const { claim } = await approved()
  const { csr } = await opensslCsr()

  const answers = await Promise.all(
    [0, 1, 2].map(() => stranger.call('POST', '/public/claims/redeem', { token: claim, csr })),
  )

  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  )
  assert.equal((await post('/public/claims/look', { token: claim })).state, 'issued')
})

test('a link that is sent again ends the one before', async () => {
  const { id, email, claim } = await approved()

  await owner.make(`/requests/${id}/resend`, undefined)
  const newer = await nextToken(email, 3)

  const old = await stranger.call('POST', '/public/claims/look', { token: claim })
  assert.deepEqual([old.status, /newer one took its place/.test(old.body.detail)], [404, true])
  assert.equal((await post('/public/claims/look', { token: newer })).state, 'open')
})

test('who lost the key claims once more, and the first certificate is revoked', async () => {
  const { id, email, claim } = await approved()
  await post('/public/claims/redeem', { token: claim, csr: (await opensslCsr()).csr })
  const { body: before } = await owner.get(`/requests/${id}`)
  await deliver()

  await owner.make(`/requests/${id}/reopen`, undefined)
  const newer = await nextToken(email, 4)
  const second = await post('/public/claims/redeem', { token: newer, csr: (await opensslCsr()).csr })

  assert.equal(second.state, 'issued')
  const { body: revoked } = await owner.get(`/certificates/${before.certificate}`)
  assert.deepEqual([revoked.status, revoked.revocation.reason], ['revoked', 'superseded'])
  const { body: after_ } = await owner.get(`/requests/${id}`)
  assert.notEqual(after_.certificate, before.certificate)
})

test('a stranger asks by a CSR, which an officer signs; the certificate is had by a new link', async () => {
  const email = newAddress()
  const { csr } = await opensslCsr({
    subject: '/CN=bob.example.com',
    extensions: ['subjectAltName=DNS:bob.example.com'],
  })
  assert.equal((await ask(email, { csr })).status, 202)
  await post('/public/requests/confirm', { token: await nextToken(email, 1) })
  const [request] = await pending()
  assert.equal(request.kind, 'public-csr')
  assert.equal((await owner.call('POST', `/requests/${request.id}/approve`, {})).status, 409, 'it has its key')

  await owner.make(`/requests/${request.id}/sign`, {})

  const own = await post('/public/requests/look', { token: await nextToken(email, 2) })
  assert.equal(own.status, 'issued')
  assert.equal(new X509Certificate(own.certificate).subject, 'CN=bob.example.com')
})

test('a request is declined with a reason, which is mailed, and seen by the link', async () => {
  const { id, email, token } = await confirmedForm()

  await owner.make(`/requests/${id}/decline`, { note: 'Not your name.' })

  await deliver()
  assert.match((await server.mailTo(email, 2)).text, /Reason: Not your name\./)
  const own = await post('/public/requests/look', { token })
  assert.deepEqual([own.status, own.note], ['declined', 'Not your name.'])
})

test('an approved claim that is declined is there for nobody any more', async () => {
  const { id, claim } = await approved()

  await owner.make(`/requests/${id}/decline`, {})

  assert.equal((await stranger.call('POST', '/public/claims/look', { token: claim })).status, 404)
})

test('what is approved before anybody asks goes out by mail, or is shown to who approves', async () => {
  const email = newAddress()
  const mailed = await owner.make('/requests/pre-approved', { template: template.id, email, ...FORM })
  const shown = await owner.make('/requests/pre-approved', { template: template.id, ...FORM })
  assert.deepEqual([mailed.mailed, mailed.link, shown.mailed], [true, undefined, false])

  for (const token of [await nextToken(email, 1), tokenOf(shown.link)]) {
    const claimed = await post('/public/claims/redeem', { token, csr: (await opensslCsr()).csr })
    assert.equal(new X509Certificate(claimed.certificate).subject, 'CN=ann.example.com')
  }
})

test('forms are approved and sent again many at a time; what cannot be is told of each', async () => {
  const [one, two] = [await confirmedForm(), await confirmedForm()]

  const yes = await owner.make('/requests/approve', { ids: [one.id, two.id, one.id.replace(/.$/, 'z')] })
  const again = await owner.make('/requests/resend', { ids: [one.id, two.id] })

  assert.deepEqual(
    yes.items.map(({ outcome }: Json) => outcome),
    ['done', 'done', 'refused'],
  )
  assert.equal(again.done, 2)
})

test('a claim that no mail carries is sent again many at a time by its link, which is shown that one time', async () => {
  const [shown, mailed] = [
    await owner.make('/requests/pre-approved', { template: template.id, ...FORM }),
    await owner.make('/requests/pre-approved', { template: template.id, email: newAddress(), ...FORM }),
  ]

  const { items } = await owner.make('/requests/resend', { ids: [shown.request, mailed.request] })

  assert.equal((await post('/public/claims/look', { token: tokenOf(items[0].link) })).state, 'open')
  assert.equal(items[1].link, undefined, 'who has it by mail has it alone')
  const old = await stranger.call('POST', '/public/claims/look', { token: tokenOf(shown.link) })
  assert.equal(old.status, 404)
})

test('somebody is asked by mail to request a certificate', async () => {
  const email = newAddress()
  const { address, mailed } = await owner.make(`/templates/${template.id}/request-invitations`, { email })

  await deliver()

  assert.deepEqual([linkIn(await server.mailTo(email)), mailed], [address, true])
  assert.ok(address.endsWith(`/request/${template.publicId}`))
  assert.equal((await owner.get(`/templates/${template.id}/service-urls`)).body.publicRequests, address)
})

test('where strangers may not ask, there is nothing to be found', async () => {
  const closed = await webServer(owner, root.id)
  const ca = await owner.make('/templates', {
    ...{
      authority: root.id,
      name: 'CA',
      profile: {
        ...PERSON,
        keyUsage: { bits: ['keyCertSign'], rsaBits: [], critical: true },
        basicConstraints: { ca: true, critical: true },
        extendedKeyUsage: { purposes: [], critical: false },
      },
    },
    enrollment: { publicRequests: true },
  })
  const answers = await Promise.all(
    [closed, ca, { publicId: 'A'.repeat(16) }].map(async (of) => [
      (await stranger.get(`/public/templates/${of.publicId}`)).text,
      (await ask(newAddress(), FORM, of)).text,
    ]),
  )

  assert.equal(new Set(answers.flat().map((text) => JSON.parse(text).detail)).size, 1)
  assert.equal(JSON.parse(answers[0]?.[0] ?? '').status, 404)
  const refused = await owner.call('POST', '/requests/pre-approved', { template: ca.id, ...FORM })
  assert.deepEqual([refused.status, /can itself vouch/.test(refused.body.detail)], [403, true])
})

test('what cannot be certified is said to who types it', async () => {
  const none = await ask(newAddress(), { subject: FORM.subject, subjectAltNames: [] })
  const other = await ask(newAddress(), { ...FORM, subject: [...FORM.subject, { type: 'countryName', value: 'DE' }] })
  const both = await ask(newAddress(), { ...FORM, csr: (await opensslCsr()).csr })
  const address = await ask('a,b@example.com')
  const key = await ask(newAddress(), { csr: (await opensslCsr({ key: 'rsa1024' })).csr })

  assert.deepEqual(
    [none, other, both, address, key].map(({ status }) => status),
    [422, 422, 400, 422, 422],
  )
  for (const { body } of [none, other]) assert.ok(body.errors.length > 0)
})

test('names that an approver puts in their place bind, and what the template does not allow is approved by nobody', async () => {
  const { id, email } = await confirmedForm()
  const wrong = { subjectAltNames: [{ type: 'ip', value: '192.0.2.1' }] }
  assert.equal((await owner.call('POST', `/requests/${id}/approve`, wrong)).status, 422)

  await owner.make(`/requests/${id}/approve`, { subjectAltNames: [{ type: 'dns', value: 'other.example.com' }] })

  const token = await nextToken(email, 2)
  const names = [{ type: 'dns', value: 'other.example.com' }]
  assert.deepEqual((await post('/public/claims/look', { token })).subjectAltNames, names, 'and that is what is shown')
  assert.deepEqual((await owner.get(`/requests/${id}`)).body.subjectAltNames, names)
  const claimed = await post('/public/claims/redeem', { token, csr: (await opensslCsr()).csr })
  assert.equal(new X509Certificate(claimed.certificate).subjectAltName, 'DNS:other.example.com')
})

test('a template that was closed to strangers, or disabled, meanwhile issues no claim', async () => {
  const { claim } = await approved()
  const { body: now } = await owner.get(`/templates/${template.id}`)
  const off = await owner.call('PATCH', `/templates/${template.id}`, { revision: now.revision, enabled: false })
  assert.equal(off.status, 200)

  const refused = await stranger.call('POST', '/public/claims/redeem', { token: claim, csr: (await opensslCsr()).csr })

  assert.deepEqual([refused.status, /is disabled/.test(refused.body.detail)], [422, true])
  await owner.call('PATCH', `/templates/${template.id}`, { revision: now.revision + 1, enabled: true })
  assert.equal((await post('/public/claims/look', { token: claim })).state, 'open', 'nothing was spent')
})

test('one address gets few mails of strangers, and no answer tells of another', async () => {
  const email = newAddress()
  const statuses: number[] = []
  for (let again = 0; again < 7; again++) statuses.push((await ask(email)).status)

  assert.deepEqual(statuses, [202, 202, 202, 202, 202, 429, 429])
})

test('no secret of a link is in the database, but sealed', async () => {
  const { claim, token } = await approved()

  const rows = await api.database.read((db) => db.selectFrom('request_link').selectAll().execute())
  const text = rows.map((row) => `${JSON.stringify(row)}${Buffer.from(row.secret_hash).toString('latin1')}`).join()

  for (const secret of [claim, token]) assert.ok(!text.includes(secret))
})

test('after all this everything adds up', async () => {
  await api.checkInvariants()
})
