import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, test } from 'node:test'
import { needs } from '../../../../test/support/system-program.ts'
import { opensslCsr } from '../support/requests.ts'
import { apiWorld, type Json, makeRoot, webServer } from './api-world.ts'

const api = await apiWorld({ after, fullName: 'requests' })
const root = await makeRoot(api, 'Request Root')
const template = await webServer(api, root.id)
const openssl = needs('openssl')

async function submit(more: object = {}, csr?: string): Promise<Json> {
  return api.make(
    '/requests',
    { template: template.id, csr: csr ?? (await opensslCsr()).csr, ...more },
    { as: 'officer' },
  )
}

test('a submitted CSR waits, shows what it says and what signing it would issue', openssl, async () => {
  const { csr } = await opensslCsr({
    subject: '/CN=www.example.com/O=Example',
    extensions: ['subjectAltName=DNS:www.example.com,DNS:example.com', 'extendedKeyUsage=clientAuth'],
    key: 'p384',
  })
  const { status, body, headers } = await api.post('/requests', { template: template.id, csr }, { as: 'officer' })

  assert.deepEqual([status, headers['location']], [201, `/api/v1/requests/${body.id}`])
  assert.deepEqual([body.status, body.authority, body.template], ['pending', root.id, template.id])
  assert.equal(body.csr.replace(/\s/g, ''), csr.replace(/\s/g, ''))
  assert.equal(body.decoded.subject.text, 'O=Example,CN=www.example.com')
  assert.equal(body.decoded.publicKey.type, 'ecdsa-p384')
  assert.deepEqual(
    body.decoded.extensions.map(({ name }: Json) => name),
    ['subjectAltName', 'extKeyUsage'],
  )
  assert.deepEqual(body.preview.ignoredExtensions, [{ id: '2.5.29.37', name: 'extKeyUsage', critical: false }])
  assert.equal(body.preview.issuable, true)
  assert.equal(body.preview.certificate.subject.text, 'CN=www.example.com')
  assert.deepEqual(body.wishes, {})
  assert.deepEqual((await api.get(`/requests/${body.id}`)).body, body)
})

test('a request is signed as it was wished, and as its approver overrides it', openssl, async () => {
  const names = [{ type: 'dns', value: 'Wished.Example.com' }]
  const wished = await submit({ subjectAltNames: names, validity: { days: 10 } })
  assert.deepEqual(wished.wishes, { subjectAltNames: names, validity: { days: 10 } })
  const overridden = await submit({ subjectAltNames: names, validity: { days: 10 } })

  const asWished = await api.post(`/requests/${wished.id}/sign`, {}, { as: 'officer' })
  const asOverridden = await api.post(
    `/requests/${overridden.id}/sign`,
    {
      subject: [{ type: 'CN', value: 'b.example.com' }],
      validity: { notBefore: '2026-06-02T00:00:00Z', notAfter: '2026-07-01T12:00:00+02:00' },
    },
    { as: 'officer' },
  )

  assert.equal(asWished.status, 201, JSON.stringify(asWished.body))
  const one = new X509Certificate(asWished.body.certificate)
  assert.equal(one.subjectAltName, 'DNS:wished.example.com')
  assert.equal(Date.parse(one.validTo) - Date.parse(one.validFrom), 10 * 86_400_000 - 1000)
  const two = new X509Certificate(asOverridden.body.certificate)
  assert.deepEqual([two.subject, two.subjectAltName], ['CN=b.example.com', 'DNS:wished.example.com'])
  assert.deepEqual([two.validFrom, two.validTo], ['Jun  2 00:00:00 2026 GMT', 'Jul  1 10:00:00 2026 GMT'])
  const after = (await api.get(`/requests/${wished.id}`)).body
  assert.deepEqual([after.status, after.certificate, after.preview], ['issued', asWished.body.id, undefined])
  const certificate = (await api.get(`/certificates/${asWished.body.id}`)).body
  assert.deepEqual([certificate.request, certificate.evidence.by], [wished.id, 'submitted-csr'])
  assert.equal(certificate.approval.account, 'an-account')
})

test('a request is decided once', openssl, async () => {
  const { id } = await submit()
  const declined = await api.post(`/requests/${id}/decline`, { note: 'Not yours.' }, { as: 'officer' })
  const again = await api.post(`/requests/${id}/decline`, {})
  const signed = await api.post(`/requests/${id}/sign`, {})

  assert.deepEqual([declined.status, declined.body.status, declined.body.note], [200, 'declined', 'Not yours.'])
  assert.deepEqual([again.status, signed.status], [409, 409])
  assert.match(signed.body.detail, /declined/)
})

test('what the template does not take is refused with the field, and the request stays', openssl, async () => {
  const { id } = await submit()
  const field = async (body: object) => {
    const reply = await api.post(`/requests/${id}/sign`, body)
    return [reply.status, reply.body.code, reply.body.errors?.[0]?.field]
  }

  assert.deepEqual(await field({ subject: [{ type: 'O', value: 'Example' }] }), [422, 'name-not-allowed', '/subject/0'])
  assert.deepEqual(await field({ subjectAltNames: [{ type: 'email', value: 'a@b.example' }] }), [
    422,
    'name-not-allowed',
    '/subjectAltNames/0',
  ])
  assert.deepEqual(await field({ subjectAltNames: [{ type: 'dns', value: 'a_b c' }] }), [
    422,
    'name-not-allowed',
    '/subjectAltNames/0',
  ])
  const twice = [
    { type: 'dns', value: 'a.example' },
    { type: 'dns', value: 'A.EXAMPLE' },
  ]
  assert.deepEqual(await field({ subjectAltNames: twice }), [422, 'not-permitted', '/subjectAltNames/1'])
  assert.deepEqual(await field({ subjectAltNames: [], subject: [{ type: 'CN', value: 'A person' }] }), [
    422,
    'not-permitted',
    '/subjectAltNames',
  ])
  assert.deepEqual(await field({ validity: { notBefore: '2020-01-01T00:00:00Z', notAfter: '2030-01-01T00:00:00Z' } }), [
    422,
    'not-permitted',
    '/validity',
  ])
  assert.deepEqual(await field({ validity: { notAfter: '2030-01-01T00:00:00Z' } }), [400, 'malformed', '/validity'])
  assert.deepEqual(await field({ subjectAltNames: [{ type: 'dsn', value: 'a.example' }] }), [
    400,
    'malformed',
    '/subjectAltNames/0/type',
  ])
  assert.deepEqual(await field({ validty: {} }), [400, 'malformed', '/validty'])
  assert.equal((await api.get(`/requests/${id}`)).body.status, 'pending')
})

test('a CSR that cannot be used is refused at once', openssl, async () => {
  const { csr } = await opensslCsr()
  const der = Buffer.from(csr.replace(/-----.*-----|\s/g, ''), 'base64')
  const pem = (bytes: Uint8Array) =>
    `-----BEGIN CERTIFICATE REQUEST-----\n${Buffer.from(bytes).toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`
  const changed = Uint8Array.from(der)
  changed[der.indexOf('www.example.com') + 1] = 0x78
  const refused = async (text: string) => {
    const { status, body } = await api.post('/requests', { template: template.id, csr: text })
    assert.ok(body.detail.length > 20)
    return [status, body.code, body.errors?.[0]?.field]
  }

  assert.deepEqual(await refused('hello'), [422, 'bad-csr', '/csr'])
  assert.deepEqual(await refused(csr.replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE')), [422, 'bad-csr', '/csr'])
  assert.deepEqual(await refused(pem(der.subarray(0, -5))), [422, 'bad-csr', '/csr'])
  assert.deepEqual(
    await refused(pem(Buffer.concat([Buffer.from([0x30, 0x80]), der.subarray(4), Buffer.from([0, 0])]))),
    [422, 'bad-csr', '/csr'],
  )
  const bySha1 = (await opensslCsr({ key: 'rsa2048', digest: 'sha1' })).csr
  assert.deepEqual(await refused(bySha1), [422, 'bad-csr', '/csr'])
  assert.deepEqual(await refused(pem(changed)), [422, 'bad-csr', '/csr'])
  assert.deepEqual(await refused((await opensslCsr({ key: 'rsa1024' })).csr), [422, 'bad-key', '/publicKey'])
  assert.deepEqual(await refused(pem(new Uint8Array(300_000))), [413, 'too-large', undefined])
})

test('a template that is not there or is disabled takes no requests', openssl, async () => {
  const { csr } = await opensslCsr()
  const nowhere = await api.post('/requests', { template: api.newId(), csr })
  const other = await api.make('/templates', {
    authority: root.id,
    name: 'Disabled',
    enabled: false,
    profile: template.profile,
  })
  const disabled = await api.post('/requests', { template: other.id, csr })

  assert.deepEqual([nowhere.status, nowhere.body.errors[0].field], [404, '/template'])
  assert.deepEqual([disabled.status, disabled.body.code], [422, 'not-permitted'])
})

test('what changed since the request is shown, and judged', openssl, async () => {
  const changing = await api.make('/templates', { authority: root.id, name: 'Changing', profile: template.profile })
  const { id } = await submit({ template: changing.id })
  const allow = { dns: ['*.allowed.example'], ip: [], email: [], upn: [], uri: [] }
  await api.call('PATCH', `/templates/${changing.id}`, {
    body: { revision: 1, profile: { ...template.profile, allow } },
  })

  const shown = (await api.get(`/requests/${id}`)).body
  const signed = await api.post(`/requests/${id}/sign`, {})

  assert.deepEqual([shown.templateChanged, shown.preview.issuable], [true, false])
  assert.match(JSON.stringify(shown.preview.problems), /www\.example\.com.*not allowed/)
  assert.deepEqual([signed.status, signed.body.code], [422, 'name-not-allowed'])
  await api.call('PATCH', `/templates/${changing.id}`, { body: { revision: 2, enabled: false } })
  assert.match(JSON.stringify((await api.get(`/requests/${id}`)).body.preview.problems), /disabled/)
})

test('an approver who saw another template is told, and nothing is signed', openssl, async () => {
  const changing = await api.make('/templates', { authority: root.id, name: 'Seen', profile: template.profile })
  const { id } = await submit({ template: changing.id })
  await api.call('PATCH', `/templates/${changing.id}`, { body: { revision: 1, description: 'changed' } })

  const stale = await api.post(`/requests/${id}/sign`, { templateRevision: 1 })
  const fresh = await api.post(`/requests/${id}/sign`, { templateRevision: 2 })

  assert.deepEqual([stale.status, stale.body.code], [409, 'conflict'])
  assert.equal(fresh.status, 201)
})

test('many requests are signed and declined, each with its own result', openssl, async () => {
  const good = await Promise.all([submit(), submit(), submit(), submit(), submit()])
  const bad = await submit({}, (await opensslCsr({ subject: '/O=No name', extensions: [] })).csr)
  const ids = [...good.slice(0, 3), bad, ...good.slice(3)].map(({ id }) => id)
  const nowhere = api.newId()
  const { status, body } = await api.post('/requests/sign', { ids: [...ids, nowhere] }, { as: 'officer' })

  assert.deepEqual([status, body.done], [200, 5])
  assert.deepEqual(
    body.items.map(({ id }: Json) => id),
    [...ids, nowhere],
  )
  assert.deepEqual(
    body.items.map(({ outcome }: Json) => outcome),
    ['done', 'done', 'done', 'refused', 'done', 'done', 'refused'],
  )
  assert.deepEqual([body.items[3].problem.code, body.items[6].problem.code], ['not-permitted', 'not-found'])
  const declined = await api.post('/requests/decline', { ids: [good[0].id, bad.id], note: 'No.' })
  assert.deepEqual(
    declined.body.items.map(({ outcome }: Json) => outcome),
    ['refused', 'done'],
  )
  assert.equal((await api.get(`/requests/${bad.id}`)).body.note, 'No.')
  assert.equal((await api.post('/requests/sign', { ids: [bad.id, bad.id] })).body.errors[0].field, '/ids')
  assert.equal(
    (await api.post('/requests/sign', { ids: Array.from({ length: 201 }, () => api.newId()) })).body.errors[0].field,
    '/ids',
  )
})

test('a request that two sign at the same moment leads to one certificate', openssl, async () => {
  const { id } = await submit()
  const both = await Promise.all([api.post(`/requests/${id}/sign`, {}), api.post(`/requests/${id}/sign`, {})])

  assert.deepEqual(both.map(({ status }) => status).toSorted(), [201, 409])
})

test('requests are listed by status and template', openssl, async () => {
  const own = await api.make('/templates', { authority: root.id, name: 'Listed', profile: template.profile })
  const one = await submit({ template: own.id })
  const two = await submit({ template: own.id })
  await api.post(`/requests/${one.id}/decline`, {})
  const list = async (query: string) => (await api.get(`/requests?${query}`)).body.items.map(({ id }: Json) => id)

  assert.deepEqual(await list(`template=${own.id}`), [two.id, one.id])
  assert.deepEqual(await list(`template=${own.id}&status=pending`), [two.id])
  assert.deepEqual(await list(`template=${own.id}&status=declined&authority=${root.id}`), [one.id])
  assert.equal((await api.get('/requests?status=open')).body.errors[0].field, '?status')
})

test('after all this the register holds together', () => api.checkInvariants())
