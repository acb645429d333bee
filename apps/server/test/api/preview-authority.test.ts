import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { apiWorld, type Json, makeRoot } from './api-world.ts'

const api = await apiWorld({ after, fullName: 'preview authority' })

const cn = (value: string) => [{ type: 'commonName', value }]

/** What a certificate says, without what differs with its key and its moment. */
function sayings({ subject, issuer, signatureAlgorithm, extensions, publicKey }: Json) {
  const keyBound = ['subjectKeyIdentifier', 'authorityKeyIdentifier']
  return {
    ...{ subject, issuer, signatureAlgorithm, keyType: publicKey.type },
    extensions: extensions.filter(({ name }: Json) => !keyBound.includes(name)),
  }
}

test('a CA is shown as it will be made, and nothing is made by it', async () => {
  const root = await makeRoot(api, 'Preview Root')
  const asked = { kind: 'intermediate', parent: root.id, subject: cn('Below'), keyType: 'ecdsa-p384', pathLength: 0 }

  const { status, body } = await api.post('/authorities/preview', asked)
  const listed = (await api.get('/authorities')).body.items

  assert.equal(status, 200)
  assert.deepEqual([body.issuable, body.problems], [true, []])
  assert.equal(listed.length, 1)
  const made = await api.make('/authorities', asked)
  const [{ issuedAs }] = made.generations[0].certificates
  const certificate = await api.get(`/certificates/${issuedAs}`)
  assert.deepEqual(sayings(body.certificate), sayings(certificate.body.decoded))
})

test('what speaks against a CA is said before it is made, at its field', async () => {
  const root = { kind: 'root', subject: cn('Faulty') }
  const nameless = { ...root, subject: [{ type: 'O', value: 'Nameless' }] }
  const misfit = { ...root, keyType: 'ecdsa-p256', signatureAlgorithm: 'rsa-sha256' }
  const backwards = { ...root, validity: { notBefore: '2030-01-01T00:00:00Z', notAfter: '2029-01-01T00:00:00Z' } }

  const [first, second, third] = await Promise.all(
    [nameless, misfit, backwards].map(async (asked) => (await api.post('/authorities/preview', asked)).body),
  )

  assert.deepEqual([first.issuable, first.problems[0].field], [false, '/subject'])
  assert.deepEqual([second.issuable, second.problems[0].field], [false, '/signatureAlgorithm'])
  assert.deepEqual([third.issuable, third.findings[0].lint], [false, 'validityEndsAfterItBegins'])
})

test('a root is shown with what was chosen, and with its lints', async () => {
  const asked = {
    kind: 'root',
    subject: cn('Chosen'),
    pathLength: 2,
    keyUsage: ['keyCertSign'],
    validity: { days: 100 },
  }

  const { body } = await api.post('/authorities/preview', asked)

  const named = Object.fromEntries(body.certificate.extensions.map(({ name, value }: Json) => [name, value]))
  assert.equal(named['basicConstraints'].pathLength, 2)
  assert.deepEqual(named['keyUsage'], ['keyCertSign'])
  assert.equal(body.issuable, true)
  assert.deepEqual(
    body.findings.map(({ lint, severity }: Json) => [lint, severity]),
    [['caSignsItsCrls', 'warning']],
  )
  assert.equal(body.certificate.publicKey.type, 'ecdsa-p256')
  const days = (Date.parse(body.certificate.notAfter) - Date.parse(body.certificate.notBefore)) / 86_400_000
  assert.equal(Math.round(days), 100)
})
