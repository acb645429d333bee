import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { Refusal } from '@chancery/pki'
import { KEY_TYPES } from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { createRoot } from '../../src/authorities/create-root.ts'
import { commonName, issued, rootOf, stateOf } from '../support/authorities.ts'
import { opensslText, opensslVerify } from '../support/openssl.ts'
import { START, world } from '../support/world.ts'

/** SLH-DSA is one family; the quickest set of it stands for the others, which the keys package tries. */
const TRIED = KEY_TYPES.filter((type) => !type.startsWith('slh-dsa-') || type === 'slh-dsa-sha2-128f')
const OPENSSL_KNOWS = TRIED.filter((type) => !/^(ml|slh)-dsa-/.test(type))

for (const keyType of TRIED) {
  test(`a root with a key of type ${keyType} signs itself and what it issues`, needs('openssl'), async (t) => {
    const here = await world(t)

    const root = await rootOf(here, `Root ${keyType}`, { keyType })
    const { certificate } = await issued(here, root)

    assert.equal(root.generation.keyType, keyType)
    const own = new X509Certificate(root.certificate.der)
    assert.ok(own.verify(own.publicKey), 'its signature is by its own key')
    assert.ok(new X509Certificate(certificate.der).verify(own.publicKey), 'the signature is by the root')
    assert.ok(own.ca)
    if (OPENSSL_KNOWS.includes(keyType)) {
      const how = { roots: [root.certificate.der], at: START }
      assert.equal(await opensslVerify(root.certificate.der, how), '')
      assert.equal(await opensslVerify(certificate.der, how), '')
    }
    const current = await here.domain.stores.serviceCertificates.current(root.generation.id, 'ocsp-responder')
    assert.ok(current, 'its OCSP responder was made')
    await here.checkInvariants()
  })
}

test(
  'whoever only types a name gets ten years, P-256, no path length and no addresses',
  needs('openssl'),
  async (t) => {
    const { certificate, authority, template } = await rootOf(await world(t), 'Only A Name')

    const text = await opensslText('x509', certificate.der)

    assert.equal(authority.status, 'active')
    assert.equal(template.name, 'Web Server')
    assert.match(text, /ASN1 OID: prime256v1/)
    assert.match(text, /Signature Algorithm: ecdsa-with-SHA256/)
    assert.match(text, /Not Before: Jun {2}1 11:55:00 2026 GMT/)
    assert.match(text, /Not After : May 31 11:54:59 2036 GMT/)
    assert.match(text, /Basic Constraints: critical\s+CA:TRUE\s*\n/)
    assert.match(text, /Key Usage: critical\s+Certificate Sign, CRL Sign\s*\n/)
    assert.doesNotMatch(text, /CRL Distribution|Authority Information|Extended Key Usage|Name Constraints/)
  },
)

test(
  'key usage, extended key usage, path length, hash, end and names of a root can be chosen',
  needs('openssl'),
  async (t) => {
    const { certificate } = await rootOf(await world(t), 'Chosen', {
      keyType: 'rsa-2048',
      signatureAlgorithm: 'rsa-pss-sha384',
      keyUsage: ['keyCertSign', 'cRLSign', 'digitalSignature'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
      pathLength: 1,
      validity: { notBefore: START, notAfter: START + 1000 * 86_400_000 },
      nameConstraints: {
        permitted: [{ type: 'dns', value: 'example.com' }],
        excluded: [{ type: 'ip', value: '10.0.0.0/8' }],
      },
    })

    const text = await opensslText('x509', certificate.der)

    assert.match(text, /rsassaPss/)
    assert.match(text, /Hash Algorithm: SHA2-384|Hash Algorithm: sha384/i)
    assert.match(text, /Digital Signature, Certificate Sign, CRL Sign/)
    assert.match(text, /TLS Web Server Authentication/)
    assert.match(text, /CA:TRUE, pathlen:1/)
    assert.match(text, /Permitted:\s+DNS:example.com/)
    assert.match(text, /Excluded:\s+IP:10.0.0.0\/255.0.0.0/)
    assert.match(text, /Not Before: Jun {2}1 12:00:00 2026 GMT/)
  },
)

test('a root that cannot be leaves nothing behind', async (t) => {
  const { domain, act, stores, tenant } = await world(t)
  const bad = [
    [{ subject: [{ type: 'organizationName', value: 'No Common Name' }] }, 'malformed'],
    [{ subject: commonName('x'), keyType: 'ed25519', signatureAlgorithm: 'rsa-sha256' }, 'not-permitted'],
    [{ subject: [{ type: 'noSuchType', value: 'x' }, ...commonName('x')] }, 'malformed'],
    [{ subject: commonName('x'), validity: { days: -1 } }, 'lint'],
    [{ subject: commonName('x'), validity: { notBefore: START, notAfter: START - 1 } }, 'not-permitted'],
    [{ subject: commonName('x'), pathLength: -1 }, 'name-not-allowed'],
    [{ subject: [{ type: 'countryName', value: 'Germany' }, ...commonName('x')] }, 'lint'],
    [
      {
        subject: commonName('x'),
        settings: {
          serviceCertificates: { keyType: 'ed25519', signatureAlgorithm: 'rsa-sha256' },
          crl: { delta: false },
        },
      },
      'malformed',
    ],
  ] as const

  for (const [asked, code] of bad) {
    await assert.rejects(createRoot(asked, act(), domain.authorities), (error) => {
      assert.ok(error instanceof Refusal, `${error}`)
      assert.ok(error.message.length > 15, 'it says what to change')
      assert.equal(error.code, code, `${JSON.stringify(asked)} ${error.message}`)
      return true
    })
  }

  assert.deepEqual((await stores.for(tenant).authorities.list({ limit: 10 })).items, [])
})

test('a name is given once in a tenant, and again in another or when its CA was deleted', async (t) => {
  const here = await world(t)
  const first = await rootOf(here, 'Taken')

  await assert.rejects(rootOf(here, 'Taken'), { code: 'conflict' })
  const other = here.installation.for(await here.newTenant())
  await createRoot({ subject: commonName('Taken') }, here.act(other.tenant), other.authorities)
  await here.domain.stores.authorities.delete(first.authority.id, here.now(), {
    act: here.act(),
    action: 'authority.delete',
    object: { type: 'authority', id: first.authority.id },
  })

  const again = await rootOf(here, 'Taken')
  assert.notEqual(again.authority.id, first.authority.id)
  assert.equal((await stateOf(here.domain, again.authority)).authority.name, 'Taken')
})

test('the key of a root is sealed: what is stored is no key to anybody else', async (t) => {
  const here = await world(t)
  const { generation } = await rootOf(here)

  const stored = await here.domain.stores.issuers.generation(generation.id)

  const sealed = Buffer.from(stored?.sealedKey ?? [])
  assert.ok(sealed.length > 100)
  assert.throws(() => createPrivateKey({ key: sealed, format: 'der', type: 'pkcs8' }))
  assert.ok(!sealed.includes(Buffer.from('06082a8648ce3d030107', 'hex')), 'not even its curve can be read')
})
