import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ROLES, type Role } from '../../src/accounts/roles.ts'
import { opensslCsr } from '../support/requests.ts'
import { apiWorld, type Json, makeRoot, webServer } from './api-world.ts'

const api = await apiWorld({ after, fullName: 'roles' })
const own = await authorityWithAll('Own Root')
const other = await authorityWithAll('Other Root')

/** A CA with one of everything. */
async function authorityWithAll(name: string) {
  const authority = await makeRoot(api, name)
  const template = await webServer(api, authority.id)
  const { csr } = await opensslCsr()
  const request = await api.make('/requests', { template: template.id, csr })
  const certificate = await api.make('/certificates', { template: template.id, csr: (await opensslCsr()).csr })
  return { authority: authority.id, template, request: request.id, certificate: certificate.id, csr, name }
}
type All = typeof own

/**
 * Every operation: its least role, whether a token of one CA may call it, and a call that is well-formed and about the CA. `list`
 * marks lists, which a token of another CA sees empty; `free` what tells nothing of any CA.
 */
const OPERATIONS: Readonly<
  Record<string, readonly [role: Role, kind: 'tenant' | 'authority' | 'list' | 'free', Call]>
> = {
  showSession: ['auditor', 'free', () => ['GET', '/session']],
  listAuthorities: ['auditor', 'list', ({ authority }) => ['GET', `/authorities?authority=${authority}`]],
  createAuthority: ['administrator', 'tenant', () => ['POST', '/authorities', { kind: 'root', subject: CN }]],
  showAuthority: ['auditor', 'authority', ({ authority }) => ['GET', `/authorities/${authority}`]],
  changeAuthority: [
    'administrator',
    'authority',
    ({ authority }) => ['PATCH', `/authorities/${authority}`, { cps: 'x' }],
  ],
  deleteAuthority: [
    'administrator',
    'authority',
    ({ authority, name }) => ['DELETE', `/authorities/${authority}`, { name }],
  ],
  archiveAuthority: ['administrator', 'authority', ({ authority }) => ['POST', `/authorities/${authority}/archive`]],
  renewAuthority: [
    'administrator',
    'authority',
    ({ authority }) => ['POST', `/authorities/${authority}/renew`, { key: 'same' }],
  ],
  importAuthorityCertificate: [
    'administrator',
    'authority',
    ({ authority }) => ['POST', `/authorities/${authority}/certificates`, { certificate: 'x' }],
  ],
  downloadAuthorityCsr: ['auditor', 'authority', ({ authority }) => ['GET', `/authorities/${authority}/csr`]],
  downloadAuthorityCertificate: [
    'auditor',
    'authority',
    ({ authority }) => ['GET', `/authorities/${authority}/certificates`],
  ],
  showAuthorityServiceUrls: [
    'auditor',
    'authority',
    ({ authority }) => ['GET', `/authorities/${authority}/service-urls`],
  ],
  showAuthorityDeletion: ['auditor', 'authority', ({ authority }) => ['GET', `/authorities/${authority}/deletion`]],
  exportRegister: ['auditor', 'authority', ({ authority }) => ['GET', `/authorities/${authority}/export`]],
  previewProfile: [
    'auditor',
    'authority',
    ({ authority, template }) => ['POST', `/authorities/${authority}/preview`, { profile: template.profile }],
  ],
  listTemplates: ['auditor', 'list', ({ authority }) => ['GET', `/templates?authority=${authority}`]],
  createTemplate: [
    'administrator',
    'authority',
    ({ authority, template: { profile } }) => ['POST', '/templates', { authority, name: 'Mine', profile }],
  ],
  showTemplate: ['auditor', 'authority', ({ template }) => ['GET', `/templates/${template.id}`]],
  changeTemplate: [
    'administrator',
    'authority',
    ({ template }) => ['PATCH', `/templates/${template.id}`, { revision: 1, description: 'x' }],
  ],
  deleteTemplate: ['administrator', 'authority', ({ template }) => ['DELETE', `/templates/${template.id}`]],
  previewTemplate: ['auditor', 'authority', ({ template }) => ['POST', `/templates/${template.id}/preview`, {}]],
  showTemplateServiceUrls: [
    'auditor',
    'authority',
    ({ template }) => ['GET', `/templates/${template.id}/service-urls`],
  ],
  listTemplateStarters: ['auditor', 'free', () => ['GET', '/template-starters']],
  listPredefinedPolicies: ['auditor', 'free', () => ['GET', '/predefined-policies']],
  submitRequest: ['officer', 'authority', ({ template, csr }) => ['POST', '/requests', { template: template.id, csr }]],
  listRequests: ['auditor', 'list', ({ authority }) => ['GET', `/requests?authority=${authority}`]],
  showRequest: ['auditor', 'authority', ({ request }) => ['GET', `/requests/${request}`]],
  signRequest: ['officer', 'authority', ({ request }) => ['POST', `/requests/${request}/sign`, {}]],
  declineRequest: ['officer', 'authority', ({ request }) => ['POST', `/requests/${request}/decline`, {}]],
  signRequests: ['officer', 'authority', ({ request }) => ['POST', '/requests/sign', { ids: [request] }]],
  declineRequests: ['officer', 'authority', ({ request }) => ['POST', '/requests/decline', { ids: [request] }]],
  issueCertificate: [
    'officer',
    'authority',
    ({ template, csr }) => ['POST', '/certificates', { template: template.id, csr }],
  ],
  listCertificates: ['auditor', 'list', ({ authority }) => ['GET', `/certificates?authority=${authority}`]],
  showCertificate: ['auditor', 'authority', ({ certificate }) => ['GET', `/certificates/${certificate}`]],
  downloadCertificate: ['auditor', 'authority', ({ certificate }) => ['GET', `/certificates/${certificate}/download`]],
  revokeCertificate: [
    'officer',
    'authority',
    ({ certificate }) => ['POST', `/certificates/${certificate}/revoke`, { reason: 'superseded' }],
  ],
  listAuditRecords: ['auditor', 'tenant', () => ['GET', '/audit-records']],
  exportAuditRecords: ['auditor', 'tenant', () => ['GET', '/audit-records/export']],
  showAuditSeal: ['auditor', 'tenant', () => ['GET', '/audit-records/seal']],
  unrevokeCertificate: ['officer', 'authority', ({ certificate }) => ['POST', `/certificates/${certificate}/unrevoke`]],
  revokeCertificates: [
    'officer',
    'authority',
    ({ certificate }) => ['POST', '/certificates/revoke', { ids: [certificate], reason: 'superseded' }],
  ],
}
type Call = (all: All) => readonly [method: string, path: string, body?: unknown]
const CN = [{ type: 'commonName', value: 'Another Root' }]

test('the table of this test names every operation that is mounted, and no other', async () => {
  const { body } = await api.get('/api/openapi.json')
  const mounted = Object.values<Json>(body.paths).flatMap((methods) =>
    Object.values<Json>(methods).map(({ operationId }) => operationId),
  )

  assert.deepEqual(mounted.toSorted(), Object.keys(OPERATIONS).toSorted())
})

/** A call that goes no further than admission: reading changes nothing, and what would change something has a body that is none. */
function harmless([method, path, body]: ReturnType<Call>) {
  return method === 'GET' ? ([method, path, body] as const) : ([method, path, { 'no such field': 1 }] as const)
}

for (const [operation, [least, kind, callOf]] of Object.entries(OPERATIONS)) {
  test(`${operation} is for the role ${least} and above`, async () => {
    const [method, path, body] = harmless(callOf(own))
    for (const role of ROLES) {
      const allowed = ROLES.indexOf(role) <= ROLES.indexOf(least)

      const anywhere = await api.call(method, path, { as: role, body })
      const bound = await api.call(method, path, { as: `${role}@${own.authority}`, body })

      const expected = allowed ? (method === 'GET' ? 200 : 400) : 403
      assert.equal(anywhere.status, expected, `${role}: ${JSON.stringify(anywhere.body)}`)
      assert.equal(bound.status, kind === 'tenant' ? 403 : expected, `${role} of the CA: ${JSON.stringify(bound.body)}`)
    }
    assert.equal((await api.call(method, path, { as: 'nobody', body })).status, 401)
  })
}

for (const [operation, [, kind, callOf]] of Object.entries(OPERATIONS)) {
  if (kind === 'free' || kind === 'tenant') continue
  test(`${operation} finds nothing of another CA for a token of one CA, and nothing of another tenant`, async () => {
    const [method, path, body] = callOf(other)

    const bound = await api.call(method, path, { as: `owner@${own.authority}`, body })
    const stranger = await api.call(method, path, { as: 'stranger', body })

    assert.equal(bound.status, 404, JSON.stringify(bound.body))
    assert.doesNotMatch(JSON.stringify(bound.body), /Other Root/)
    const many = Array.isArray(Object(body).ids)
    if (kind === 'list') assert.deepEqual([stranger.status, stranger.body.items], [200, []])
    else if (many) assert.deepEqual([stranger.status, stranger.body.items[0].problem.code], [200, 'not-found'])
    else assert.equal(stranger.status, 404, JSON.stringify(stranger.body))
  })
}

for (const list of ['authorities', 'templates', 'requests', 'certificates']) {
  test(`a token of one CA lists the ${list} of its CA and no others`, async () => {
    const as = `auditor@${own.authority}`
    const { body } = await api.get(`/${list}`, { as })
    const all = await api.get(`/${list}`)

    const authorities = body.items.map((item: Json) => (list === 'authorities' ? item.id : item.authority))
    assert.deepEqual([...new Set(authorities)], [own.authority])
    assert.ok(all.body.items.length > body.items.length)
  })
}

test('one foreign id among many ends the whole call for a token of one CA', async () => {
  const as = `owner@${own.authority}`
  const sign = await api.post('/requests/sign', { ids: [own.request, other.request] }, { as })
  const decline = await api.post('/requests/decline', { ids: [own.request, other.request] }, { as })
  const ids = [own.certificate, other.certificate]
  const revoke = await api.post('/certificates/revoke', { ids, reason: 'superseded' }, { as })

  assert.deepEqual([sign.status, decline.status, revoke.status], [404, 404, 404])
})

test('a template of another CA cannot be reached by a filter', async () => {
  const as = `auditor@${own.authority}`
  for (const list of ['requests', 'certificates']) {
    const { status, body } = await api.get(`/${list}?template=${other.template.id}`, { as })
    assert.deepEqual([status, body.items], [200, []])
  }
})

test('who is bound to an intermediate learns nothing of the CA above, and cannot make it sign', async () => {
  const intermediate = await api.make('/authorities', {
    kind: 'intermediate',
    parent: own.authority,
    subject: INTERMEDIATE,
  })
  const as = `owner@${intermediate.id}`

  const shown = await api.get(`/authorities/${intermediate.id}`, { as })
  const renewed = await api.post(`/authorities/${intermediate.id}/renew`, { key: 'same', pathLength: null }, { as })

  assert.equal(intermediate.parent, own.authority)
  assert.equal(shown.body.parent, undefined)
  assert.doesNotMatch(JSON.stringify(shown.body), new RegExp(own.authority))
  assert.deepEqual([renewed.status, renewed.body.code], [403, 'forbidden'])
})
const INTERMEDIATE = [{ type: 'commonName', value: 'Bound Intermediate' }]

test('after all these refusals everything is as it was', async () => {
  for (const { authority, template, request, certificate } of [own, other]) {
    assert.equal((await api.get(`/authorities/${authority}`)).body.status, 'active')
    assert.equal((await api.get(`/templates/${template.id}`)).body.revision, 1)
    assert.equal((await api.get(`/requests/${request}`)).body.status, 'pending')
    assert.equal((await api.get(`/certificates/${certificate}`)).body.status, 'valid')
  }
  await api.checkInvariants()
})
