import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import {
  BasicConstraints,
  decodeCertificationRequest,
  ExtendedKeyUsage,
  encodePem,
  findExtension,
  KeyUsage,
  NameConstraints,
  SubjectKeyIdentifier,
} from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { createCsrOnly } from '../../src/authorities/create-csr-only.ts'
import { createIntermediate } from '../../src/authorities/create-intermediate.ts'
import { importAuthority } from '../../src/authorities/import-authority.ts'
import { importCertificate } from '../../src/authorities/import-certificate.ts'
import type { RenewAuthority } from '../../src/authorities/plan-renewal.ts'
import { renewAuthority } from '../../src/authorities/renew-authority.ts'
import type { Authority } from '../../src/issuers/authority.ts'
import { commonName, issued, pemOf, requestFor, rootOf, stateOf } from '../support/authorities.ts'
import { opensslText, opensslVerify } from '../support/openssl.ts'
import { CA_EXTENSIONS, type OpensslCa, opensslCa } from '../support/openssl-ca.ts'
import { START, type World, world } from '../support/world.ts'

const withOpenssl = needs('openssl')

const CHOSEN = {
  pathLength: 1,
  keyUsage: ['keyCertSign', 'cRLSign', 'digitalSignature'],
  extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
  nameConstraints: {
    permitted: [
      { type: 'dns', value: 'example.com' },
      { type: 'ip', value: '10.0.0.0/8' },
    ],
    excluded: [{ type: 'dns', value: 'secret.example.com' }],
  },
} as const

/** What a CSR asks for, as OpenSSL prints it. */
const SAID = [
  /X509v3 Key Usage: critical\s+Digital Signature, Certificate Sign, CRL Sign\s/,
  /X509v3 Extended Key Usage: \s+TLS Web Server Authentication, TLS Web Client Authentication\s/,
  /X509v3 Basic Constraints: critical\s+CA:TRUE, pathlen:1\s/,
  /X509v3 Name Constraints: critical\s+Permitted:\s+DNS:example\.com\s+IP:10\.0\.0\.0\/255\.0\.0\.0\s+Excluded:\s+DNS:secret\.example\.com\s/,
]
const RULES = [KeyUsage.id, ExtendedKeyUsage.id, BasicConstraints.id, NameConstraints.id] as const

async function saysAll(csr: Uint8Array): Promise<void> {
  const text = await opensslText('req', csr)
  for (const said of SAID) assert.match(text, said)
}

/** An outer CA that grants what the CSR asks for. */
async function grant(outer: OpensslCa, csr: Uint8Array): Promise<string> {
  const config = await outer.read('openssl.cnf')
  await writeFile(outer.path('grant.cnf'), config.replace('copy_extensions = none', 'copy_extensions = copy'))
  await writeFile(outer.path('asked.csr'), encodePem('CERTIFICATE REQUEST', csr))
  const times = ['-startdate', '20260501000000Z', '-enddate', '20350101000000Z']
  const files = ['-in', 'asked.csr', '-out', 'granted.pem']
  await outer.openssl('ca', '-batch', '-preserveDN', '-config', 'grant.cnf', '-notext', ...times, ...files)
  return outer.read('granted.pem')
}

async function certifiedElsewhere(here: World, outer: OpensslCa, asked = {}) {
  const { domain, act } = here
  const made = await createCsrOnly({ subject: commonName('Inner CA'), ...CHOSEN, ...asked }, act(), domain.authorities)
  const [generation] = await domain.stores.authorities.generations(made.id)
  assert.ok(generation)
  const certificate = await grant(outer, generation.csr)
  await importCertificate(made, { certificate, chain: pemOf(outer.certificate) }, act(), domain.authorities)
  return { ...(await stateOf(domain, made)), csr: generation.csr }
}

async function renewElsewhere(here: World, authority: Authority, asked: RenewAuthority): Promise<Uint8Array> {
  const renewal = await renewAuthority(authority, asked, here.act(), here.domain.authorities)
  assert.ok(renewal.state === 'awaiting-certificate')
  return renewal.csr
}

test(
  'what was chosen for a CA that others sign is in its CSR, and binds it once they grant it',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const outer = await opensslCa(t)

    const ca = await certifiedElsewhere(here, outer)

    await saysAll(ca.csr)
    const { certificate } = await issued(here, ca, await requestFor('www.example.com'))
    const how = { roots: [outer.certificate.der], chain: [ca.certificate.der], at: START }
    assert.equal(await opensslVerify(certificate.der, how), '')
    for (const host of ['www.example.org', 'www.secret.example.com'])
      await assert.rejects(issued(here, ca, await requestFor(host)), { code: 'lint' })
    await here.checkInvariants()
  },
)

test(
  'renewed elsewhere, with its key or a new one, a CA asks for what its certificate says',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const outer = await opensslCa(t)
    const { authority, certificate } = await certifiedElsewhere(here, outer)

    const same = await renewElsewhere(here, authority, { key: 'same' })
    const other = await renewElsewhere(here, authority, { key: 'new' })

    await saysAll(same)
    await saysAll(other)
    const [first, second] = [decodeCertificationRequest(same), decodeCertificationRequest(other)]
    assert.deepEqual(first.publicKey.der, certificate.publicKey.der)
    assert.notDeepEqual(second.publicKey.der, certificate.publicKey.der)
    const identifier = findExtension(certificate.extensions, SubjectKeyIdentifier)
    assert.deepEqual(findExtension(first.requestedExtensions, SubjectKeyIdentifier), identifier)
    for (const { subject } of [first, second]) assert.deepEqual(subject.der, certificate.subject.der)
  },
)

test(
  'what is said at a renewal is in the CSR that somebody else signs, and can be fetched again',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const outer = await opensslCa(t)
    const { authority, generation } = await certifiedElsewhere(here, outer)
    const nameConstraints = { permitted: [{ type: 'dns', value: 'narrow.example.com' }], excluded: [] } as const
    const asked = {
      pathLength: 0,
      keyUsage: ['keyCertSign', 'cRLSign'],
      extendedKeyUsage: [],
      nameConstraints,
    } as const

    for (const key of ['same', 'new'] as const) {
      const csr = await renewElsewhere(here, authority, { key, ...asked })

      const text = await opensslText('req', csr)
      assert.match(text, /CA:TRUE, pathlen:0\s/)
      assert.match(text, /Key Usage: critical\s+Certificate Sign, CRL Sign\s/)
      assert.match(text, /Permitted:\s+DNS:narrow\.example\.com\s/)
      assert.doesNotMatch(text, /Extended Key Usage|Excluded|IP:10/)
      const stored = await here.domain.stores.authorities.generations(authority.id)
      const kept = key === 'same' ? stored.find(({ id }) => id === generation.id) : stored[0]
      assert.deepEqual(kept?.csr, csr)
    }
  },
)

test('what a CSR cannot ask for is refused at its field, and nothing is made', withOpenssl, async (t) => {
  const here = await world(t)
  const { domain, act } = here
  const { authority } = await certifiedElsewhere(here, await opensslCa(t))
  const before = await domain.stores.authorities.generations(authority.id)
  const refused = (asked: RenewAuthority, code: string, field: string) =>
    assert.rejects(renewAuthority(authority, asked, act(), domain.authorities), (error) => {
      assert.ok(error instanceof Error && 'problems' in error && 'code' in error)
      assert.deepEqual([error.code, Object(error.problems)[0].field], [code, field])
      return true
    })

  for (const key of ['same', 'new'] as const) {
    await refused({ key, validity: { days: 100 } }, 'not-permitted', '/validity')
    await refused({ key, keyUsage: ['cRLSign'] }, 'lint', 'keyUsage')
    const nameConstraints = { permitted: [{ type: 'ip', value: '10.0.0.1/8' }], excluded: [] } as const
    await refused({ key, nameConstraints }, 'not-permitted', '/nameConstraints/permitted/0')
    await refused({ key, signatureAlgorithm: 'ed25519' }, 'not-permitted', '/signatureAlgorithm')
  }
  const faulty = { subject: commonName('Faulty'), keyUsage: ['cRLSign'] } as const
  await assert.rejects(createCsrOnly(faulty, act(), domain.authorities), { code: 'lint' })

  assert.deepEqual(await domain.stores.authorities.generations(authority.id), before)
  assert.equal((await domain.stores.authorities.list({ limit: 10 })).items.length, 1)
})

test(
  'name constraints of any type stay in what an imported CA asks for, and are never lost unseen',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const { domain, act } = here
    const strange = ['nameConstraints=critical,permitted;RID:1.2.3.4,permitted;DNS:example.com']
    const root = await opensslCa(t, { extensions: [...CA_EXTENSIONS, ...strange] })
    const imported = await importAuthority(
      { key: root.key, certificate: pemOf(root.certificate) },
      act(),
      domain.authorities,
    )
    const { authority, generation } = await stateOf(domain, imported)
    const exact = (extensions: readonly { readonly id: string; readonly value: Uint8Array }[]) =>
      RULES.map((id) => extensions.find((extension) => extension.id === id)?.value)
    const refusal = { code: 'not-permitted', message: /Say which name constraints/ }

    await assert.rejects(renewAuthority(authority, { key: 'same' }, act(), domain.authorities), refusal)
    await assert.rejects(renewAuthority(authority, { key: 'new' }, act(), domain.authorities), refusal)
    const nameConstraints = { permitted: [{ type: 'dns', value: 'example.com' }], excluded: [] } as const
    const renewed = await renewAuthority(authority, { key: 'same', nameConstraints }, act(), domain.authorities)

    const { requestedExtensions } = decodeCertificationRequest(generation.csr)
    assert.deepEqual(exact(requestedExtensions), exact(root.certificate.extensions))
    assert.equal(renewed.state, 'renewed')
  },
)

test('name constraints are taken away where that is said, and only there', withOpenssl, async (t) => {
  const here = await world(t)
  const { domain, act } = here
  const root = await rootOf(here, 'Root', { nameConstraints: CHOSEN.nameConstraints, pathLength: null })
  const below = await createIntermediate(
    { subject: commonName('Below'), parent: root.authority.id, nameConstraints: CHOSEN.nameConstraints },
    act(),
    domain.authorities,
  )
  const { authority: elsewhere } = await certifiedElsewhere(here, await opensslCa(t))
  const renewed = async (authority: Authority, asked: Omit<RenewAuthority, 'key'>, key: RenewAuthority['key']) => {
    const current = (await stateOf(domain, authority)).authority
    const renewal = await renewAuthority(current, { key, ...asked }, act(), domain.authorities)
    if (renewal.state === 'awaiting-certificate') return decodeCertificationRequest(renewal.csr).requestedExtensions
    return (await stateOf(domain, authority)).certificate.extensions
  }

  for (const authority of [root.authority, below, elsewhere])
    for (const key of ['same', 'new'] as const) {
      const before = await renewed(authority, {}, key)
      const nothing = await renewed(authority, { nameConstraints: null }, key)

      assert.ok(findExtension(before, NameConstraints), `${authority.name}, ${key} key`)
      assert.equal(findExtension(nothing, NameConstraints), undefined, `${authority.name}, ${key} key`)
      await renewed(authority, { nameConstraints: CHOSEN.nameConstraints }, key)
    }
})
