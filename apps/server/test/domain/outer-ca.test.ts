import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCertificate, encodePem } from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { createCsrOnly } from '../../src/authorities/create-csr-only.ts'
import { importCertificate } from '../../src/authorities/import-certificate.ts'
import { renewAuthority } from '../../src/authorities/renew-authority.ts'
import { revoke } from '../../src/revocation/revoke.ts'
import { createTemplate } from '../../src/templates/templates.ts'
import {
  approveRequest,
  type Ca,
  commonName,
  issued,
  issueTo,
  pemOf,
  rootOf,
  starterProfile,
  stateOf,
  submit,
} from '../support/authorities.ts'
import { opensslVerify } from '../support/openssl.ts'
import { CA_EXTENSIONS, certificateOf, opensslCa } from '../support/openssl-ca.ts'
import { succeed } from '../support/requests.ts'
import { START, type World, world } from '../support/world.ts'

const withOpenssl = needs('openssl')

async function awaiting(here: World, name = 'Inner CA') {
  const { domain, act } = here
  const authority = await createCsrOnly({ subject: commonName(name), pathLength: 0 }, act(), domain.authorities)
  const [generation] = await domain.stores.authorities.generations(authority.id)
  assert.ok(generation)
  const csr = encodePem('CERTIFICATE REQUEST', generation.csr)
  const bring = (certificate: string, chain?: string) =>
    importCertificate(authority, { certificate, ...(chain !== undefined && { chain }) }, act(), domain.authorities)
  return { authority, generation, csr, bring }
}

/** The certificate of a CA by a template of another: its CSR (DER) is submitted, and an administrator signs it. */
async function signedAsCa(here: World, { authority }: Ca, csr: Uint8Array) {
  const profile = starterProfile('Certificate Authority')
  const asked = { authority: authority.id, name: 'CAs', description: '', enabled: true, profile }
  const template = await createTemplate(asked, true, here.act(), here.domain.templates)
  const outcome = await approveRequest(here, await submit(here, { template }, { csr }), { mayUsePrivileged: true })
  assert.ok(outcome.state === 'issued')
  return { id: outcome.id, certificate: decodeCertificate(outcome.certificate) }
}

test('a CA that awaits its certificate shows its CSR at any time, and issues nothing', withOpenssl, async (t) => {
  const here = await world(t)

  const { authority, csr } = await awaiting(here)

  const told = await succeed('openssl', ['req', '-verify', '-noout', '-text'], csr)
  assert.match(told, /CA:TRUE, pathlen:0/)
  assert.match(told, /Certificate Sign, CRL Sign/)
  const { items } = await here.domain.stores.templates.list({ authority: authority.id }, { limit: 2 })
  assert.ok(items[0])
  await assert.rejects(issueTo(here, { template: items[0] }), { code: 'not-found' })
  await here.checkInvariants()
})

test('with the certificate of an outer CA it issues, and others verify the whole chain', withOpenssl, async (t) => {
  const here = await world(t)
  const outer = await opensslCa(t)
  const { authority, csr, bring, generation } = await awaiting(here)
  const signed = await outer.sign(csr)

  const certificate = await bring(signed, pemOf(outer.certificate))
  const { certificate: leaf } = await issued(here, await stateOf(here.domain, authority))

  const how = { roots: [outer.certificate.der], chain: [certificate.der], at: START }
  assert.equal(await opensslVerify(leaf.der, how), '')
  assert.deepEqual((await here.domain.stores.authorities.generations(authority.id))[0]?.csr, generation.csr)
  await here.checkInvariants()
})

test(
  'the chain is found beside the certificate, among the CAs of the tenant, or at the address it names',
  withOpenssl,
  async (t) => {
    const outer = await opensslCa(t)
    const asked: string[] = []
    const here = await world(t, {
      fetchIssuers: async (url) => {
        asked.push(url)
        return [outer.certificate]
      },
    })
    const beside = await awaiting(here, 'Beside')
    const inTenant = await awaiting(here, 'In Tenant')
    const byAddress = await awaiting(here, 'By Address')
    const aia = ['authorityInfoAccess=caIssuers;URI:http://outer.example.com/root.cer']
    const addressed = await outer.sign(byAddress.csr, { extensions: [...CA_EXTENSIONS, ...aia] })

    await byAddress.bring(addressed)
    await beside.bring(`${await outer.sign(beside.csr)}${pemOf(outer.certificate)}`)
    const ours = await rootOf(here, 'Our Root')
    const { id, certificate } = await signedAsCa(here, ours, inTenant.generation.csr)
    await inTenant.bring(pemOf(certificate))

    assert.deepEqual(asked, ['http://outer.example.com/root.cer'])
    for (const { authority, generation } of [beside, byAddress]) {
      const { chain } = await here.domain.issuers.generation(generation.id)
      assert.deepEqual(
        chain.map(({ der }) => der),
        [outer.certificate.der],
        authority.name,
      )
    }
    assert.equal((await stateOf(here.domain, inTenant.authority)).authority.parent, ours.authority.id)
    await revoke({ certificate: id, reason: 'superseded' }, here.act(), here.domain.stores.revocations)
    await assert.rejects(issued(here, await stateOf(here.domain, inTenant.authority)), { code: 'issuer-inactive' })
    await assert.rejects(inTenant.bring(pemOf(certificate)), /was revoked by the CA that issued it/)
    await here.checkInvariants()
  },
)
test('each certificate that cannot be a CA’s is refused, and says why', withOpenssl, async (t) => {
  const here = await world(t)
  const outer = await opensslCa(t)
  const [stranger, mine] = [await awaiting(here, 'Stranger'), await awaiting(here, 'Mine')]
  const root = pemOf(outer.certificate)
  const sign = (extensions: readonly string[], times = {}) => outer.sign(mine.csr, { extensions, ...times })
  const forged = Buffer.from(certificateOf(await outer.sign(mine.csr)).der)
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1

  const cases: readonly (readonly [what: string, certificate: string, why: RegExp])[] = [
    ['another key', await outer.sign(stranger.csr), /another key than this CA has/],
    ['no CA', await sign(['basicConstraints=critical,CA:FALSE']), /must say CA:TRUE/],
    ['no basicConstraints', await sign(['subjectKeyIdentifier=hash']), /must say CA:TRUE/],
    [
      'no keyCertSign',
      await sign(['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,cRLSign']),
      /must hold keyCertSign/,
    ],
    ['expired', await sign(CA_EXTENSIONS, { from: '20250101000000Z', to: '20260601115959Z' }), /expired on 2026-06-01/],
    ['not yet valid', await sign(CA_EXTENSIONS, { from: '20260601120001Z' }), /valid only from 2026-06-01/],
    ['wrong signature', encodePem('CERTIFICATE', forged), /not signed by the key of .*CN=Outer Root/],
    ['no PEM', 'hello', /no certificate in it|no PEM/],
    ['garbage', encodePem('CERTIFICATE', Uint8Array.of(1, 2, 3)), /cannot be read/],
  ]
  for (const [what, certificate, why] of cases) {
    await assert.rejects(mine.bring(certificate, root), (error) => {
      assert.ok(error instanceof Error && 'problems' in error && Array.isArray(error.problems), what)
      assert.match(JSON.stringify(error.problems), why, what)
      return true
    })
  }

  await assert.rejects(mine.bring(await outer.sign(mine.csr)), { code: 'conflict', message: /Give the whole chain/ })
  assert.equal((await here.domain.stores.authorities.find(mine.authority.id))?.status, 'awaiting-certificate')
  assert.deepEqual((await here.domain.stores.authorities.generations(mine.authority.id))[0]?.certificates, [])
})

test('a chain that nobody would accept is refused', withOpenssl, async (t) => {
  const here = await world(t)
  const expired = await opensslCa(t, { subject: '/CN=Expired Root', to: '20260601000000Z' })
  const narrow = await opensslCa(t, {
    subject: '/CN=Narrow Root',
    extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign'],
  })
  const silent = await opensslCa(t, {
    subject: '/CN=Silent Root',
    extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,cRLSign'],
  })
  const mine = await awaiting(here)

  const below = async (outer: typeof expired) => mine.bring(await outer.sign(mine.csr), pemOf(outer.certificate))
  await assert.rejects(below(expired), /"CN=Expired Root" above it expired on 2026-06-01/)
  await assert.rejects(below(narrow), /allows 0 CAs below itself, and there would be 1/)
  await assert.rejects(
    below(silent),
    /not signed by the key of "CN=Silent Root" that is known, or that one may sign no certificates/,
  )
})

test('of several certificates of the same root the one that lives longest is taken', withOpenssl, async (t) => {
  const here = await world(t)
  const outer = await opensslCa(t)
  const longer = ['-keyfile', 'ca.key', '-in', 'ca.csr', '-out', 'longer.pem', '-extfile', 'ca.ext', '-selfsign']
  await outer.openssl(
    'ca',
    '-batch',
    '-config',
    'openssl.cnf',
    '-startdate',
    '20250101000000Z',
    '-enddate',
    '20450101000000Z',
    '-notext',
    ...longer,
  )
  const renewed = certificateOf(await outer.read('longer.pem'))
  const { csr, bring, generation } = await awaiting(here)

  await bring(await outer.sign(csr), pemOf(outer.certificate, renewed))

  assert.deepEqual((await here.domain.issuers.generation(generation.id)).chain[0]?.der, renewed.der)
})

test('renewed by its outer CA it keeps its key or takes a new one, and never another name', withOpenssl, async (t) => {
  const here = await world(t)
  const { domain, act } = here
  const outer = await opensslCa(t)
  const { authority, csr, bring } = await awaiting(here)
  await bring(await outer.sign(csr), pemOf(outer.certificate))
  const active = (await stateOf(domain, authority)).authority

  const same = await renewAuthority(active, { key: 'same' }, act(), domain.authorities)
  assert.ok(same.state === 'awaiting-certificate')
  await bring(await outer.sign(encodePem('CERTIFICATE REQUEST', same.csr), { to: '20390101000000Z' }))
  const sameKey = await stateOf(domain, authority)
  const names = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-subj', '/CN=Renamed', '-extfile', 'ca.ext']
  const renamed = await outer.openssl('x509', '-req', '-in', 'signed-1.csr', ...names, '-days', '400')
  await assert.rejects(bring(renamed), (error) => /Have it signed with the same name/.test(JSON.stringify(error)))
  const first = await renewAuthority(active, { key: 'new' }, act(), domain.authorities)
  const second = await renewAuthority(active, { key: 'new', keyType: 'rsa-2048' }, act(), domain.authorities)
  assert.ok(first.state === 'awaiting-certificate' && second.state === 'awaiting-certificate')
  assert.equal(
    (await stateOf(domain, authority)).generation.number,
    1,
    'the old one issues until the new one is certified',
  )
  await bring(await outer.sign(encodePem('CERTIFICATE REQUEST', second.csr)))
  await bring(await outer.sign(encodePem('CERTIFICATE REQUEST', first.csr)))

  assert.equal(sameKey.certificate.notAfter, Date.UTC(2039, 0, 1))
  const now = await stateOf(domain, authority)
  assert.deepEqual([now.generation.number, now.generation.keyType], [3, 'rsa-2048'])
  const statuses = (await domain.stores.authorities.generations(authority.id)).map(({ number, status }) => [
    number,
    status,
  ])
  assert.deepEqual(statuses, [
    [3, 'active'],
    [2, 'retired'],
    [1, 'retired'],
  ])
  const { certificate } = await issued(here, now)
  assert.equal(
    await opensslVerify(certificate.der, { roots: [outer.certificate.der], chain: [now.certificate.der], at: START }),
    '',
  )
  await here.checkInvariants()
})
