import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { KEY_TYPES, SIGNATURE_ALGORITHMS } from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { opensslCsr } from '../support/requests.ts'
import { apiWorld, type Json, makeRoot, webServer } from './api-world.ts'

const api = await apiWorld({ after, fullName: 'templates' })
const root = await makeRoot(api, 'Template Root')
const openssl = needs('openssl')

async function starter(name: string): Promise<Json> {
  const { body } = await api.get('/template-starters')
  return body.items.find((one: Json) => one.name === name)
}

async function makeTemplate(name: string, change: object = {}, from = 'Web Server'): Promise<Json> {
  const { profile } = await starter(from)
  return api.make('/templates', { authority: root.id, name, profile: { ...profile, ...change } })
}

test('every starter can be saved as it is, and comes back as it was', async () => {
  const { body } = await api.get('/template-starters')

  assert.equal(body.items.length, 10)
  for (const { name, description, profile } of body.items) {
    const made = await api.make('/templates', { authority: root.id, name: `${name} 2`, description, profile })
    assert.deepEqual([made.profile, made.revision, made.enabled], [profile, 1, true])
    assert.equal(made.privileged, name === 'Certificate Authority')
    assert.deepEqual((await api.get(`/templates/${made.id}`)).body, made)
  }
})

test('the words of the API for keys and algorithms are those of the code', async () => {
  const { schemas } = (await api.get('/api/openapi.json')).body.components

  assert.deepEqual(schemas.KeyType.enum, KEY_TYPES)
  assert.deepEqual(schemas.SignatureAlgorithm.enum, SIGNATURE_ALGORITHMS)
})

test('predefined policies say who may assert them', async () => {
  const { body } = await api.get('/predefined-policies')

  const validated = body.items.find(({ policy }: Json) => policy === '2.23.140.1.2.1')
  assert.match(validated.note, /Only publicly trusted CAs/)
})

test('a profile that cannot be used is refused with each thing that is wrong', async () => {
  const { profile } = await starter('Web Server')
  const wrong = {
    ...profile,
    keyTypes: [],
    extendedKeyUsage: { purposes: ['1.3.6.1.5.5.7.3.9'], critical: false },
    allow: { dns: ['*.*.example'], ip: ['10.0.0.0/33'], email: [], upn: [], uri: [] },
  }
  const { status, body } = await api.post('/templates', { authority: root.id, name: 'Wrong', profile: wrong })

  assert.deepEqual([status, body.code], [400, 'malformed'])
  const fields = body.errors.map(({ field }: Json) => field)
  assert.deepEqual(fields, [
    '/profile/keyTypes',
    '/profile/extendedKeyUsage/purposes/0',
    '/profile/allow/dns/0',
    '/profile/allow/ip/0',
  ])
})

test('a field that is misspelt deep in a profile is named', async () => {
  const { profile } = await starter('Web Server')
  const wrong = { ...profile, validity: { ...profile.validity, default: { day: 3 } } }
  const { status, body } = await api.post('/templates', { authority: root.id, name: 'Wrong', profile: wrong })

  assert.deepEqual([status, body.errors[0].field], [400, '/profile/validity/default/day'])
  const two = { ...profile, validity: { ...profile.validity, default: { days: 3, hours: 1 } } }
  const both = await api.post('/templates', { authority: root.id, name: 'Wrong', profile: two })
  assert.deepEqual([both.status, both.body.errors[0].field], [400, '/profile/validity/default'])
})

test('a change needs the revision that was edited', async () => {
  const template = await makeTemplate('Edited')
  const path = `/templates/${template.id}`
  const first = await api.call('PATCH', path, { body: { revision: 1, description: 'One' } })
  const late = await api.call('PATCH', path, { body: { revision: 1, description: 'Two' } })

  assert.deepEqual([first.status, first.body.revision, first.body.description], [200, 2, 'One'])
  assert.deepEqual([late.status, late.body.code], [409, 'conflict'])
  assert.match(late.body.detail, /revision 2/)
  assert.equal((await api.get(path)).body.description, 'One')
  assert.equal((await api.call('PATCH', path, { body: { description: 'x' } })).body.errors[0].field, '/revision')
})

test('a fixed end of validity is a moment on the wire, and comes back as it was', async () => {
  const { profile } = await starter('Web Server')
  const validity = { ...profile.validity, notAfter: '2027-01-01T00:00:00.000Z', maximum: { hours: 9600 } }
  const made = await makeTemplate('Fixed end', { validity })

  assert.deepEqual(made.profile.validity, validity)
  const { body } = await api.post(`/templates/${made.id}/preview`, {
    subjectAltNames: [{ type: 'dns', value: 'a.example' }],
  })
  assert.equal(body.certificate.notAfter, '2027-01-01T00:00:00.000Z')
})

test('names are unique within a CA, and a template belongs to a CA that is there', async () => {
  const { profile } = await starter('Web Server')
  const taken = await api.post('/templates', { authority: root.id, name: 'Web Server', profile })
  const nowhere = await api.post('/templates', { authority: api.newId(), name: 'Lost', profile })

  assert.deepEqual([taken.status, taken.body.errors[0].field], [409, '/name'])
  assert.deepEqual([nowhere.status, nowhere.body.errors[0].field], [404, '/authority'])
})

test('a template is deleted only when its certificates are expired or revoked for good', openssl, async () => {
  const template = await makeTemplate('Deleted')
  const path = `/templates/${template.id}`
  const { id } = await api.make('/certificates', { template: template.id, csr: (await opensslCsr()).csr })
  const request = await api.make('/requests', { template: template.id, csr: (await opensslCsr()).csr })

  assert.equal((await api.call('DELETE', path)).status, 409)
  await api.post(`/certificates/${id}/revoke`, { reason: 'certificateHold' })
  assert.equal((await api.call('DELETE', path)).status, 409)
  await api.post(`/certificates/${id}/revoke`, { reason: 'cessationOfOperation' })
  assert.equal((await api.call('DELETE', path)).status, 204)

  assert.equal((await api.get(path)).status, 404)
  const declined = (await api.get(`/requests/${request.id}`)).body
  assert.deepEqual([declined.status, declined.templateChanged], ['declined', true])
})

test('a preview shows the certificate, and what the lints say of it', openssl, async () => {
  const template = await webServer(api, root.id)
  const { csr } = await opensslCsr({
    subject: '/CN=www.example.com/O=Ignored',
    extensions: ['subjectAltName=DNS:www.example.com,email:a@example.com', 'keyUsage=critical,keyCertSign'],
    key: 'rsa2048',
  })
  const { status, body } = await api.post(`/templates/${template.id}/preview`, { csr }, { as: 'auditor' })

  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.issuable, true, JSON.stringify(body.problems))
  assert.equal(body.certificate.subject.text, 'CN=www.example.com')
  assert.deepEqual(body.certificate.subjectAltNames, [{ type: 'dns', value: 'www.example.com' }])
  const usage = body.certificate.extensions.find(({ name }: Json) => name === 'keyUsage')
  assert.deepEqual(usage.value, ['digitalSignature', 'keyEncipherment'])
  assert.deepEqual(body.ignoredExtensions, [{ id: '2.5.29.15', name: 'keyUsage', critical: true }])
  assert.deepEqual(body.ignoredNames, ['organizationName=Ignored', 'email:a@example.com'])
  const issued = await api.make('/certificates', { template: template.id, csr })
  const { decoded } = (await api.get(`/certificates/${issued.id}`)).body
  const { fingerprints, ...certificate } = decoded
  assert.ok(fingerprints)
  assert.deepEqual({ ...body.certificate, serialNumber: certificate.serialNumber }, certificate)
  assert.ok(Buffer.from(body.tbs, 'base64').length > 200)
})

test('a preview says why nothing would be issued', openssl, async () => {
  const template = await webServer(api, root.id)
  const weak = await api.post(`/templates/${template.id}/preview`, { csr: (await opensslCsr({ key: 'rsa1024' })).csr })
  const empty = await api.post(`/templates/${template.id}/preview`, { keyType: 'ml-dsa-65' })
  const broken = await api.post(`/templates/${template.id}/preview`, { csr: 'nonsense' })

  assert.deepEqual([weak.status, weak.body.issuable], [200, false])
  assert.match(JSON.stringify(weak.body.problems), /1024/)
  assert.deepEqual([empty.status, empty.body.issuable], [200, false])
  assert.equal(empty.body.certificate.publicKey.type, 'ml-dsa-65')
  assert.match(JSON.stringify(empty.body.problems), /subject alternative name/)
  assert.deepEqual([broken.status, broken.body.code], [422, 'bad-csr'])
})

test('a profile is previewed before it is saved', async () => {
  const { profile } = await starter('Client Authentication')
  const path = `/authorities/${root.id}/preview`
  const listed = async () => (await api.get('/templates?limit=200')).body.items.map(({ id }: Json) => id)
  const before = await listed()
  const shown = await api.post(path, { profile, subject: [{ type: 'CN', value: 'Alice' }] })
  const wrong = await api.post(path, { profile: { ...profile, keyTypes: [] } })

  assert.deepEqual([shown.status, shown.body.issuable], [200, true], JSON.stringify(shown.body))
  assert.equal(shown.body.certificate.subject.text, 'CN=Alice')
  assert.deepEqual([wrong.status, wrong.body.issuable, wrong.body.problems[0].field], [200, false, '/profile/keyTypes'])
  assert.deepEqual(await listed(), before)
})

test('every preview warns while the public address is of this machine only', async (t) => {
  const local = await apiWorld(
    { after: (work) => t.after(work), fullName: t.name },
    { publicUrl: 'http://localhost:8080' },
  )
  const { id } = await makeRoot(local, 'Local Root')
  const template = await webServer(local, id)
  const { body } = await local.post(`/templates/${template.id}/preview`, {
    subjectAltNames: [{ type: 'dns', value: 'a.example' }],
  })
  const urls = await local.get(`/templates/${template.id}/service-urls`)

  const warning = body.findings.find(({ severity }: Json) => severity === 'warning')
  assert.match(warning?.detail, /this machine only/)
  assert.equal(body.issuable, true)
  assert.match(urls.body.warnings[0], /this machine only/)
})

test('the addresses of a template are those that its profile switches on', async () => {
  const { profile } = await starter('Web Server')
  const policies = [{ policy: '1.3.6.1.4.1.55555.1', cps: true }]
  const some = await makeTemplate('Some addresses', {
    addresses: { crl: true, ocsp: false, aia: true, aiaUrl: 'http://ca.example/ca.cer' },
    policies,
  })
  const { body } = await api.get(`/templates/${some.id}/service-urls`)

  assert.deepEqual(Object.keys(body).toSorted(), ['aia', 'cps', 'crl', 'warnings'])
  assert.equal(body.aia, 'http://ca.example/ca.cer')
  assert.deepEqual(profile.policies, [])
})

test('a privileged template issues what an administrator signs, and nothing at once', openssl, async () => {
  const template = await makeTemplate('Sub CA', {}, 'Certificate Authority')
  const { csr } = await opensslCsr({ subject: '/CN=Sub CA' })
  const atOnce = await Promise.all(
    (['officer', 'administrator', 'owner'] as const).map((as) =>
      api.post('/certificates', { template: template.id, csr }, { as }),
    ),
  )
  const request = await api.make('/requests', { template: template.id, csr }, { as: 'officer' })
  const signed = await api.post(`/requests/${request.id}/sign`, {}, { as: 'officer' })
  const administrator = await api.post(`/requests/${request.id}/sign`, {}, { as: `administrator@${root.id}` })

  for (const { status, body } of atOnce) {
    assert.deepEqual([status, body.code, body.errors[0].field], [403, 'forbidden', '/template'])
    assert.match(body.detail, /Submit the CSR/)
  }
  assert.deepEqual([signed.status, signed.body.code], [403, 'forbidden'])
  assert.equal(administrator.status, 201, JSON.stringify(administrator.body))
})

test('after all this the register holds together', () => api.checkInvariants())
