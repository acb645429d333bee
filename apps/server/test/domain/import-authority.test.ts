import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { encodePem, serialToHex } from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { deleteAuthority } from '../../src/authorities/change-authority.ts'
import { createRoot } from '../../src/authorities/create-root.ts'
import { type ImportAuthority, importAuthority } from '../../src/authorities/import-authority.ts'
import { revoke } from '../../src/revocation/revoke.ts'
import {
  commonName,
  csrFor,
  issued,
  issueTo,
  pemOf,
  requesterKey,
  requestFor,
  rootOf,
  stateOf,
} from '../support/authorities.ts'
import { DiskFailed } from '../support/faults.ts'
import { opensslCrl, opensslOcsp, opensslVerify } from '../support/openssl.ts'
import { CA_EXTENSIONS, certificateOf, opensslCa } from '../support/openssl-ca.ts'
import { crlOctets } from '../support/published.ts'
import { type World, world } from '../support/world.ts'

const withOpenssl = needs('openssl')
const LEAF = ['basicConstraints=CA:FALSE']

const importHere = async (here: World, asked: ImportAuthority) =>
  stateOf(here.domain, await importAuthority(asked, here.act(), here.domain.authorities))

/** An OpenSSL CA with a past: one certificate alive, one revoked, one on hold; CRL 0x1000. */
async function withPast(t: Parameters<typeof opensslCa>[0]) {
  const outer = await opensslCa(t, { subject: '/C=DE/O=Old Office/CN=Old CA' })
  const compromised = requesterKey()
  const sign = (host: string, key = requesterKey()) =>
    outer.sign(encodePem('CERTIFICATE REQUEST', csrFor(host, key)), {
      extensions: LEAF,
      from: '20260101000000Z',
      to: '20280101000000Z',
    })
  const alive = await sign('alive.example.com')
  const revoked = await sign('revoked.example.com', compromised)
  const held = await sign('held.example.com')
  await outer.revoke(revoked, 'keyCompromise')
  await outer.revoke(held, 'certificateHold')
  const crl = await outer.crl()
  return { outer, alive, revoked, held, crl, compromised, certificate: pemOf(outer.certificate) }
}

const serialOf = (pem: string) => serialToHex(certificateOf(pem).serialNumber).toUpperCase()

test(
  'an imported CA goes on from its last CRL: the next number, the same entries, the same name',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const { outer, revoked, held, crl, certificate } = await withPast(t)

    const ca = await importHere(here, { key: outer.key, certificate, crl })
    const { id, certificate: fresh } = await issued(here, ca)
    await revoke({ certificate: id, reason: 'superseded' }, here.act(), here.domain.stores.revocations)
    const next = await opensslCrl(await crlOctets(here, ca), outer.certificate.der)

    assert.ok(next.number > 0x1000)
    const expected = [
      [serialOf(revoked), 'Key Compromise'],
      [serialOf(held), 'Certificate Hold'],
      [serialToHex(fresh.serialNumber).toUpperCase(), 'Superseded'],
    ]
    assert.deepEqual([...next.entries].sort(), expected.sort())
    assert.deepEqual(fresh.issuer.der, outer.certificate.subject.der)
    assert.equal(await opensslVerify(fresh.der, { roots: [outer.certificate.der], at: here.now() }), '')
    await here.checkInvariants()
  },
)

test(
  'a CRL number ahead of the clock is counted on from, one too large to count is refused',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const ahead = await opensslCa(t, { subject: '/CN=Ahead', crlNumber: 'FFFFFFFFFF' })
    const tooLarge = await opensslCa(t, { subject: '/CN=Too Large', crlNumber: 'FFFFFFFFFFFFFFFF' })

    const ca = await importHere(here, { key: ahead.key, certificate: pemOf(ahead.certificate), crl: await ahead.crl() })

    assert.equal((await opensslCrl(await crlOctets(here, ca), ahead.certificate.der)).number, 0x10000000000)
    const asked = { key: tooLarge.key, certificate: pemOf(tooLarge.certificate), crl: await tooLarge.crl() }
    await assert.rejects(importHere(here, asked), /too large to count on from/)
  },
)

test(
  'index.txt and certificates of before are registered: OCSP and CRL know them, searching finds them',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const { outer, alive, revoked, held, certificate } = await withPast(t)
    const index = await outer.read('index.txt')

    const ca = await importHere(here, {
      key: outer.key,
      certificate,
      index,
      certificates: `${alive}${revoked}`,
      historyComplete: true,
    })

    const ask = (leaf: Uint8Array) => ocspOf(here, ca, { issuer: outer.certificate.der, leaf })
    assert.match(await ask(certificateOf(alive).der), /: good\n[\s\S]*Response verify OK/)
    assert.match(await ask(certificateOf(revoked).der), /: revoked\n[\s\S]*Reason: keyCompromise/)
    assert.match(await ask(certificateOf(held).der), /: revoked\n[\s\S]*Reason: certificateHold/)
    assert.match(await ocspOf(here, ca, { issuer: outer.certificate.der, serial: 'ABCDEF' }), /: unknown/)
    const found = await here.domain.stores.certificates.list({ name: 'alive.example.com' }, here.now(), { limit: 10 })
    assert.deepEqual(
      found.items.map(({ der }) => der),
      [certificateOf(alive).der],
    )
    assert.deepEqual(
      [...(await opensslCrl(await crlOctets(here, ca), outer.certificate.der)).entries.keys()].sort(),
      [serialOf(revoked), serialOf(held)].sort(),
    )
    await here.checkInvariants()
  },
)

function ocspOf(
  here: World,
  ca: { generation: { id: string } },
  which: Parameters<typeof opensslOcsp>[0],
): Promise<string> {
  const at = { tenant: here.tenant, generation: ca.generation.id }
  return opensslOcsp(which, async (request) => (await here.installation.ocsp.answer(at, request)).der, {
    at: here.now(),
  })
}

test('of a CA whose past is not all known, a strange serial is not called unknown', withOpenssl, async (t) => {
  const here = await world(t)
  const { outer, alive, revoked, crl, certificate } = await withPast(t)

  const ca = await importHere(here, { key: outer.key, certificate, crl })

  const ask = (leaf: string) => ocspOf(here, ca, { issuer: outer.certificate.der, leaf: certificateOf(leaf).der })
  assert.match(await ask(alive), /Responder Error: unauthorized/)
  assert.match(await ask(revoked), /: revoked/)
  const { certificate: fresh } = await issued(here, ca)
  assert.match(await ocspOf(here, ca, { issuer: outer.certificate.der, leaf: fresh.der }), /: good/)
})

test('a key that was compromised before the import is not certified again', withOpenssl, async (t) => {
  const here = await world(t)
  const { outer, revoked, compromised, certificate, crl } = await withPast(t)
  const ca = await importHere(here, { key: outer.key, certificate, crl, certificates: revoked })

  await assert.rejects(issueTo(here, ca, await requestFor('www.example.com', compromised)), { code: 'bad-key' })
})

test('keys come in encrypted PEM and in PKCS#12, with their certificate in it', withOpenssl, async (t) => {
  const here = await world(t)
  for (const [name, file] of [
    ['PEM', 'key.pem'],
    ['PKCS12', 'ca.p12'],
  ] as const) {
    const outer = await opensslCa(t, { subject: `/CN=Old ${name}` })
    await outer.openssl(
      'pkcs8',
      '-topk8',
      '-in',
      'ca.key',
      '-out',
      'key.pem',
      '-v2',
      'aes-256-cbc',
      '-passout',
      'pass:secret',
    )
    await outer.openssl(
      'pkcs12',
      '-export',
      '-inkey',
      'ca.key',
      '-in',
      'ca.pem',
      '-out',
      'ca.p12',
      '-passout',
      'pass:secret',
    )
    const octets = await readFile(outer.path(file))
    const key = file === 'key.pem' ? octets.toString() : Uint8Array.from(octets)
    const given = file === 'key.pem' ? { certificate: pemOf(outer.certificate) } : {}

    await assert.rejects(importHere(here, { key, ...given, password: 'wrong' }), { code: 'bad-key' })
    await assert.rejects(importHere(here, { key, ...given }), { code: 'bad-key' })
    const ca = await importHere(here, { key, ...given, password: 'secret' })

    const { certificate } = await issued(here, ca)
    assert.equal(await opensslVerify(certificate.der, { roots: [outer.certificate.der], at: here.now() }), '')
  }
})

test('what cannot be imported is refused, and leaves nothing', withOpenssl, async (t) => {
  const here = await world(t)
  const { outer, crl, certificate, alive } = await withPast(t)
  const other = await opensslCa(t, { subject: '/CN=Other' })
  const inner = await other.sign(await outer.read('ca.csr'), { extensions: CA_EXTENSIONS })
  const index = await outer.read('index.txt')
  const given = { key: outer.key, certificate }
  const broken = crl.replace(/\n(.{20})/, (_, text: string) => `\n${text.split('').reverse().join('')}`)

  const cases: readonly (readonly [Partial<ImportAuthority>, RegExp])[] = [
    [{ key: 'no key' }, /cannot be imported/],
    [{ certificate: pemOf(other.certificate) }, /certificate of this key is missing/],
    [{ key: outer.key, certificate: inner }, /issuer "CN=Other" is missing/],
    [{ crl: await other.crl() }, /not signed by the key of this CA/],
    [{ crl: broken }, /no CRL in PEM|not signed by/],
    [{ crl: 'hello' }, /no CRL in PEM/],
    [
      {
        certificates: await other.sign(encodePem('CERTIFICATE REQUEST', csrFor('x.example.com')), { extensions: LEAF }),
      },
      /was not issued by this CA/,
    ],
    [{ index: 'X\tbroken' }, /Line 1 of the index/],
    [{ index: index.replace('V\t', 'V\tx') }, /Line \d of the index: the end of validity/],
    [{ index: index.replace('\t1001\t', '\t-1001\t') }, /the serial number is not hex/],
    [{ certificates: `${alive}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n` }, /cannot be read/],
  ]
  for (const [asked, why] of cases) {
    await assert.rejects(importHere(here, { ...given, ...asked }), { name: 'Refusal', message: why }, `${why}`)
  }

  assert.deepEqual((await here.domain.stores.authorities.list({ limit: 10 })).items, [])
})

test(
  'the same public key is taken once in a tenant, and may come back when its CA was deleted',
  withOpenssl,
  async (t) => {
    let broken = false
    const here = await world(t, { wrapStores: failingImport(() => broken) })
    const { outer, crl, certificate } = await withPast(t)
    const asked = { key: outer.key, certificate, crl }

    broken = true
    await assert.rejects(importAuthority(asked, here.act(), here.domain.authorities), DiskFailed)
    broken = false
    await assert.rejects(importHere(here, asked), { code: 'conflict' }, 'half of it is there')
    const [half] = (await here.domain.stores.authorities.list({ limit: 10 })).items
    assert.equal(half?.status, 'awaiting-certificate')
    assert.ok(half)
    const deleting = { store: here.domain.stores.authorities, makeLastCrls: here.domain.makeLastCrls }
    await deleteAuthority(half, 'Old CA', here.act(), deleting)

    const ca = await importHere(here, asked)
    await assert.rejects(importHere(here, { ...asked }), { code: 'conflict' })
    await rootOf(here, 'Another')
    const elsewhere = here.installation.for(await here.newTenant())
    await importAuthority(asked, here.act(elsewhere.tenant), elsewhere.authorities)
    await createRoot({ subject: commonName('Third') }, here.act(elsewhere.tenant), elsewhere.authorities)
    assert.equal(ca.authority.name, 'Old CA')
    await here.checkInvariants()
  },
)

/** Fails between an imported CA and its past. */
function failingImport(isBroken: () => boolean) {
  return (stores: World['stores']): World['stores'] => ({
    ...stores,
    for: (tenant) => {
      const own = stores.for(tenant)
      const addEarlier: typeof own.authorities.addEarlier = async (...args) => {
        if (isBroken()) throw new DiskFailed()
        return own.authorities.addEarlier(...args)
      }
      return { ...own, authorities: { ...own.authorities, addEarlier } }
    },
  })
}
