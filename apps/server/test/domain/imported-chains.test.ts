import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { serialToHex } from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { archiveAuthority, deleteAuthority } from '../../src/authorities/change-authority.ts'
import { createCsrOnly } from '../../src/authorities/create-csr-only.ts'
import { type ImportAuthority, importAuthority } from '../../src/authorities/import-authority.ts'
import { importCertificate } from '../../src/authorities/import-certificate.ts'
import { revoke, unrevoke } from '../../src/revocation/revoke.ts'
import { type Ca, commonName, issued, pemOf, stateOf } from '../support/authorities.ts'
import { opensslCrl, opensslVerify } from '../support/openssl.ts'
import { certificateOf, type OpensslCa, opensslCa } from '../support/openssl-ca.ts'
import { crlOctets } from '../support/published.ts'
import { tieDue } from '../support/rounds.ts'
import { type World, world } from '../support/world.ts'

const withOpenssl = needs('openssl')

/** A root and a CA below it, both made by OpenSSL. */
async function outerChain(t: TestContext) {
  const outer = await opensslCa(t, { subject: '/CN=Old Root' })
  const below = await opensslCa(t, { subject: '/CN=Old Intermediate' })
  const intermediate = await outer.sign(await below.read('ca.csr'))
  const root = pemOf(outer.certificate)
  return {
    outer,
    below,
    intermediate,
    asked: {
      root: { key: outer.key, certificate: root },
      intermediate: { key: below.key, certificate: `${intermediate}${root}` },
    },
  }
}

const importHere = async (here: Pick<World, 'domain' | 'act'>, asked: ImportAuthority): Promise<Ca> =>
  stateOf(here.domain, await importAuthority(asked, here.act(here.domain.tenant), here.domain.authorities))

function remove({ domain, act }: World, { authority }: Ca): Promise<void> {
  const deleting = { store: domain.stores.authorities, makeLastCrls: domain.makeLastCrls }
  return deleteAuthority(authority, authority.name, act(), deleting)
}

/** The entry of a certificate in the registers of the tenant, or in that of one CA. */
async function entryOf({ domain, now }: Pick<World, 'domain' | 'now'>, pem: string, ca?: Ca) {
  const serialNumber = serialToHex(certificateOf(pem).serialNumber)
  const { items } = await domain.stores.certificates.list({ serialNumber }, now(), { limit: 5 })
  const [entry, ...more] = items.filter(({ authority }) => ca === undefined || authority === ca.authority.id)
  assert.ok(entry)
  assert.deepEqual(more, [])
  return entry
}

const withRevoked = async (outer: OpensslCa, intermediate: string) => {
  await outer.revoke(intermediate, 'cACompromise')
  return { crl: await outer.crl(), index: await outer.read('index.txt') }
}

test('a CA whose certificate an imported root revoked by serial alone is not imported', withOpenssl, async (t) => {
  for (const known of ['crl', 'index'] as const) {
    const here = await world(t)
    const { outer, intermediate, asked } = await outerChain(t)
    const past = await withRevoked(outer, intermediate)
    const root = await importHere(here, { ...asked.root, [known]: past[known] })

    await assert.rejects(importHere(here, asked.intermediate), /was revoked by the CA that issued it/, known)

    const { items } = await here.domain.stores.authorities.list({ limit: 5 })
    assert.deepEqual(
      items.map(({ id }) => id),
      [root.authority.id],
      'nothing is left of it',
    )
    await here.checkInvariants()
  }
})

test(
  'a CA that was imported before its root issues nothing once the root says it is revoked',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const { outer, intermediate, asked } = await outerChain(t)
    const below = await importHere(here, asked.intermediate)
    await issued(here, below)

    const root = await importHere(here, { ...asked.root, crl: (await withRevoked(outer, intermediate)).crl })

    await assert.rejects(issued(here, below), { code: 'issuer-inactive', message: /its certificate is revoked/ })
    const entry = await entryOf(here, intermediate)
    assert.deepEqual(entry.der, certificateOf(intermediate).der)
    assert.equal(entry.authority, root.authority.id)
    await here.checkInvariants()
  },
)

test(
  'a CA is revoked by its root in whichever order they were imported, and whatever was known of the past',
  withOpenssl,
  async (t) => {
    for (const first of ['root', 'intermediate'] as const) {
      for (const past of ['nothing', 'certificates', 'index'] as const) {
        const here = await world(t)
        const { outer, intermediate, asked } = await outerChain(t)
        const history = { nothing: '', certificates: intermediate, index: await outer.read('index.txt') }
        const whole = { ...asked.root, historyComplete: true, ...(past !== 'nothing' && { [past]: history[past] }) }
        const cas = { root: whole, intermediate: asked.intermediate }
        const [one, other] =
          first === 'root' ? (['root', 'intermediate'] as const) : (['intermediate', 'root'] as const)
        const made = { [one]: await importHere(here, cas[one]), [other]: await importHere(here, cas[other]) }
        const [root, below] = [made['root'], made['intermediate']]
        assert.ok(root && below)
        const what = `${first} first, ${past} known`
        const { id } = await entryOf(here, intermediate)

        assert.equal((await stateOf(here.domain, below.authority)).authority.parent, root.authority.id, what)
        await revoke({ certificate: id, reason: 'certificateHold' }, here.act(), here.domain.stores.revocations)
        await assert.rejects(issued(here, below), { message: /its certificate is on hold/ }, what)
        await unrevoke(id, here.act(), here.domain.stores.revocations)
        await issued(here, below)
        await revoke({ certificate: id, reason: 'cACompromise' }, here.act(), here.domain.stores.revocations)
        await assert.rejects(issued(here, below), { code: 'issuer-inactive' }, what)
        const { entries } = await opensslCrl(await crlOctets(here, root), outer.certificate.der)
        assert.deepEqual([...entries.values()], ['CA Compromise'], what)
        await here.checkInvariants()
      }
    }
  },
)

test(
  'an imported CA issues nothing below an archived root, which is not deleted while it lives',
  withOpenssl,
  async (t) => {
    for (const first of ['root', 'intermediate'] as const) {
      const here = await world(t)
      const { intermediate, asked } = await outerChain(t)
      const one = await importHere(here, asked[first])
      const other = await importHere(here, asked[first === 'root' ? 'intermediate' : 'root'])
      const [root, below] = first === 'root' ? [one, other] : [other, one]

      await assert.rejects(remove(here, root), { code: 'conflict', message: /"Old Intermediate"/ }, first)
      await archiveAuthority(root.authority, here.act(), here.domain.stores.authorities)
      await assert.rejects(issued(here, below), { code: 'issuer-inactive', message: /"Old Root" above it is archived/ })
      const { id } = await entryOf(here, intermediate)
      await revoke({ certificate: id, reason: 'superseded' }, here.act(), here.domain.stores.revocations)
      await remove(here, root)
      await here.checkInvariants()
    }
  },
)

test(
  'Import Signed Certificate ties a CA to the root of the tenant whose key signed elsewhere',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const { outer, asked } = await outerChain(t)
    const { domain, act } = here
    const root = await importHere(here, asked.root)
    const authority = await createCsrOnly({ subject: commonName('Inner CA') }, act(), domain.authorities)
    const [generation] = await domain.stores.authorities.generations(authority.id)
    assert.ok(generation)
    const sign = async () => outer.sign(pemOf(generation.csr).replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST'))
    const bring = (certificate: string) => importCertificate(authority, { certificate }, act(), domain.authorities)
    const [first, second] = [await sign(), await sign()]

    await bring(first)
    const { id } = await entryOf(here, first)
    await bring(first)

    const certificates = async () => (await domain.stores.authorities.generations(authority.id))[0]?.certificates
    assert.equal((await certificates())?.length, 1, 'the same one again is added once')
    await revoke({ certificate: id, reason: 'superseded' }, act(), domain.stores.revocations)
    await assert.rejects(issued(here, await stateOf(domain, authority)), { code: 'issuer-inactive' })
    await assert.rejects(bring(first), /was revoked by the CA that issued it/)
    await bring(second)
    await issued(here, await stateOf(domain, authority))
    assert.equal((await stateOf(domain, authority)).authority.parent, root.authority.id)
    await here.checkInvariants()
  },
)

test(
  'a root of the same name with another key, or in another tenant, is nothing to an imported CA',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const { outer, intermediate, asked } = await outerChain(t)
    const namesake = await opensslCa(t, { subject: '/CN=Old Root' })
    const elsewhere = here.installation.for(await here.newTenant())
    const { crl } = await withRevoked(outer, intermediate)
    await importAuthority({ ...asked.root, crl }, here.act(elsewhere.tenant), elsewhere.authorities)
    const other = await importHere(here, { key: namesake.key, certificate: pemOf(namesake.certificate) })

    const below = await importHere(here, asked.intermediate)

    await archiveAuthority(other.authority, here.act(), here.domain.stores.authorities)
    await issued(here, below)
    assert.equal(below.authority.parent, undefined)
    assert.deepEqual(await here.domain.stores.authorities.liveSubordinates(other.authority.id, here.now()), [])
    await here.checkInvariants()
  },
)

test('a root and a CA below it that are imported at the same moment are tied', withOpenssl, async (t) => {
  const here = await world(t)
  const { intermediate, asked } = await outerChain(t)

  const [root, below] = await Promise.all([importHere(here, asked.root), importHere(here, asked.intermediate)])

  await assert.rejects(remove(here, root), { code: 'conflict' })
  const { id } = await entryOf(here, intermediate)
  await revoke({ certificate: id, reason: 'cACompromise' }, here.act(), here.domain.stores.revocations)
  await assert.rejects(issued(here, below), { code: 'issuer-inactive' })
  await here.checkInvariants()
})

test('a root that is renewed by itself is no CA below itself', withOpenssl, async (t) => {
  const here = await world(t)
  const { asked } = await outerChain(t)

  const root = await importHere(here, asked.root)

  assert.deepEqual(await here.domain.stores.authorities.liveSubordinates(root.authority.id, here.now()), [])
  assert.equal(root.authority.parent, undefined)
  await issued(here, root)
  await remove(here, root)
})

test('what stands between an imported CA and its root counts, though it is nobody’s here', withOpenssl, async (t) => {
  for (const first of ['root', 'intermediate'] as const) {
    const here = await world(t)
    const { below: between, intermediate: above, asked } = await outerChain(t)
    const lowest = await opensslCa(t, { subject: '/CN=Old Issuer' })
    const chain = `${await between.sign(await lowest.read('ca.csr'))}${asked.intermediate.certificate}`
    const cas = { root: asked.root, intermediate: { key: lowest.key, certificate: chain } }
    const one = await importHere(here, cas[first])
    const other = await importHere(here, cas[first === 'root' ? 'intermediate' : 'root'])
    const [root, below] = first === 'root' ? [one, other] : [other, one]
    const { id } = await entryOf(here, above)
    const { revocations } = here.domain.stores

    const { certificate } = await issued(here, below)
    const trusted = { roots: [root.certificate.der], chain: [below.certificate.der, certificateOf(above).der] }
    assert.equal(await opensslVerify(certificate.der, { ...trusted, at: here.now() }), '')
    assert.deepEqual(
      (await here.domain.issuers.generation(below.generation.id)).chain.map(({ der }) => der),
      [certificateOf(above).der, root.certificate.der],
    )
    await assert.rejects(remove(here, root), { code: 'conflict', message: /"Old Issuer"/ })
    await revoke({ certificate: id, reason: 'certificateHold' }, here.act(), revocations)
    await assert.rejects(issued(here, below), { message: /the certificate of a CA above it is on hold/ })
    await unrevoke(id, here.act(), revocations)
    await issued(here, below)
    await archiveAuthority(root.authority, here.act(), here.domain.stores.authorities)
    await assert.rejects(issued(here, below), { message: /"Old Root" above it is archived/ }, first)
    await revoke({ certificate: id, reason: 'cACompromise' }, here.act(), revocations)
    await assert.rejects(issued(here, below), { code: 'issuer-inactive' })
    await here.checkInvariants()
  }
})

test('a CA that comes between two that were there before is tied to both', withOpenssl, async (t) => {
  const here = await world(t)
  const { below: between, intermediate: above, asked } = await outerChain(t)
  const lowest = await opensslCa(t, { subject: '/CN=Old Issuer' })
  const signed = await between.sign(await lowest.read('ca.csr'))
  const root = await importHere(here, asked.root)
  const below = await importHere(here, { key: lowest.key, certificate: `${signed}${asked.intermediate.certificate}` })

  const middle = await importHere(here, asked.intermediate)

  assert.equal((await stateOf(here.domain, below.authority)).authority.parent, middle.authority.id)
  const { revocations } = here.domain.stores
  const [ofLowest, ofMiddle] = [await entryOf(here, signed, middle), await entryOf(here, above, root)]
  await revoke({ certificate: ofLowest.id, reason: 'certificateHold' }, here.act(), revocations)
  await assert.rejects(issued(here, below), { message: /its certificate is on hold/ })
  await unrevoke(ofLowest.id, here.act(), revocations)
  await revoke({ certificate: ofMiddle.id, reason: 'cACompromise' }, here.act(), revocations)
  await assert.rejects(issued(here, below), { message: /"Old Intermediate" above it is revoked/ })
  await here.checkInvariants()
})

test('what a release before imported is tied once, by the keys that signed', withOpenssl, async (t) => {
  const here = await world(t)
  const { intermediate, asked } = await outerChain(t)
  const root = await importHere(here, asked.root)
  const below = await importHere(here, asked.intermediate)
  await here.database.write(async (trx) => {
    await trx.updateTable('authority_certificate').set({ issued_as: null }).execute()
    await trx.deleteFrom('certificate_name').execute()
    await trx.deleteFrom('certificate').where('subject', '=', 'CN=Old Intermediate').execute()
    await trx.updateTable('authority').set({ parent: null }).execute()
  })
  await archiveAuthority(root.authority, here.act(), here.domain.stores.authorities)
  await issued(here, below)
  const { outbox } = here.stores.system
  await outbox.put({ tenant: here.tenant, kind: 'tie', key: here.tenant, dueAt: 0 })

  await tieDue(here)
  await tieDue(here)

  await assert.rejects(issued(here, below), { message: /"Old Root" above it is archived/ })
  assert.equal((await entryOf(here, intermediate)).subject, 'CN=Old Intermediate')
  assert.equal((await stateOf(here.domain, below.authority)).authority.parent, root.authority.id)
  assert.deepEqual(await outbox.claim('tie', here.now(), 1, 5), [])
  const records = await here.database.read((db) =>
    db.selectFrom('audit_record').select('object_id').where('action', '=', 'authority.tie').execute(),
  )
  assert.deepEqual(records, [{ object_id: here.tenant }])
  await here.checkInvariants()
})
