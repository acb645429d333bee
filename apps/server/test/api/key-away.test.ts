import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { type KeyPool, KeyUnavailable, keyPool } from '@chancery/keys'
import { needs } from '../../../../test/support/system-program.ts'
import { resumeIssuance } from '../../src/issuance/resume-issuance.ts'
import { opensslCsr } from '../support/requests.ts'
import { apiWorld, makeRoot, webServer } from './api-world.ts'

/** A pool whose keys can be taken away. */
function fickle() {
  const pool = keyPool()
  const state = { away: false }
  const unreliable: KeyPool = {
    for: (tenant) => ({
      take: (cost, work, signal) =>
        state.away ? Promise.reject(new KeyUnavailable('out of reach')) : pool.for(tenant).take(cost, work, signal),
    }),
  }
  return { state, pool: unreliable }
}

test(
  'while the key is away a certificate waits, and is then the one that was promised',
  needs('openssl'),
  async (t) => {
    const { state, pool } = fickle()
    const api = await apiWorld({ after: (work) => t.after(work), fullName: t.name }, { pool })
    const { id: authority } = await makeRoot(api)
    const template = await webServer(api, authority)
    const body = { template: template.id, csr: (await opensslCsr()).csr }
    const request = await api.make('/requests', body)

    state.away = true
    const waiting = await api.post('/certificates', body, { key: 'once' })
    const repeated = await api.post('/certificates', body, { key: 'once' })
    const signing = await api.post(`/requests/${request.id}/sign`, {})
    const shown = await api.get(`/certificates/${waiting.body.id}`, { as: `auditor@${authority}` })
    assert.deepEqual([waiting.status, waiting.body.state, waiting.body.waitsFor], [202, 'pending', 'key'])
    assert.deepEqual([repeated.status, repeated.body], [202, waiting.body])
    assert.deepEqual([shown.status, shown.body], [202, waiting.body])
    assert.equal((await api.get(`/certificates/${waiting.body.id}`, { as: 'stranger' })).status, 404)
    assert.deepEqual([signing.status, (await api.get(`/requests/${request.id}`)).body.status], [202, 'signing'])

    state.away = false
    api.advance(60_000)
    const { installation, stores, now } = api
    const report = (error: unknown) => assert.fail(String(error))
    await resumeIssuance(stores.system.openIntents, installation.issuanceOf, { now, atStart: false, report })

    const issued = await api.post('/certificates', body, { key: 'once' })
    assert.deepEqual([issued.status, issued.body.id], [201, waiting.body.id])
    assert.ok(new X509Certificate(issued.body.certificate).verify(new X509Certificate(issued.body.chain).publicKey))
    assert.equal((await api.get(`/certificates/${waiting.body.id}`)).body.status, 'valid')
    const { body: after } = await api.get(`/requests/${request.id}`)
    assert.deepEqual([after.status, after.certificate], ['issued', signing.body.id])
    await api.checkInvariants()
  },
)

test('what waited too long is given up in the open', needs('openssl'), async (t) => {
  const { state, pool } = fickle()
  const api = await apiWorld({ after: (work) => t.after(work), fullName: t.name }, { pool })
  const template = await webServer(api, (await makeRoot(api)).id)
  const body = { template: template.id, csr: (await opensslCsr()).csr }
  state.away = true
  const { body: waiting } = await api.post('/certificates', body, { key: 'late' })

  state.away = false
  api.advance(2 * 3_600_000)
  const { installation, stores, now } = api
  await resumeIssuance(stores.system.openIntents, installation.issuanceOf, { now, atStart: false, report: () => {} })

  const shown = await api.get(`/certificates/${waiting.id}`)
  assert.deepEqual([shown.status, shown.body.code], [410, 'gone'])
  assert.match(shown.body.detail, /Ask for it again/)
  assert.deepEqual((await api.post('/certificates', body, { key: 'late' })).status, 410)
  await api.checkInvariants()
})
