import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  algorithmIdentifier,
  assembleSigned,
  encodeCertificationRequestInfo,
  encodePem,
  makeExtension,
  makeName,
  PublicKey,
  SubjectAltName,
} from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { inFolder, type OPENSSL_KEYS, opensslCsr, succeed } from '../support/requests.ts'
import { apiWorld, type Json, makeRoot, webServer } from './api-world.ts'

const api = await apiWorld({ after, fullName: 'certificates' })
const root = await makeRoot(api, 'Issuing Root')
const template = await webServer(api, root.id)
const openssl = needs('openssl')

async function issue(more: object = {}, csr?: string): Promise<Json> {
  return api.make(
    '/certificates',
    { template: template.id, csr: csr ?? (await opensslCsr()).csr, ...more },
    { as: 'officer' },
  )
}

for (const key of [
  'p256',
  'p384',
  'p521',
  'rsa2048',
  'ed25519',
] as const satisfies readonly (keyof typeof OPENSSL_KEYS)[]) {
  test(
    `a CSR of OpenSSL with a ${key} key becomes a certificate that OpenSSL accepts, decoded as OpenSSL reads it`,
    openssl,
    async () => {
      const { csr } = await opensslCsr({
        key,
        subject: '/CN=www.example.com',
        extensions: ['subjectAltName=DNS:www.example.com,IP:2001:db8::1'],
      })
      const issued = await issue({}, csr)

      const { body } = await api.get(`/certificates/${issued.id}`)
      const text = await succeed('openssl', ['x509', '-noout', '-text', '-fingerprint', '-sha256'], issued.certificate)
      const { decoded } = body
      assert.ok(text.includes(decoded.fingerprints.sha256.toUpperCase().match(/../g).join(':')))
      assert.equal(text.match(/Serial Number:\s+([0-9a-f:]+)/)?.[1]?.replaceAll(':', ''), decoded.serialNumber)
      assert.match(text, /DNS:www.example.com, IP Address:2001:DB8:0:0:0:0:0:1/)
      assert.deepEqual(decoded.subjectAltNames, [
        { type: 'dns', value: 'www.example.com' },
        { type: 'ip', value: '2001:db8::1' },
      ])
      const type = {
        p256: 'ecdsa-p256',
        p384: 'ecdsa-p384',
        p521: 'ecdsa-p521',
        rsa2048: 'rsa-2048',
        ed25519: 'ed25519',
      }[key]
      assert.equal(decoded.publicKey.type, type)
      const values = Object.fromEntries(decoded.extensions.map(({ name, value }: Json) => [name, value]))
      assert.deepEqual(values['extKeyUsage'], ['serverAuth'])
      assert.deepEqual(values['basicConstraints'], { ca: false })
      const [keyId] = /Subject Key Identifier:\s+([0-9A-F:]+)/.exec(text)?.slice(1) ?? []
      assert.equal(values['subjectKeyIdentifier'], keyId?.replaceAll(':', '').toLowerCase())
      assert.ok(text.includes(`URI:${values['cRLDistributionPoints'][0].distributionPoint.fullName[0].value}`))
      assert.ok(
        text.includes(
          `OCSP - URI:${values['authorityInfoAccess'].find(({ method }: Json) => method === 'ocsp').location.value}`,
        ),
      )
      await inFolder(async (folder) => {
        const [leaf, ca] = [join(folder, 'leaf.pem'), join(folder, 'ca.pem')]
        await writeFile(leaf, issued.certificate)
        await writeFile(ca, issued.chain)
        const moment = `${Math.floor(api.now() / 1000)}`
        await succeed('openssl', ['verify', '-x509_strict', '-attime', moment, '-CAfile', ca, leaf])
      })
    },
  )
}

for (const [kind, args] of [
  ['rsa', ['--bits', '3072']],
  ['ecdsa', ['--curve', 'secp384r1']],
  ['ed25519', []],
] as const) {
  test(
    `a CSR of GnuTLS with an ${kind} key becomes a certificate that GnuTLS accepts`,
    needs('certtool'),
    async (t) => {
      await inFolder(async (folder) => {
        const path = (name: string) => join(folder, name)
        await writeFile(
          path('template'),
          'cn = "gnu.example.com"\ndns_name = "gnu.example.com"\ntls_www_server\nsigning_key\n',
        )
        await succeed('certtool', ['--generate-privkey', '--key-type', kind, ...args, '--outfile', path('key.pem')])
        const csr = await succeed('certtool', [
          '--generate-request',
          '--load-privkey',
          path('key.pem'),
          '--template',
          path('template'),
        ])
        // certtool judges by the clock on the wall.
        const today = await apiWorld({ after: (work) => t.after(work), fullName: t.name }, { now: Date.now() })
        const own = await webServer(today, (await makeRoot(today)).id)
        const issued = await today.make('/certificates', { template: own.id, csr })

        await writeFile(path('leaf.pem'), issued.certificate)
        await writeFile(path('ca.pem'), issued.chain)
        const files = ['--load-ca-certificate', path('ca.pem'), '--infile', path('leaf.pem')]
        const verified = await succeed('certtool', ['--verify', '--verify-hostname', 'gnu.example.com', ...files])
        assert.match(verified, /Verified\. The certificate is trusted/)
      })
    },
  )
}

for (const type of ['ml-dsa-44', 'ml-dsa-65'] as const) {
  test(`a CSR with an ${type} key becomes a certificate that Node.js reads`, async () => {
    const { publicKey, privateKey } = generateKeyPairSync(type as 'ml-dsa-44')
    const spki = PublicKey.decode(Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })))
    const info = encodeCertificationRequestInfo({
      subject: makeName([[{ type: '2.5.4.3', value: 'pq.example.com' }]]),
      publicKey: spki,
      extensions: [makeExtension(SubjectAltName, [{ type: 'dns', value: 'pq.example.com' }])],
    })
    const der = assembleSigned(info, algorithmIdentifier(type), Uint8Array.from(sign(null, info, privateKey)))
    const issued = await issue({}, encodePem('CERTIFICATE REQUEST', der))

    const certificate = new X509Certificate(issued.certificate)
    assert.ok(certificate.publicKey.equals(publicKey))
    assert.ok(certificate.verify(new X509Certificate(issued.chain).publicKey))
    assert.equal((await api.get(`/certificates/${issued.id}`)).body.decoded.publicKey.type, type)
  })
}

test('what is issued at once obeys the template, and its refusal names the field', openssl, async () => {
  const { csr } = await opensslCsr()
  const refused = async (body: object) => {
    const reply = await api.post('/certificates', body, { as: 'officer' })
    return [reply.status, reply.body.code, reply.body.errors?.[0]?.field]
  }

  assert.deepEqual(await refused({ template: api.newId(), csr }), [404, 'not-found', '/template'])
  assert.deepEqual(await refused({ template: template.id }), [400, 'malformed', '/csr'])
  assert.deepEqual(await refused({ template: template.id, csr, subject: [{ type: 'O', value: 'x' }] }), [
    422,
    'name-not-allowed',
    '/subject/0',
  ])
  assert.deepEqual(await refused({ template: template.id, csr, validity: { days: 0 } }), [
    400,
    'malformed',
    '/validity/days',
  ])
  const mine = await issue(
    {
      subjectAltNames: [{ type: 'dns', value: 'bücher.example' }],
      subject: [{ type: 'CN', value: 'xn--bcher-kva.example' }],
      validity: { hours: 12 },
    },
    csr,
  )
  assert.equal(new X509Certificate(mine.certificate).subjectAltName, 'DNS:xn--bcher-kva.example')
})

test(
  'certificates are found by each of their names, serial number, fingerprint, state and expiry',
  openssl,
  async () => {
    const csr = (name: string) =>
      opensslCsr({ subject: `/CN=${name}`, extensions: [`subjectAltName=DNS:${name},IP:192.0.2.77`] })
    const one = await issue({ validity: { days: 5 } }, (await csr('findable.search.example')).csr)
    const two = await issue({ validity: { days: 50 } }, (await csr('other.search.example')).csr)
    await api.post(`/certificates/${two.id}/revoke`, { reason: 'certificateHold' })
    const list = async (query: string) =>
      (await api.get(`/certificates?${query}`)).body.items.map(({ id }: Json) => id).toSorted()
    const both = [one.id, two.id].toSorted()

    assert.deepEqual(await list('name=FINDABLE'), [one.id])
    assert.deepEqual(await list('name=.search.example'), both)
    assert.deepEqual(await list('name=192.0.2.77'), both)
    assert.deepEqual(await list(`serialNumber=${one.serialNumber}`), [one.id])
    const colons = one.serialNumber.toUpperCase().match(/../g).join(':')
    assert.deepEqual(await list(`serialNumber=${encodeURIComponent(colons)}`), [one.id])
    assert.deepEqual(await list(`fingerprint=${one.fingerprint}`), [one.id])
    assert.deepEqual(await list('status=held'), [two.id])
    assert.deepEqual(await list('name=.search.example&status=valid'), [one.id])
    assert.deepEqual(await list('expiresFrom=2026-06-05T00:00:00Z&expiresTo=2026-06-10T00:00:00Z'), [one.id])
    assert.deepEqual(await list(`template=${template.id}&name=other.search`), [two.id])
    const field = async (query: string) => {
      const { status, body } = await api.get(`/certificates?${query}`)
      return [status, body.errors?.[0]?.field]
    }
    assert.deepEqual(await field('fingerprint=abc'), [400, '?fingerprint'])
    assert.deepEqual(await field('expiresTo=tomorrow'), [400, '?expiresTo'])
    assert.deepEqual(await field('status=dead'), [400, '?status'])
    assert.equal((await field('serialNumber=xyz'))[0], 400)
  },
)

test('downloads have their media types and names that no system trips over', openssl, async () => {
  const { csr } = await opensslCsr({ subject: '/CN=*.wild.example', extensions: ['subjectAltName=DNS:*.wild.example'] })
  const { id, certificate, chain } = await issue({}, csr)
  const get = (format: string) => api.get(`/certificates/${id}/download?format=${format}`)
  const [pem, der, full, pkcs7] = [await get('pem'), await get('der'), await get('chain'), await get('pkcs7')]

  assert.equal(pem.bytes.toString(), certificate)
  assert.equal(pem.headers['content-disposition'], 'attachment; filename="wild.example.pem"')
  assert.equal(pem.headers['x-content-type-options'], 'nosniff')
  assert.deepEqual(der.bytes, new X509Certificate(certificate).raw)
  assert.equal(der.headers['content-type'], 'application/pkix-cert')
  assert.equal(full.bytes.toString(), certificate + chain)
  assert.match(
    await succeed('openssl', ['pkcs7', '-inform', 'DER', '-print_certs', '-noout'], pkcs7.bytes),
    /wild\.example[\s\S]*Issuing Root/,
  )
})

test('a revocation can become sharper, a hold can end, and nothing else changes', openssl, async () => {
  const { id } = await issue()
  const revoke = async (reason: string, invalidityDate?: string) => {
    const { status, body } = await api.post(
      `/certificates/${id}/revoke`,
      { reason, ...(invalidityDate && { invalidityDate }) },
      { as: 'officer' },
    )
    return [status, body.revocation?.reason ?? body.errors?.[0]?.field ?? body.code]
  }
  const unrevoke = async () => (await api.call('POST', `/certificates/${id}/unrevoke`, { as: 'officer' })).status

  assert.equal(await unrevoke(), 409)
  assert.deepEqual(await revoke('removeFromCRL'), [400, '/reason'])
  assert.deepEqual(await revoke('superseded', '2030-01-01T00:00:00Z'), [400, '/invalidityDate'])
  assert.deepEqual(await revoke('certificateHold'), [200, 'certificateHold'])
  assert.equal(await unrevoke(), 200)
  assert.equal((await api.get(`/certificates/${id}`)).body.status, 'valid')
  assert.deepEqual(await revoke('certificateHold'), [200, 'certificateHold'])
  assert.deepEqual(await revoke('superseded'), [200, 'superseded'])
  assert.equal(await unrevoke(), 409)
  assert.deepEqual(await revoke('affiliationChanged'), [409, 'conflict'])
  assert.deepEqual(await revoke('keyCompromise', '2026-05-01T00:00:00Z'), [200, 'keyCompromise'])
  const { revocation } = (await api.get(`/certificates/${id}`)).body
  assert.equal(revocation.invalidityDate, '2026-05-01T00:00:00.000Z')
})

test('a key that was compromised is not certified again', openssl, async () => {
  const { csr } = await opensslCsr()
  const { id } = await issue({}, csr)
  await api.post(`/certificates/${id}/revoke`, { reason: 'keyCompromise' })

  const again = await api.post('/certificates', { template: template.id, csr })
  assert.deepEqual([again.status, again.body.code], [422, 'bad-key'])
})

test('many certificates are revoked, each with its own result', openssl, async () => {
  const all = await Promise.all([issue(), issue(), issue()])
  await api.post(`/certificates/${all[1].id}/revoke`, { reason: 'superseded' })
  const ids = [...all.map(({ id }) => id), api.newId()]
  const { body } = await api.post('/certificates/revoke', { ids, reason: 'cessationOfOperation' }, { as: 'officer' })

  assert.equal(body.done, 2)
  assert.deepEqual(
    body.items.map(({ outcome }: Json) => outcome),
    ['done', 'refused', 'done', 'refused'],
  )
  assert.deepEqual([body.items[1].problem.code, body.items[3].problem.code], ['conflict', 'not-found'])
})

test('an officer ends no CA: its certificates and those of its services are for administrators', openssl, async () => {
  const subject = [{ type: 'commonName', value: 'Issuing CA to end' }]
  const below = await api.make('/authorities', { kind: 'intermediate', parent: root.id, subject })
  const { items } = (await api.get(`/certificates?authority=${root.id}&name=issuing ca to end`)).body
  const [certificate] = items
  const responder = (await api.get(`/certificates?authority=${below.id}`)).body.items[0]

  for (const { id } of [certificate, responder]) {
    const refused = await api.post(`/certificates/${id}/revoke`, { reason: 'superseded' }, { as: 'officer' })
    assert.deepEqual([refused.status, refused.body.code], [403, 'forbidden'])
    const many = await api.post('/certificates/revoke', { ids: [id], reason: 'superseded' }, { as: 'officer' })
    assert.deepEqual([many.body.done, many.body.items[0].problem.code], [0, 'forbidden'])
    assert.equal((await api.get(`/certificates/${id}`)).body.status, 'valid')
  }
  const revoked = await api.post(
    `/certificates/${certificate.id}/revoke`,
    { reason: 'superseded' },
    { as: 'administrator' },
  )
  assert.equal(revoked.status, 200)
})

test('lists go on where they stopped, whatever is issued meanwhile', openssl, async () => {
  const before = (await api.get('/certificates?limit=200')).body.items.map(({ id }: Json) => id)
  const seen: string[] = []
  let after = ''
  do {
    const { body } = await api.get(`/certificates?limit=7${after}`)
    seen.push(...body.items.map(({ id }: Json) => id))
    after = body.next === undefined ? '' : `&after=${encodeURIComponent(body.next)}`
    if (seen.length === 7) await issue()
  } while (after !== '')

  assert.deepEqual(seen, before)
})

test('a certificate that has expired says so', openssl, async () => {
  const { id } = await issue({ validity: { hours: 1 } })
  api.advance(2 * 3_600_000)

  assert.equal((await api.get(`/certificates/${id}`)).body.status, 'expired')
})

test('after all this the register holds together', () => api.checkInvariants())
