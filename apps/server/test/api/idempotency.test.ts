import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { needs } from '../../../../test/support/system-program.ts'
import { opensslCsr } from '../support/requests.ts'
import { apiWorld, type Json, makeRoot, webServer } from './api-world.ts'
import { signedByOpenssl } from './openssl-authority.ts'

const api = await apiWorld({ after, fullName: 'idempotency' })
const root = await makeRoot(api, 'Repeating Root')
const template = await webServer(api, root.id)
const openssl = needs('openssl')
const { csr } = await opensslCsr()

/** Calls that make something: the path and two different bodies. */
const CREATIONS: Readonly<Record<string, () => Promise<readonly [path: string, body: object, other: object]>>> = {
  'a CA': async () => ['/authorities', rootBody('Made Once'), rootBody('Made Twice')],
  'an intermediate': async () => [
    '/authorities',
    { ...rootBody('Below Once'), kind: 'intermediate', parent: root.id },
    { ...rootBody('Below Twice'), kind: 'intermediate', parent: root.id },
  ],
  'a template': async () => ['/templates', templateBody('Once'), templateBody('Twice')],
  'a request': async () => [
    '/requests',
    { template: template.id, csr },
    { template: template.id, csr, validity: { days: 1 } },
  ],
  'a certificate': async () => [
    '/certificates',
    { template: template.id, csr },
    { template: template.id, csr, validity: { days: 1 } },
  ],
  'the certificate of a request': async () => {
    const { id } = await api.make('/requests', { template: template.id, csr })
    return [`/requests/${id}/sign`, {}, { validity: { days: 1 } }]
  },
}

function rootBody(name: string) {
  return { kind: 'root', subject: [{ type: 'commonName', value: name }] }
}

function templateBody(name: string) {
  return { authority: root.id, name, profile: template.profile }
}

for (const [what, creation] of Object.entries(CREATIONS)) {
  test(`${what} is made once, however often the same call comes`, openssl, async () => {
    const [path, body, other] = await creation()
    const key = `key of ${what}`.replaceAll(' ', '-')

    const first = await api.post(path, body, { key })
    const again = await api.post(path, body, { key })
    const changed = await api.post(path, other, { key })

    assert.equal(first.status, 201, JSON.stringify(first.body))
    assert.deepEqual([again.status, again.body, again.headers['idempotent-replayed']], [201, first.body, 'true'])
    assert.equal(again.headers['location'], first.headers['location'])
    assert.equal(first.headers['idempotent-replayed'], undefined)
    assert.deepEqual([changed.status, changed.body.code], [422, 'idempotency-mismatch'])
  })

  test(`${what} is made once when the same call comes many times at once`, openssl, async () => {
    const [path, body] = await creation().then(([where, what]) => [where, renamed(what)] as const)
    const key = `many-${what}`.replaceAll(' ', '-')

    const all = await Promise.all(Array.from({ length: 4 }, () => api.post(path, body, { key })))

    const made = all.filter(({ status }) => status === 201)
    assert.ok(made.length >= 1)
    assert.equal(new Set(made.map((reply) => reply.body.id)).size, 1)
    for (const { status } of all) assert.ok(status === 201 || status === 409, `${status}`)
    assert.deepEqual((await api.post(path, body, { key })).body, made[0]?.body)
  })
}

/** The same body for something else of its kind, whose name is free. */
function renamed(body: object): object {
  const text = JSON.stringify(body)
    .replace(/"(Made|Below) Once"/, '"$1 Once More"')
    .replace('"name":"Once"', '"name":"Once More"')
  return JSON.parse(text)
}

test('a renewal and an import are done once', openssl, async () => {
  const { id } = await makeRoot(api, 'Renewed Once')
  const renewals = [1, 2, 3].map(() => api.post(`/authorities/${id}/renew`, { key: 'new' }, { key: 'renewal' }))
  await Promise.all(renewals)
  const renewed = await api.post(`/authorities/${id}/renew`, { key: 'new' }, { key: 'renewal' })
  assert.deepEqual([renewed.status, renewed.body.state, renewed.body.authority.generations.length], [200, 'renewed', 2])
  const same = await api.post(`/authorities/${id}/renew`, { key: 'same' }, { key: 'renewal-same' })
  const again = await api.post(`/authorities/${id}/renew`, { key: 'same' }, { key: 'renewal-same' })
  assert.equal(same.body.authority.generations[0].certificates.length, 2)
  assert.deepEqual(again.body, same.body)

  const waiting = await api.make('/authorities', { ...rootBody('Imported Once'), kind: 'csr' })
  const signed = await signedByOpenssl((await api.get(`/authorities/${waiting.id}/csr`)).bytes)
  const body = { certificate: signed.certificate, chain: signed.root }
  const first = await api.post(`/authorities/${waiting.id}/certificates`, body, { key: 'import' })
  const second = await api.post(`/authorities/${waiting.id}/certificates`, body, { key: 'import' })
  assert.equal(first.status, 201, JSON.stringify(first.body))
  assert.deepEqual(second.body, first.body)
  assert.equal(first.body.generations[0].certificates.length, 1)
})

test('a key belongs to one caller and one route', openssl, async () => {
  const body = { template: template.id, csr }
  const one = await api.post('/certificates', body, { key: 'shared', as: 'officer' })
  const two = await api.post('/certificates', body, { key: 'shared', as: 'administrator' })
  const three = await api.post('/requests', body, { key: 'shared', as: 'officer' })

  assert.deepEqual([one.status, two.status, three.status], [201, 201, 201])
  assert.notEqual(one.body.id, two.body.id)
})

test('a call that was refused has spent nothing', openssl, async () => {
  const weak = { template: template.id, csr: (await opensslCsr({ key: 'rsa1024' })).csr }
  const refused = await api.post('/certificates', weak, { key: 'mended' })
  const mended = await api.post('/certificates', { template: template.id, csr }, { key: 'mended' })

  assert.deepEqual([refused.status, mended.status], [422, 201])
})

test('a key that is none is refused, and one of yesterday is forgotten', openssl, async () => {
  const body = { template: template.id, csr }
  const malformed = await api.post('/certificates', body, { key: 'a b' })
  const first = await api.post('/certificates', body, { key: 'daily' })
  api.advance(25 * 3_600_000)
  const next = await api.post('/certificates', body, { key: 'daily' })

  assert.deepEqual([malformed.status, malformed.body.errors[0].field], [400, 'idempotency-key'])
  assert.deepEqual([first.status, next.status], [201, 201])
  assert.notEqual(first.body.id, next.body.id)
})

test('what a key made and is no longer there is gone', openssl, async () => {
  const body = templateBody('Gone')
  const made = await api.post('/templates', body, { key: 'gone' })
  await api.call('DELETE', `/templates/${made.body.id}`)
  const again = await api.post('/templates', body, { key: 'gone' })

  assert.deepEqual([again.status, again.body.code], [410, 'gone'])
})

test('after all this the register holds together', async () => {
  const names = (await api.get('/authorities?limit=200')).body.items.map(({ name }: Json) => name)
  assert.equal(new Set(names).size, names.length)
  await api.checkInvariants()
})
