import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { PLATFORM_TLS_PROFILE, Refusal } from '@chancery/pki'
import { encodePem } from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { namesOf } from '../../src/open-tls.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { platformAuthority } from '../../src/platform-ca/platform-authority.ts'
import { type PlatformDeps, platformCertificate } from '../../src/platform-ca/platform-certificate.ts'
import type { PlatformNames } from '../../src/platform-ca/platform-names.ts'
import { makeServiceCertificate } from '../../src/service-certificates/make-service-certificate.ts'
import { SYSTEM_TENANT } from '../../src/tenants/system-tenant.ts'
import { opensslText, opensslVerify } from '../support/openssl.ts'
import { type World, world } from '../support/world.ts'

const DAY = 86_400_000
const HERE: PlatformNames = { dns: ['localhost'], ip: ['127.0.0.1', '::1'] }
const NAMED: PlatformNames = { dns: ['pki.example.com'], ip: [] }
const ADDRESSED: PlatformNames = { dns: [], ip: ['192.0.2.7'] }

function depsOf({ installation, stores, reports }: World, names: PlatformNames): PlatformDeps {
  return {
    names,
    authorities: installation.for(SYSTEM_TENANT).authorities,
    services: installation.respondersOf(SYSTEM_TENANT),
    turns: stores.system.outbox,
    wait: () => new Promise((resolve) => setTimeout(resolve, 5)),
    report: (error) => reports.push({ error, where: 'platform-tls' }),
  }
}

const serialOf = (der: Uint8Array) => new X509Certificate(der).serialNumber

for (const names of [HERE, NAMED, ADDRESSED])
  test(`OpenSSL accepts the certificate for ${[...names.dns, ...names.ip].join(', ')}`, needs('openssl'), async (t) => {
    const made = await world(t)

    const { certificate, root, privateKey, madeRoot } = await platformCertificate(depsOf(made, names))

    assert.equal(madeRoot, 'first')
    assert.equal(await opensslVerify(certificate, { roots: [root], at: made.now() }), '')
    const leaf = new X509Certificate(certificate)
    for (const host of names.dns) assert.equal(leaf.checkHost(host), host)
    for (const address of names.ip) assert.ok(leaf.checkIP(address))
    assert.ok(leaf.checkPrivateKey(createPrivateKey(encodePem('PRIVATE KEY', privateKey))))
    assert.equal(Math.round((leaf.validToDate.getTime() - made.now()) / DAY), 90)
    await made.checkInvariants()
  })

test('the root is critically bound to its names and to https servers', needs('openssl'), async (t) => {
  const made = await world(t)

  const bound = await opensslText('x509', (await platformCertificate(depsOf(made, HERE))).root)
  const named = await opensslText('x509', (await platformCertificate(depsOf(made, NAMED))).root)
  const addressed = await opensslText('x509', (await platformCertificate(depsOf(made, ADDRESSED))).root)

  assert.match(
    bound,
    /Name Constraints: critical\n\s+Permitted:\n\s+DNS:localhost\n\s+IP:127\.0\.0\.1\/255\.255\.255\.255/,
  )
  assert.doesNotMatch(bound, /Excluded/)
  assert.match(
    named,
    /Permitted:\n\s+DNS:pki\.example\.com\n\s+Excluded:\n\s+IP:0\.0\.0\.0\/0\.0\.0\.0\n\s+IP:0:0:0:0:0:0:0:0\//,
  )
  assert.match(addressed, /Permitted:\n\s+IP:192\.0\.2\.7\/255\.255\.255\.255\n\s+Excluded:\n\s+DNS:\n/)
  for (const text of [bound, named, addressed]) {
    assert.match(text, /Extended Key Usage: \n\s+TLS Web Server Authentication\n/)
    assert.match(text, /CA:TRUE, pathlen:0/)
    assert.doesNotMatch(text, /CRL Distribution|Authority Information/)
  }
})

test('the platform CA certifies no other name', async (t) => {
  const made = await world(t)
  const deps = depsOf(made, NAMED)
  const { authority } = await platformAuthority(NAMED, deps.authorities)

  const other = makeServiceCertificate(
    authority,
    {
      purpose: 'platform-tls',
      keyType: 'ecdsa-p256',
      profile: PLATFORM_TLS_PROFILE,
      request: {
        subject: [],
        subjectAltNames: [{ type: 'dns', value: 'www.example.org' }],
      },
    },
    deps.services,
  )

  await assert.rejects(other, (error) => error instanceof Refusal && error.code === 'lint')
})

test('of many that ask at once one makes the CA and its certificate, and the others take both', async (t) => {
  const made = await world(t)

  const all = await Promise.all(Array.from({ length: 5 }, () => platformCertificate(depsOf(made, NAMED))))

  assert.equal(new Set(all.map(({ root }) => serialOf(root))).size, 1)
  assert.equal(new Set(all.map(({ certificate }) => serialOf(certificate))).size, 1)
  assert.equal(all.filter(({ madeRoot }) => madeRoot !== undefined).length, 1)
  await made.checkInvariants()
})

test('the certificate is renewed from its day 60 on, by the same CA', async (t) => {
  const made = await world(t)
  const first = await platformCertificate(depsOf(made, NAMED))

  made.advance(59 * DAY)
  const kept = await platformCertificate(depsOf(made, NAMED))
  made.advance(2 * DAY)
  const renewed = await platformCertificate(depsOf(made, NAMED))

  assert.equal(serialOf(kept.certificate), serialOf(first.certificate))
  assert.notEqual(serialOf(renewed.certificate), serialOf(first.certificate))
  assert.equal(serialOf(renewed.root), serialOf(first.root))
  assert.notDeepEqual(renewed.privateKey, first.privateKey)
})

test('other names get another CA, and names that come back find theirs again', async (t) => {
  const made = await world(t)

  const first = await platformCertificate(depsOf(made, NAMED))
  const other = await platformCertificate(depsOf(made, { dns: ['pki.example.org'], ip: [] }))
  const again = await platformCertificate(depsOf(made, NAMED))

  assert.equal(other.madeRoot, 'another')
  assert.notEqual(serialOf(other.root), serialOf(first.root))
  assert.deepEqual([again.madeRoot, serialOf(again.root)], [undefined, serialOf(first.root)])
})

test('a root that is about to end is followed by another', async (t) => {
  const made = await world(t)
  const first = await platformCertificate(depsOf(made, NAMED))

  made.advance(3652 * DAY - 100 * DAY)
  const next = await platformCertificate(depsOf(made, NAMED))

  assert.equal(next.madeRoot, 'another')
  assert.notEqual(serialOf(next.root), serialOf(first.root))
  assert.equal(Math.round((next.notAfter - made.now()) / DAY), 90)
})

test('a renewal that fails leaves the certificate that still serves, and says why', async (t) => {
  const made = await world(t)
  const first = await platformCertificate(depsOf(made, NAMED))
  const broken = depsOf(made, NAMED)
  const services = {
    ...broken.services,
    pool: { ...broken.services.pool, for: () => assert.fail('no key can be made now') },
  }

  made.advance(61 * DAY)
  const kept = await platformCertificate({ ...broken, services })
  const [report] = made.reports.splice(0)
  const renewed = await platformCertificate(depsOf(made, NAMED))

  assert.equal(serialOf(kept.certificate), serialOf(first.certificate))
  assert.match(String(report?.error), /no key can be made now/)
  assert.notEqual(serialOf(renewed.certificate), serialOf(first.certificate))
})

test('no public address, member or sweep of services leads to the platform CA', async (t) => {
  const made = await world(t)
  const { stores, database } = made
  await platformCertificate(depsOf(made, NAMED))
  const { items } = await stores.for(SYSTEM_TENANT).authorities.list({ limit: 10 })
  const [authority] = items
  assert.ok(authority)
  const [generation] = await stores.for(SYSTEM_TENANT).authorities.generations(authority.id)

  assert.equal(await stores.system.authorityByPublicId(authority.publicId), undefined)
  assert.equal(await stores.system.generationByPublicId(generation?.publicId ?? ''), undefined)
  const times = { now: made.now(), renewBefore: made.now() + 60 * DAY }
  assert.deepEqual(await stores.system.dueServices('ocsp-responder', times, 10), [])
  const members = await database.read((db) =>
    db.selectFrom('membership').select('account').where('tenant', '=', SYSTEM_TENANT).execute(),
  )
  assert.deepEqual(members, [])
})

test('the key of the certificate rests sealed', async (t) => {
  const made = await world(t)
  const { privateKey } = await platformCertificate(depsOf(made, NAMED))

  const rows = await made.database.read((db) => db.selectFrom('service_certificate').selectAll().execute())

  assert.deepEqual(
    rows.map(({ tenant, purpose }) => [tenant, purpose]),
    [[SYSTEM_TENANT, 'platform-tls']],
  )
  const secret = Buffer.from(privateKey).subarray(-32)
  for (const { sealed_key } of rows) assert.ok(!Buffer.from(sealed_key).includes(secret))
})

test('the names of an installation are those of its addresses, each once', () => {
  const names = (env: Record<string, string>) => namesOf(loadConfig(env))

  assert.deepEqual(names({}), { dns: ['localhost'], ip: ['127.0.0.1', '::1'] })
  assert.deepEqual(names({ CHANCERY_URL: 'https://PKI.example.com.' }), { dns: ['pki.example.com'], ip: [] })
  assert.deepEqual(
    names({
      CHANCERY_URL: 'https://pki.example.com',
      CHANCERY_PUBLIC_URL: 'http://crl.example.com',
      CHANCERY_HTTPS: '192.0.2.7:443',
    }),
    { dns: ['pki.example.com', 'crl.example.com'], ip: ['192.0.2.7'] },
  )
  assert.deepEqual(names({ CHANCERY_URL: 'https://[2001:DB8::0:1]', CHANCERY_HTTPS: '[::]:443' }), {
    dns: [],
    ip: ['2001:db8::1'],
  })
})
