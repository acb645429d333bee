import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { needs } from '../../../../test/support/system-program.ts'
import { opensslCsr } from '../support/requests.ts'
import { apiWorld, makeRoot, webServer } from './api-world.ts'

test('a CA is made, issues, shows and revokes, by the API alone', needs('openssl'), async (t) => {
  const api = await apiWorld(t)
  const root = await makeRoot(api)
  const template = await webServer(api, root.id)
  const { csr } = await opensslCsr()

  const issued = await api.post('/certificates', { template: template.id, csr }, { as: 'officer' })
  assert.equal(issued.status, 201, JSON.stringify(issued.body))
  assert.equal(issued.headers['location'], `/api/v1/certificates/${issued.body.id}`)

  const leaf = new X509Certificate(issued.body.certificate)
  const ca = new X509Certificate(issued.body.chain)
  assert.ok(leaf.verify(ca.publicKey))
  assert.equal(leaf.subjectAltName, 'DNS:www.example.com')

  const shown = await api.get(`/certificates/${issued.body.id}`, { as: 'auditor' })
  assert.equal(shown.status, 200, JSON.stringify(shown.body))
  assert.equal(shown.body.status, 'valid')
  assert.equal(shown.body.decoded.fingerprints.sha256, leaf.fingerprint256.replaceAll(':', '').toLowerCase())
  assert.equal(shown.body.decoded.fingerprints.sha1, leaf.fingerprint.replaceAll(':', '').toLowerCase())

  const revoked = await api.post(`/certificates/${issued.body.id}/revoke`, { reason: 'superseded' }, { as: 'officer' })
  assert.equal(revoked.status, 200, JSON.stringify(revoked.body))
  assert.equal(revoked.body.status, 'revoked')
  assert.equal(revoked.body.revocation.reason, 'superseded')
  await api.checkInvariants()
})
