import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCertificateList } from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { archiveAuthority, changeAuthority, deleteAuthority } from '../../src/authorities/change-authority.ts'
import { renewAuthority } from '../../src/authorities/renew-authority.ts'
import type { Authority } from '../../src/issuers/authority.ts'
import { purgeAuthorities } from '../../src/publishing/purge-authorities.ts'
import { revoke } from '../../src/revocation/revoke.ts'
import { intermediateOf, issued, issueTo, requestFor, rootOf, submit } from '../support/authorities.ts'
import { awayKeys } from '../support/faults.ts'
import { opensslCrl, opensslOcsp } from '../support/openssl.ts'
import { publishedCrl } from '../support/published.ts'
import { refreshCrls, renewDueServices } from '../support/rounds.ts'
import { type World, world } from '../support/world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

function remove({ domain, act }: World, authority: Authority, name = authority.name) {
  return deleteAuthority(authority, name, act(), {
    store: domain.stores.authorities,
    makeLastCrls: domain.makeLastCrls,
  })
}

function ask(
  here: World,
  { certificate, generation }: { certificate: { der: Uint8Array }; generation: { id: string } },
  leaf: { der: Uint8Array },
) {
  const at = { tenant: here.tenant, generation: generation.id }
  const answer = async (request: Uint8Array) => (await here.installation.ocsp.answer(at, request)).der
  return opensslOcsp({ issuer: certificate.der, leaf: leaf.der }, answer, { at: here.now() })
}

test(
  'an archived CA issues nothing and goes on answering, revoking and renewing its responder',
  needs('openssl'),
  async (t) => {
    const here = await world(t)
    const { domain, act } = here
    const root = await rootOf(here)
    const { id, certificate } = await issued(here, root)

    await archiveAuthority(root.authority, act(), domain.stores.authorities)

    await assert.rejects(issueTo(here, root), { code: 'issuer-inactive', message: /archived/ })
    await assert.rejects(intermediateOf(here, root), { code: 'issuer-inactive' })
    await assert.rejects(
      renewAuthority({ ...root.authority, status: 'archived' }, { key: 'same' }, act(), domain.authorities),
      { code: 'conflict' },
    )
    await assert.rejects(
      renewAuthority(root.authority, { key: 'same' }, act(), domain.authorities),
      { code: 'conflict' },
      'also from a stale page',
    )
    await assert.rejects(renewAuthority(root.authority, { key: 'new' }, act(), domain.authorities), {
      code: 'conflict',
    })
    await assert.rejects(archiveAuthority(root.authority, act(), domain.stores.authorities), { code: 'conflict' })
    assert.match(await ask(here, root, certificate), /: good/)
    await revoke({ certificate: id, reason: 'superseded' }, act(), domain.stores.revocations)
    assert.match(await ask(here, root, certificate), /: revoked/)
    await refreshCrls(here)
    assert.equal((await opensslCrl(await publishedCrl(here, root), root.certificate.der)).entries.size, 1)
    here.advance(31 * DAY)
    assert.equal(await renewDueServices(here), 1)
    await here.checkInvariants()
  },
)

test('deleting asks for the name, and is refused while CAs below are alive', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const child = await intermediateOf(here, root)

  await assert.rejects(remove(here, root.authority, 'Exampel Root'), { code: 'malformed' })
  await assert.rejects(remove(here, root.authority), { code: 'conflict', message: /"Example Intermediate"/ })
  await here.checkInvariants()

  const [generation] = await here.domain.stores.authorities.generations(child.authority.id)
  const certificate = generation?.certificates[0]?.issuedAs ?? ''
  const { revocations } = here.domain.stores
  await revoke({ certificate, reason: 'certificateHold' }, here.act(), revocations)
  await assert.rejects(remove(here, root.authority), { code: 'conflict' }, 'a hold can end')
  await revoke({ certificate, reason: 'superseded' }, here.act(), revocations)
  await remove(here, root.authority)
  await assert.rejects(remove(here, root.authority), { code: 'conflict' })

  await assert.rejects(issueTo(here, child), { code: 'issuer-inactive' })
  await here.checkInvariants()
})

test(
  'a deleted CA leaves a last CRL that lives as long as it, and its register goes in pages',
  needs('openssl'),
  async (t) => {
    const here = await world(t)
    const { domain, stores, act } = here
    const root = await rootOf(here, 'Going', {
      settings: { serviceCertificates: {}, crl: { delta: true, partitions: 2 } },
    })
    const first = await issued(here, root)
    const ids = [first.id]
    for (let at = 0; at < 7; at++) ids.push((await issued(here, root, await requestFor(`host-${at}.example.com`))).id)
    await revoke({ certificate: first.id, reason: 'keyCompromise' }, act(), domain.stores.revocations)
    const pending = await submit(here, root)

    await remove(here, root.authority)

    const last = await publishedCrl(here, root)
    const crl = await opensslCrl(last, root.certificate.der)
    assert.equal(crl.entries.size, 1)
    const partitions = await stores.system.crls.partitions(root.generation.id)
    assert.ok(partitions.length > 0)
    const others = [{ delta: true }, ...partitions.map((partition) => ({ partition }))]
    for (const der of [last, ...(await Promise.all(others.map((which) => publishedCrl(here, root, which))))])
      assert.ok((decodeCertificateList(der).nextUpdate ?? 0) >= root.certificate.notAfter - 1000)
    assert.equal(await domain.stores.requests.find(pending), undefined)
    assert.match(await ask(here, root, first.certificate), /unauthorized/)
    const late = revoke({ certificate: ids[1] ?? '', reason: 'superseded' }, act(), domain.stores.revocations)
    await assert.rejects(late, { code: 'not-found' }, 'no CRL could tell of it')

    const pages: number[] = []
    const purge = async (tenant: string, authority: string) => {
      pages.push(1)
      return stores.for(tenant).authorities.purge(authority, 3)
    }
    const report = (error: unknown, where: string) => void here.reports.push({ error, where })
    await purgeAuthorities({ outbox: stores.system.outbox, purge, now: here.now, report })

    assert.ok(pages.length > 3, 'in pages')
    for (const id of ids) assert.equal(await domain.stores.certificates.find(id), undefined)
    assert.deepEqual(await stores.system.outbox.claim('purge', here.now() + DAY, 1, 10), [])
    const current = await here.installation.crls.current(
      { generation: root.generation.id, partition: 0, delta: false },
      here.tenant,
    )
    assert.equal(
      current?.digest,
      (await stores.system.crls.latest({ generation: root.generation.id, partition: 0, delta: false }))?.digest,
    )
    const compromised = await here.database.read((db) => db.selectFrom('compromised_key').selectAll().execute())
    assert.equal(compromised.length, 1, 'the key that was compromised is not forgotten')
  },
)

test('a purge that is interrupted goes on later', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const { id } = await issued(here, root)
  await remove(here, root.authority)
  const { outbox } = here.stores.system
  const report = (error: unknown, where: string) => void here.reports.push({ error, where })
  const failing = () => Promise.reject(new Error('disk'))

  await purgeAuthorities({ outbox, purge: failing, now: here.now, report })
  assert.equal(here.reports.splice(0).length, 1)
  here.advance(HOUR)
  const purge = (tenant: string, authority: string, limit: number) =>
    here.stores.for(tenant).authorities.purge(authority, limit)
  await purgeAuthorities({ outbox, purge, now: here.now, report })

  assert.equal(await here.domain.stores.certificates.find(id), undefined)
  assert.deepEqual(here.reports, [])
})

test('a CA whose key is away is deleted with the CRL that is published', async (t) => {
  const keys = awayKeys()
  const here = await world(t, { wrapStores: keys.wrapStores })
  const root = await rootOf(here)
  await refreshCrls(here)
  const published = await publishedCrl(here, root)
  keys.takeAway(root.generation.id)

  await remove(here, root.authority)

  assert.deepEqual(await publishedCrl(here, root), published)
  assert.equal((await here.domain.stores.authorities.find(root.authority.id))?.status, 'deleted')
})

test('a deleted CA takes no change, and no other tenant can end a CA', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const other = here.installation.for(await here.newTenant())

  await assert.rejects(archiveAuthority(root.authority, here.act(other.tenant), other.stores.authorities), {
    code: 'not-found',
  })
  await assert.rejects(
    deleteAuthority(root.authority, root.authority.name, here.act(other.tenant), {
      store: other.stores.authorities,
      makeLastCrls: other.makeLastCrls,
    }),
    { code: 'not-found' },
  )
  await issued(here, root)
  await remove(here, root.authority)

  const gone = await here.domain.stores.authorities.find(root.authority.id)
  assert.ok(gone)
  await assert.rejects(changeAuthority(gone, { cps: 'x' }, here.act(), here.domain.authorities), {
    code: 'conflict',
  })
})
