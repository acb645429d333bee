import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ROLES } from '../../src/accounts/roles.ts'
import { ENDPOINTS } from '../../src/sign-in/endpoints.ts'
import { apiWorld, type Json } from './api-world.ts'
import { authorityWithAll, harmless, OPERATIONS, PEOPLE_OPERATIONS } from './example-calls.ts'

const api = await apiWorld({ after, fullName: 'roles' })
const own = await authorityWithAll('Own Root', api, api.tenant, api.domain.stores)
const other = await authorityWithAll('Other Root', api, api.tenant, api.domain.stores)

test('the tables of example calls name every operation that is mounted, and no other', async () => {
  const { body } = await api.get('/api/openapi.json')
  const mounted = Object.values<Json>(body.paths).flatMap((methods) =>
    Object.values<Json>(methods).map(({ operationId }) => operationId),
  )

  assert.deepEqual(
    mounted.toSorted(),
    [
      ...Object.keys(OPERATIONS),
      ...Object.keys(PEOPLE_OPERATIONS),
      ...ENDPOINTS.map(({ operationId }) => operationId),
    ].sort(),
  )
})

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
