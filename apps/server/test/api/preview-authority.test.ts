import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  decodeCertificate,
  decodeCertificationRequest,
  decodePem,
  describeCertificate,
  describeRequest,
} from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { apiWorld, type Json, makeRoot } from './api-world.ts'
import { opensslAuthority } from './openssl-authority.ts'

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
  assert.equal(daysOf(body.certificate), 100)
})

/** What a CSR asks for, without what differs with its key. */
function wishes({ subject, subjectAltNames, signatureAlgorithm, extensions, publicKey }: Json) {
  return {
    ...{ subject, subjectAltNames, signatureAlgorithm, keyType: publicKey.type },
    extensions: extensions.filter(({ name }: Json) => name !== 'subjectKeyIdentifier'),
  }
}

/** What a CSR (PEM) says, in the words of the API. */
function wishesOf(pem: string) {
  return wishes(asJson(describeRequest(decodeCertificationRequest(derOf(pem)))))
}

function derOf(pem: string): Uint8Array {
  const [block] = decodePem(pem)
  assert.ok(block)
  return block.der
}

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value))

/** The file that a CA has at this path. */
async function fileOf(id: string, path: string): Promise<string> {
  return (await api.get(`/authorities/${id}/${path}`)).bytes.toString()
}

/** How long a certificate is valid, to the day. */
function daysOf({ notBefore, notAfter }: Json): number {
  return Math.round((Date.parse(notAfter) - Date.parse(notBefore)) / 86_400_000)
}

test('the CSR of a CA that somebody else signs is shown as it will be made, and nothing is made by it', async () => {
  const asked = {
    kind: 'csr',
    subject: [{ type: 'countryName', value: 'DE' }, ...cn('Outer')],
    keyType: 'rsa-3072',
    signatureAlgorithm: 'rsa-pss-sha384',
    pathLength: 1,
    keyUsage: ['keyCertSign'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
    nameConstraints: { permitted: [{ type: 'dns', value: 'example.com' }], excluded: [] },
  }
  const before = (await api.get('/authorities')).body.items.length

  const { status, body } = await api.post('/authorities/preview', asked)

  assert.equal(status, 200)
  assert.deepEqual([body.issuable, body.problems, body.certificate, body.tbs], [true, [], undefined, undefined])
  assert.deepEqual(
    body.findings.map(({ lint, severity }: Json) => [lint, severity]),
    [['caSignsItsCrls', 'warning']],
  )
  assert.equal((await api.get('/authorities')).body.items.length, before)
  const { id } = await api.make('/authorities', asked)
  assert.deepEqual(wishes(body.request), wishesOf(await fileOf(id, 'csr')))
})

test('what speaks against a CSR is said before it is made, and refuses it', async () => {
  const csr = { kind: 'csr', subject: cn('Faulty') }
  const faulty: readonly (readonly [Json, field: string])[] = [
    [{ ...csr, subject: [{ type: 'O', value: 'Nameless' }] }, '/subject'],
    [{ ...csr, subject: [{ type: 'countryName', value: 'D1' }, ...cn('Faulty')] }, 'subject.countryName'],
    [{ ...csr, signatureAlgorithm: 'rsa-sha256' }, '/signatureAlgorithm'],
    [{ ...csr, keyUsage: ['cRLSign'] }, 'keyUsage'],
    [
      { ...csr, nameConstraints: { permitted: [{ type: 'ip', value: '10.0.0.1/8' }], excluded: [] } },
      '/nameConstraints/permitted/0',
    ],
  ]

  for (const [asked, field] of faulty) {
    const { body } = await api.post('/authorities/preview', asked)
    const refused = await api.post('/authorities', asked)

    const said = [...body.problems, ...body.findings].map((one: Json) => [one.field, one.lint])
    assert.deepEqual([body.issuable, said[0]?.[0]], [false, field])
    assert.deepEqual(
      refused.body.errors.map((one: Json) => [one.field, one.lint]),
      said,
    )
  }
  assert.ok(!(await api.get('/authorities')).body.items.some(({ name }: Json) => name === 'Faulty'))
})

test('a renewal is shown as it will be done, by whoever signs it, and nothing is done by it', async () => {
  const root = await makeRoot(api, 'Renewed Root')
  const below = await api.make('/authorities', { kind: 'intermediate', parent: root.id, subject: cn('Renewed Below') })
  const asked = (days: number, pathLength: number) => [
    { key: 'same', validity: { days }, pathLength },
    { key: 'new', keyType: 'ecdsa-p384', validity: { days: days - 1 } },
  ]

  for (const [{ id }, renewals] of [[root, asked(700, 2)] as const, [below, asked(300, 1)] as const])
    for (const renewal of renewals) {
      const before = (await api.get(`/authorities/${id}`)).body
      const { status, body } = await api.post(`/authorities/${id}/renew/preview`, renewal)
      const after = (await api.get(`/authorities/${id}`)).body
      assert.deepEqual([status, body.issuable, body.problems], [200, true, []])
      assert.deepEqual(after, before)

      assert.equal((await api.post(`/authorities/${id}/renew`, renewal)).body.state, 'renewed')

      const made = asJson(describeCertificate(decodeCertificate(derOf(await fileOf(id, 'certificates?format=pem')))))
      assert.deepEqual(sayings(body.certificate), sayings(made))
      assert.equal(daysOf(body.certificate), renewal.validity.days)
      const identifier = (of: Json) => of.extensions.find(({ name }: Json) => name === 'subjectKeyIdentifier')?.hex
      assert.equal(identifier(body.certificate) === identifier(made), renewal.key === 'same')
    }
})

test('a renewal that somebody else signs is shown as its CSR', needs('openssl'), async () => {
  const { key, certificate } = await opensslAuthority('Signed Elsewhere', { under: true })
  const { id } = await api.make('/authorities', { kind: 'import', key, certificate })

  for (const renewal of [
    { key: 'same', pathLength: 3 },
    { key: 'new', keyType: 'ed25519' },
  ]) {
    const { body } = await api.post(`/authorities/${id}/renew/preview`, renewal)
    const renewed = await api.post(`/authorities/${id}/renew`, renewal)

    assert.deepEqual([body.issuable, body.certificate, renewed.body.state], [true, undefined, 'awaiting-certificate'])
    assert.deepEqual(wishes(body.request), wishesOf(renewed.body.csr))
  }
  const { body } = await api.post(`/authorities/${id}/renew/preview`, { key: 'same', validity: { days: 3 } })
  assert.deepEqual([body.issuable, body.problems[0].field], [false, '/validity'])
})

test('a CA that cannot be renewed says so before, and what to do', async () => {
  const { id } = await api.make('/authorities', { kind: 'csr', subject: cn('Waiting') })
  const archived = await makeRoot(api, 'Archived Root')
  await api.call('POST', `/authorities/${archived.id}/archive`)

  for (const path of ['renew', 'renew/preview']) {
    const waiting = await api.post(`/authorities/${id}/${path}`, { key: 'same' })
    const ended = await api.post(`/authorities/${archived.id}/${path}`, { key: 'same' })

    assert.equal(waiting.status, 409)
    assert.match(waiting.body.detail, /no certificate yet.*Have its CSR signed, and import the certificate/)
    assert.equal(ended.status, 409)
    assert.match(ended.body.detail, /is archived/)
  }
})
