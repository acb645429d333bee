import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { needs } from '../../../../test/support/system-program.ts'
import { inFolder, opensslCsr, succeed } from '../support/requests.ts'
import { apiWorld, type Json, makeRoot, webServer } from './api-world.ts'
import { opensslAuthority, signedByOpenssl } from './openssl-authority.ts'

const api = await apiWorld({ after, fullName: 'authorities' })
const openssl = needs('openssl')

const cn = (value: string) => [{ type: 'commonName', value }]

/** The certificate of a CA, as Node reads it. */
async function certificateOf(id: string): Promise<X509Certificate> {
  return new X509Certificate((await api.get(`/authorities/${id}/certificates`)).bytes)
}

test('a person who only types a name gets a root with the defaults, its template and its services', async () => {
  const { status, body, headers } = await api.post('/authorities', { kind: 'root', subject: cn('Plain Root') })

  assert.equal(status, 201)
  assert.equal(headers['location'], `/api/v1/authorities/${body.id}`)
  assert.deepEqual([body.name, body.status, body.parent], ['Plain Root', 'active', undefined])
  const [generation] = body.generations
  assert.deepEqual([generation.number, generation.status, generation.keyType], [1, 'active', 'ecdsa-p256'])
  assert.equal(generation.certificates[0].subject, 'CN=Plain Root')
  assert.equal(generation.services.ocspResponder.overdue, false)
  const certificate = await certificateOf(body.id)
  assert.ok(certificate.ca)
  assert.equal(generation.certificates[0].fingerprint, certificate.fingerprint256.replaceAll(':', '').toLowerCase())
  assert.equal(new Date(certificate.validTo).getUTCFullYear(), 2036)
  const { body: templates } = await api.get(`/templates?authority=${body.id}`)
  assert.deepEqual(
    templates.items.map((one: Json) => one.name),
    ['Web Server'],
  )
})

test('all that a root may be given stands in its certificate', openssl, async () => {
  const root = await makeRoot(api, 'Full Root', {
    subject: [...cn('Full Root'), { type: 'O', value: 'Example GmbH' }, { type: 'countryName', value: 'DE' }],
    keyType: 'rsa-2048',
    signatureAlgorithm: 'rsa-pss-sha384',
    validity: { notBefore: '2026-06-01T00:00:00Z', notAfter: '2030-01-01T00:00:00Z' },
    pathLength: 1,
    keyUsage: ['keyCertSign', 'cRLSign', 'digitalSignature'],
    nameConstraints: { permitted: [{ type: 'dns', value: 'example.com' }], excluded: [] },
    cps: '# Practice',
    settings: { publicUrl: 'http://other.example.com', crl: { validityHours: 48, partitions: 4, delta: true } },
  })

  const { bytes } = await api.get(`/authorities/${root.id}/certificates?format=der`)
  const text = await succeed('openssl', ['x509', '-inform', 'DER', '-noout', '-text'], bytes)
  assert.match(text, /Signature Algorithm: rsassaPss/)
  assert.match(text, /Hash Algorithm: sha384/i)
  assert.match(text, /Not After : Jan {2}1 00:00:00 2030 GMT/)
  assert.match(text, /CA:TRUE, pathlen:1/)
  assert.match(text, /Digital Signature, Certificate Sign, CRL Sign/)
  assert.match(text, /Permitted:\s+DNS:example.com/)
  assert.match(text, /Subject: .*CN ?= ?Full Root/)
  assert.deepEqual(root.settings, {
    publicUrl: 'http://other.example.com',
    serviceCertificates: {},
    crl: { validityHours: 48, partitions: 4, delta: true },
  })
  assert.equal(root.cps, '# Practice')
})

test('an intermediate by one click chains to its parent', openssl, async () => {
  const root = await makeRoot(api, 'Parent Root')
  const below = await api.make('/authorities', { kind: 'intermediate', parent: root.id, subject: cn('Below') })

  assert.deepEqual([below.status, below.parent], ['active', root.id])
  const chain = (await api.get(`/authorities/${below.id}/certificates?format=chain`)).bytes.toString()
  assert.equal(chain.split('BEGIN CERTIFICATE').length, 3)
  await inFolder(async (folder) => {
    const rootFile = join(folder, 'root.pem')
    const belowFile = join(folder, 'below.pem')
    await writeFile(rootFile, (await api.get(`/authorities/${root.id}/certificates`)).bytes)
    await writeFile(belowFile, (await api.get(`/authorities/${below.id}/certificates`)).bytes)
    const moment = `${Math.floor(api.now() / 1000)}`
    await succeed('openssl', ['verify', '-x509_strict', '-attime', moment, '-CAfile', rootFile, belowFile])
  })
  const issuedAs = below.generations[0].certificates[0].issuedAs
  assert.equal((await api.get(`/certificates/${issuedAs}`)).body.subject, 'CN=Below')
})

test('a CA whose CSR OpenSSL signs comes alive with its certificate', openssl, async () => {
  const { body: made, status } = await api.post('/authorities', { kind: 'csr', subject: cn('Signed Elsewhere') })
  assert.deepEqual([status, made.status], [201, 'awaiting-certificate'])
  assert.equal((await api.get(`/authorities/${made.id}/certificates`)).status, 404)

  const pem = await signedByOpenssl((await api.get(`/authorities/${made.id}/csr`)).bytes)
  const path = `/authorities/${made.id}/certificates`
  const alone = await api.post(path, { certificate: pem.certificate })
  assert.deepEqual([alone.status, alone.body.errors[0].field], [409, '/chain'])
  const imported = await api.post(path, { certificate: pem.certificate, chain: pem.root })

  assert.equal(imported.status, 201, JSON.stringify(imported.body))
  assert.equal(imported.body.status, 'active')
  const text = await succeed(
    'openssl',
    ['req', '-noout', '-verify', '-text'],
    (await api.get(`/authorities/${made.id}/csr`)).bytes,
  )
  assert.match(text, /CN ?= ?Signed Elsewhere/)
  const issued = await issue(made.id)
  assert.ok(new X509Certificate(issued.certificate).verify((await certificateOf(made.id)).publicKey))
})

test('a certificate for another key is refused with what to do', openssl, async () => {
  const made = await api.make('/authorities', { kind: 'csr', subject: cn('Waits') })
  const { certificate, root } = await signedByOpenssl(Buffer.from((await opensslCsr({ subject: '/CN=Waits' })).csr))

  const { status, body } = await api.post(`/authorities/${made.id}/certificates`, { certificate, chain: root })

  assert.deepEqual([status, body.code, body.errors[0].field], [400, 'malformed', '/certificate'])
  assert.match(body.errors[0].detail, /Have the CSR of this CA signed/)
})

for (const form of ['PEM', 'encrypted PEM', 'PKCS#12'] as const) {
  test(`a CA of OpenSSL is imported with its key as ${form}, and goes on`, openssl, async () => {
    const { key, certificate, crl, pkcs12, encrypted } = await opensslAuthority(`Imported ${form.replace('#', '')}`)
    const given = {
      PEM: { key, certificate },
      'encrypted PEM': { key: encrypted, password: 'opensesame', certificate },
      'PKCS#12': { pkcs12, password: 'opensesame' },
    }[form]
    const authority = await api.make('/authorities', { kind: 'import', ...given, crl, historyComplete: true })

    assert.deepEqual([authority.status, authority.generations[0].keyOrigin], ['active', 'imported'])
    assert.equal(authority.generations[0].historyKnown, true)
    const issued = await issue(authority.id)
    assert.ok(new X509Certificate(issued.certificate).verify(new X509Certificate(certificate).publicKey))
    const earlier = await api.get(`/certificates?authority=${authority.id}&serialNumber=1000`)
    assert.deepEqual(
      [earlier.body.items[0].status, earlier.body.items[0].revocation.reason],
      ['revoked', 'keyCompromise'],
    )
    const download = await api.get(`/certificates/${earlier.body.items[0].id}/download`)
    assert.deepEqual([download.status, /nothing but its serial/.test(download.body.detail)], [404, true])
    assert.doesNotMatch(api.logged(), /opensesame/)
  })
}

test('an import names what is wrong with it', openssl, async () => {
  const { encrypted, certificate, key } = await opensslAuthority('Wrongly Imported')
  const other = await opensslAuthority('Somebody Else')
  const refused = async (body: object) => {
    const reply = await api.post('/authorities', { kind: 'import', ...body })
    return [reply.status, reply.body.code, reply.body.errors?.[0]?.field]
  }

  assert.deepEqual(await refused({ certificate }), [400, 'malformed', '/key'])
  assert.deepEqual(await refused({ key, pkcs12: 'AAAA' }), [400, 'malformed', '/pkcs12'])
  assert.deepEqual(await refused({ pkcs12: 'A' }), [400, 'malformed', '/pkcs12'])
  assert.deepEqual(await refused({ key: encrypted, password: 'wrong', certificate }), [422, 'bad-key', '/key'])
  assert.deepEqual(await refused({ key: 'no key at all' }), [422, 'bad-key', '/key'])
  assert.deepEqual(await refused({ key }), [400, 'malformed', '/certificate'])
  assert.deepEqual(await refused({ key, certificate: other.certificate }), [400, 'malformed', '/certificate'])
  assert.deepEqual(await refused({ key, certificate, crl: other.crl }), [400, 'malformed', '/crl'])
  assert.deepEqual(await refused({ key, certificate, index: 'V\t' }), [400, 'malformed', '/index'])
  const names = (await api.get('/authorities?limit=200')).body.items.map(({ name }: Json) => name)
  assert.ok(!names.includes('Wrongly Imported'))
})

test('a body of an unknown kind, with an unknown field or without what is needed is refused by name', async () => {
  const field = async (body: unknown) => {
    const reply = await api.post('/authorities', body)
    assert.deepEqual([reply.status, reply.body.code], [400, 'malformed'])
    return reply.body.errors[0]
  }

  assert.match((await field({ kind: 'rot', subject: cn('x') })).detail, /"kind": "root"/)
  assert.equal((await field({ kind: 'root' })).field, '/subject')
  assert.equal((await field({ kind: 'root', subject: cn('x'), parnt: 'y' })).field, '/parnt')
  assert.equal((await field({ kind: 'root', subject: [{ type: 'O', value: 'No name' }] })).field, '/subject')
  assert.equal((await field({ kind: 'root', subject: cn('x'), keyType: 'rsa-1024' })).field, '/keyType')
  assert.equal((await field({ kind: 'root', subject: cn('x'), validity: {} })).field, '/validity')
  assert.equal((await field({ kind: 'root', subject: cn('x'), validity: { days: 1, hours: 1 } })).field, '/validity')
  assert.equal(
    (await field({ kind: 'root', subject: cn('x'), validity: { notBefore: '2026-02-30T00:00:00Z' } })).field,
    '/validity/notBefore',
  )
  assert.equal(
    (await field({ kind: 'root', subject: cn('x'), settings: { publicUrl: 'https://a.example' } })).field,
    '/settings/publicUrl',
  )
  assert.equal((await api.post('/authorities', '{"kind":')).status, 400)
})

test('a key and an algorithm that do not fit are refused with those that do', async () => {
  const body = { kind: 'root', subject: cn('x'), keyType: 'ed25519', signatureAlgorithm: 'ecdsa-sha256' }
  const { status, body: problem } = await api.post('/authorities', body)

  assert.deepEqual([status, problem.code, problem.errors[0].field], [422, 'not-permitted', '/signatureAlgorithm'])
  assert.match(problem.detail, /signs by ed25519/)
})

test('a name that is taken, and a parent of another tenant, are refused', async () => {
  await makeRoot(api, 'Taken Root')
  const taken = await api.post('/authorities', { kind: 'root', subject: cn('Taken Root') })
  const theirs = await makeRoot({ make: (path, body) => api.make(path, body, { as: 'stranger' }) }, 'Their Root')
  const below = await api.post('/authorities', { kind: 'intermediate', parent: theirs.id, subject: cn('Thief') })

  assert.deepEqual([taken.status, taken.body.errors[0].field], [409, '/subject'])
  assert.deepEqual([below.status, below.body.code], [404, 'not-found'])
})

test('changes of a CA that are sent at once are all made, and one of a revision that is gone is refused', async () => {
  const { id } = await makeRoot(api, 'Changed at once')
  const path = `/authorities/${id}`
  const bodies = [
    { settings: { retentionDays: 30 } },
    { settings: { crl: { validityHours: 48 } } },
    { settings: { crl: { delta: true } } },
    { cps: 'A statement.' },
  ]

  const replies = await Promise.all(bodies.map((body) => api.call('PATCH', path, { body })))

  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200, 200, 200],
  )
  const { body } = await api.get(path)
  assert.deepEqual(body.settings, {
    ...{ serviceCertificates: {}, retentionDays: 30, crl: { validityHours: 48, delta: true } },
  })
  assert.deepEqual([body.cps, body.revision], ['A statement.', 5])
  const late = await api.call('PATCH', path, { body: { cps: 'Another one.', revision: 4 } })
  assert.deepEqual([late.status, late.body.code], [409, 'conflict'])
  const seen = await api.call('PATCH', path, { body: { cps: 'Another one.', revision: 5 } })
  assert.deepEqual([seen.status, seen.body.revision], [200, 6])
})

test('what is left out of a change stays, and null goes back to the default', async () => {
  const { id } = await makeRoot(api, 'Changing Root')
  const path = `/authorities/${id}`
  const settings = { publicUrl: 'http://a.example', crl: { validityHours: 10, partitions: 2 } }
  await api.call('PATCH', path, { body: { cps: 'First', settings } })
  const { body: second } = await api.call('PATCH', path, {
    body: { settings: { publicUrl: null, crl: { partitions: null, delta: true } } },
  })

  assert.equal(second.cps, 'First')
  assert.deepEqual(second.settings, { serviceCertificates: {}, crl: { validityHours: 10, delta: true } })
  const bad = { serviceCertificates: { keyType: 'rsa-2048', signatureAlgorithm: 'ed25519' } }
  const refused = await api.call('PATCH', path, { body: { settings: bad } })
  assert.deepEqual(
    [refused.status, refused.body.errors[0].field],
    [400, '/settings/serviceCertificates/signatureAlgorithm'],
  )
  for (const publicUrl of [
    'https://a.example',
    'a.example',
    'http://u:p@a.example',
    'http://a.example/',
    'http://a.example?x',
    'http://bücher.example',
    'http:a.example',
    'http:/a.example',
    'http://a.example\\pki',
    'http://a.example/pki/../../x',
    'http://a.example/"><b>',
    'http://0x7f.1',
  ]) {
    const wrong = await api.call('PATCH', path, { body: { settings: { publicUrl } } })
    assert.deepEqual([publicUrl, wrong.status, wrong.body.errors?.[0]?.field], [publicUrl, 400, '/settings/publicUrl'])
  }
})

test('an archived CA issues nothing more and cannot be renewed', async () => {
  const { id } = await makeRoot(api, 'Archived Root')
  const template = await webServer(api, id)
  const archived = await api.call('POST', `/authorities/${id}/archive`)
  const again = await api.call('POST', `/authorities/${id}/archive`)
  const renewed = await api.post(`/authorities/${id}/renew`, { key: 'new' })
  const made = await api.post('/templates', { authority: id, name: 'More', profile: template.profile })
  const issued = await api.post('/certificates', { template: template.id, csr: (await opensslCsr()).csr })

  assert.deepEqual([archived.status, archived.body.status], [200, 'archived'])
  assert.deepEqual([again.status, renewed.status, made.status], [409, 409, 409])
  assert.deepEqual([issued.status, issued.body.code], [409, 'issuer-inactive'])
})

test('a root is renewed with the same key, and with a new one', async () => {
  const { id } = await makeRoot(api, 'Renewed Root')
  const before = await certificateOf(id)
  api.advance(86_400_000)

  const same = await api.post(`/authorities/${id}/renew`, { key: 'same', validity: { days: 7300 } })
  assert.equal(same.status, 200, JSON.stringify(same.body))
  assert.deepEqual([same.body.state, same.body.authority.generations.length], ['renewed', 1])
  assert.ok((await certificateOf(id)).publicKey.equals(before.publicKey))
  const renewed = await api.post(`/authorities/${id}/renew`, { key: 'new', keyType: 'ed25519' })
  const numbers = renewed.body.authority.generations.map(({ number, status, keyType }: Json) => [
    number,
    status,
    keyType,
  ])
  assert.deepEqual(numbers, [
    [2, 'active', 'ed25519'],
    [1, 'retired', 'ecdsa-p256'],
  ])
  const first = renewed.body.authority.generations[1].id
  const old = await api.get(`/authorities/${id}/certificates?generation=${first}`)
  assert.ok(new X509Certificate(old.bytes).publicKey.equals(before.publicKey))
  const nowhere = await api.get(`/authorities/${id}/csr?generation=${id}`)
  assert.deepEqual([nowhere.status, nowhere.body.errors[0].field], [404, '?generation'])
})

test('an intermediate is renewed by its parent, one from elsewhere gets its CSR', openssl, async () => {
  const root = await makeRoot(api, 'Renewing Parent')
  const below = await api.make('/authorities', { kind: 'intermediate', parent: root.id, subject: cn('Renewed Below') })
  const renewed = await api.post(`/authorities/${below.id}/renew`, { key: 'new' })
  assert.deepEqual([renewed.status, renewed.body.state], [200, 'renewed'], JSON.stringify(renewed.body))

  const { key, certificate } = await opensslAuthority('Renewed Elsewhere', { under: true })
  const outside = await api.make('/authorities', { kind: 'import', key, certificate })
  const waiting = await api.post(`/authorities/${outside.id}/renew`, { key: 'same' })
  assert.deepEqual([waiting.status, waiting.body.state], [200, 'awaiting-certificate'])
  assert.match(await succeed('openssl', ['req', '-noout', '-subject'], waiting.body.csr), /Renewed Elsewhere/)
})

test('downloads are what they say they are', openssl, async () => {
  const root = await makeRoot(api, 'Über "Root"/../x')
  const get = (rest: string) => api.get(`/authorities/${root.id}/${rest}`)
  const der = await get('certificates?format=der')
  const pkcs7 = await get('certificates?format=pkcs7')
  const chain = await get('certificates?format=chain')
  const csr = await get('csr?format=der')

  assert.equal(der.headers['content-type'], 'application/pkix-cert')
  assert.equal(der.headers['content-disposition'], 'attachment; filename="ber_Root_.._x.cer"')
  assert.equal(pkcs7.headers['content-type'], 'application/pkcs7-mime; smime-type=certs-only')
  assert.equal(chain.headers['content-type'], 'application/pem-certificate-chain')
  assert.equal(csr.headers['content-type'], 'application/pkcs10')
  assert.match(await succeed('openssl', ['pkcs7', '-inform', 'DER', '-print_certs', '-noout'], pkcs7.bytes), /Root/)
  assert.match(await succeed('openssl', ['req', '-inform', 'DER', '-noout', '-verify'], csr.bytes), /^/)
  assert.equal((await get('certificates?format=jks')).body.errors[0].field, '?format')
})

test('the addresses of a CA are those in its certificates, with a warning while they are of this machine only', async () => {
  const { id, publicId, generations } = await makeRoot(api, 'Addressed Root')
  const issued = await issue(id)
  const { body } = await api.get(`/authorities/${id}/service-urls`)

  const [urls] = body.generations
  assert.match(urls.crl, new RegExp(`^http://pki.example.com/crl/${generations[0].publicId}.crl$`))
  assert.equal(body.cps, `http://pki.example.com/cps/${publicId}`)
  const access = new X509Certificate(issued.certificate).infoAccess ?? ''
  assert.ok(access.includes(urls.ocsp) && access.includes(urls.aia), access)
  assert.deepEqual(body.warnings, [])

  await api.call('PATCH', `/authorities/${id}`, {
    body: { settings: { publicUrl: 'http://localhost:8080', crl: { delta: true } } },
  })
  const local = (await api.get(`/authorities/${id}/service-urls`)).body
  assert.match(local.warnings[0], /this machine only.*CHANCERY_PUBLIC_URL/)
  assert.match(local.generations[0].deltaCrl, /^http:\/\/localhost:8080\/crl\/.*\/delta.crl$/)
})

test('what deleting a CA takes is said before, and its name must be typed', async () => {
  const root = await makeRoot(api, 'Doomed Root')
  const below = await api.make('/authorities', { kind: 'intermediate', parent: root.id, subject: cn('In The Way') })
  await issue(below.id)
  const template = await webServer(api, below.id)
  await api.make('/requests', { template: template.id, csr: (await opensslCsr()).csr })

  const { body: ofRoot } = await api.get(`/authorities/${root.id}/deletion`)
  assert.deepEqual(ofRoot.blockers, [{ authority: below.id, name: 'In The Way' }])
  assert.equal((await api.call('DELETE', `/authorities/${root.id}`, { body: { name: 'Doomed Root' } })).status, 409)

  const { body: ofBelow } = await api.get(`/authorities/${below.id}/deletion`)
  // The certificate that was issued, and the OCSP responder's.
  assert.deepEqual(ofBelow.goes, { keys: 1, templates: 1, pendingRequests: 1, certificates: 2, liveCertificates: 2 })
  const mistyped = await api.call('DELETE', `/authorities/${below.id}`, { body: { name: 'In the way' } })
  assert.deepEqual([mistyped.status, mistyped.body.errors[0].field], [400, '/name'])
  assert.equal((await api.call('DELETE', `/authorities/${below.id}`, { body: { name: 'In The Way' } })).status, 204)

  assert.equal((await api.get(`/authorities/${below.id}`)).body.status, 'deleted')
  const listed = async (query: string) => (await api.get(`/authorities?${query}`)).body.items.map(({ id }: Json) => id)
  assert.ok(!(await listed('limit=200')).includes(below.id))
  assert.ok((await listed('limit=200&status=deleted')).includes(below.id))
  assert.equal((await api.get(`/templates/${template.id}`)).status, 404)
})

test('who deletes a CA is told of the CAs elsewhere that it certified, while their certificates are alive', async () => {
  const root = await makeRoot(api, 'Certifying Root')
  await api.make('/authorities', { kind: 'intermediate', parent: root.id, subject: cn('Certified Here') })
  const starters: readonly Json[] = (await api.get('/template-starters')).body.items
  const { profile } = starters.find(({ name }) => name === 'Certificate Authority') ?? {}
  const template = await api.make('/templates', { authority: root.id, name: 'Outer CAs', profile })
  const { csr } = await opensslCsr({ subject: '/CN=Outer CA', extensions: [] })
  const asked = await api.make('/requests', { template: template.id, csr })
  await api.make(`/requests/${asked.id}/sign`, {})
  await issue(root.id)
  const elsewhere = async () => (await api.get(`/authorities/${root.id}/deletion`)).body.elsewhere

  const [told, ...more] = await elsewhere()

  assert.deepEqual([told.subject, more], ['CN=Outer CA', []])
  const { body: certificate } = await api.get(`/certificates/${told.certificate}`)
  assert.deepEqual([certificate.subject, certificate.notAfter], [told.subject, told.notAfter])
  await api.post(`/certificates/${told.certificate}/revoke`, { reason: 'cessationOfOperation' })
  assert.deepEqual(await elsewhere(), [])
})

test('the register of a CA is exported as lines of JSON', async () => {
  const { id } = await makeRoot(api, 'Exported Root')
  const issued = [await issue(id), await issue(id)]
  const { headers, bytes } = await api.get(`/authorities/${id}/export`)

  assert.equal(headers['content-type'], 'application/x-ndjson')
  assert.equal(headers['content-disposition'], 'attachment; filename="Exported_Root.jsonl"')
  const lines = bytes
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(lines.length, 3)
  for (const { id: certificate, certificate: pem } of issued)
    assert.equal(lines.find((line) => line.id === certificate).pem, pem)
})

test('CAs are listed page by page, newest first', async () => {
  const { body: all } = await api.get('/authorities?limit=200')
  const paged: string[] = []
  for (let after = ''; ; ) {
    const { body } = await api.get(`/authorities?limit=3${after}`)
    paged.push(...body.items.map(({ id }: Json) => id))
    if (body.next === undefined) break
    after = `&after=${body.next}`
  }

  assert.deepEqual(
    paged,
    all.items.map(({ id }: Json) => id),
  )
  assert.deepEqual(paged, paged.toSorted().toReversed())
  const broken = await api.get('/authorities?after=nonsense')
  assert.deepEqual([broken.status, broken.body.code], [400, 'malformed'])
  assert.equal((await api.get('/authorities?limit=0')).body.errors[0].field, '?limit')
  assert.equal((await api.get('/authorities?nam=x')).body.errors[0].field, '?nam')
})

test('an id that is none is malformed, one of nothing is not found', async () => {
  assert.equal((await api.get('/authorities/x')).status, 400)
  assert.equal((await api.get(`/authorities/${api.newId()}`)).status, 404)
})

test('after all this the register holds together', () => api.checkInvariants())

/** A certificate by the first template of a CA. */
async function issue(authority: string): Promise<Json> {
  const template = await webServer(api, authority)
  return api.make('/certificates', { template: template.id, csr: (await opensslCsr()).csr })
}
