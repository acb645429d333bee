import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs } from '../../../../test/support/system-program.ts'
import { archiveAuthority } from '../../src/authorities/change-authority.ts'
import { createCsrOnly } from '../../src/authorities/create-csr-only.ts'
import { createIntermediate } from '../../src/authorities/create-intermediate.ts'
import { renewAuthority } from '../../src/authorities/renew-authority.ts'
import { revoke, unrevoke } from '../../src/revocation/revoke.ts'
import { commonName, intermediateOf, issued, requestFor, rootOf, stateOf } from '../support/authorities.ts'
import { awayKeys, DiskFailed, failingLedger, type LedgerFaults } from '../support/faults.ts'
import { opensslText, opensslVerify } from '../support/openssl.ts'
import { takeUp } from '../support/rounds.ts'
import { START, type World, world } from '../support/world.ts'

const DAY = 86_400_000

test(
  'one click makes a CA below another: five years, path length 0, and others verify the chain',
  needs('openssl'),
  async (t) => {
    const here = await world(t)
    const root = await rootOf(here)

    const child = await intermediateOf(here, root)
    const { certificate } = await issued(here, child)

    const how = { roots: [root.certificate.der], chain: [child.certificate.der], at: START }
    assert.equal(await opensslVerify(certificate.der, how), '')
    const text = await opensslText('x509', child.certificate.der)
    assert.match(text, /CA:TRUE, pathlen:0/)
    assert.match(text, /Not After : Jun {2}1 11:54:59 2031 GMT/)
    assert.match(text, /URI:http:\/\/pki.example.com\/crl\/[0-9A-Za-z]{16}\.crl/)
    assert.deepEqual([child.authority.status, child.authority.parent], ['active', root.authority.id])
    await here.checkInvariants()
  },
)

test('what its parent refuses leaves nothing behind', async (t) => {
  const here = await world(t)
  const root = await rootOf(here, 'Root', {
    validity: { days: 1000 },
    pathLength: 1,
  })
  const strict = await rootOf(here, 'Strict', {
    nameConstraints: { permitted: [{ type: 'directoryName', value: 'O=Example' }], excluded: [] },
  })
  const child = await intermediateOf(here, root, 'Child')
  const awaiting = await createCsrOnly({ subject: commonName('Awaiting') }, here.act(), here.domain.authorities)
  const before = await everything(here)

  const refused = [
    [child, {}, 'lint'],
    [strict, {}, 'lint'],
    [root, { validity: { notBefore: START - 30 * DAY, notAfter: START + DAY } }, 'not-permitted'],
    [root, { validity: { notBefore: START + 2000 * DAY, notAfter: START + 2001 * DAY } }, 'not-permitted'],
    [{ ...root, authority: awaiting }, {}, 'not-found'],
    [{ ...root, authority: { ...root.authority, id: 'nothing' } }, {}, 'not-found'],
  ] as const
  for (const [parent, asked, code] of refused) {
    await assert.rejects(
      intermediateOf(here, parent, 'Refused', asked),
      { name: 'Refusal', code },
      JSON.stringify(asked),
    )
  }
  await assert.rejects(intermediateOf(here, root, 'Child'), { code: 'conflict' }, 'a name that is taken')

  assert.deepEqual(await everything(here), before)
  const clamped = await intermediateOf(here, root, 'Clamped', { validity: { days: 5000 } })
  assert.equal(clamped.certificate.notAfter, root.certificate.notAfter)
  await here.checkInvariants()
})

function everything({ database }: World) {
  return database.read(async (db) => ({
    authorities: await db.selectFrom('authority').select('id').execute(),
    generations: await db.selectFrom('generation').select('id').execute(),
    certificates: await db.selectFrom('certificate').select(['id', 'state']).execute(),
    templates: await db.selectFrom('template').select('id').execute(),
    takeOvers: await db.selectFrom('outbox').select('key').where('kind', '=', 'take-over').execute(),
    records: await db.selectFrom('audit_record').select('id').execute(),
  }))
}

test('wherever making it is interrupted, there is nothing, or a CA that is completed with the same bytes', async (t) => {
  const steps = ['before recordIssued', 'after recordIssued', 'before addCertificate', 'after addCertificate'] as const
  for (const step of steps) {
    await t.test(step, async (t) => {
      let armed = false
      const fail = (at: string) => {
        if (armed && at === step) throw new DiskFailed(step)
      }
      const faults: LedgerFaults = {
        before: (method) => fail(`before ${method}`),
        after: (method) => fail(`after ${method}`),
      }
      const here = await world(t, { wrapStores: failingEverywhere(faults, fail) })
      const root = await rootOf(here)

      armed = true
      await assert.rejects(intermediateOf(here, root), DiskFailed)
      armed = false
      const intents = await here.stores.system.openIntents(Number.MAX_SAFE_INTEGER, 10)
      await takeUp(here)

      const { items } = await here.domain.stores.authorities.list({ limit: 10 })
      const made = items.find(({ parent }) => parent === root.authority.id)
      assert.ok(made)
      const child = await stateOf(here.domain, made)
      if (intents[0] !== undefined) assert.deepEqual(child.certificate.tbs, intents[0].tbs)
      await issued(here, child)
      await takeUp(here)
      const [generation] = await here.domain.stores.authorities.generations(made.id)
      assert.equal(generation?.certificates.length, 1, 'it is taken over once')
      await here.checkInvariants()
    })
  }
})

/** Faults of the ledger, and of the store that takes certificates over. */
function failingEverywhere(faults: LedgerFaults, fail: (at: string) => void) {
  return (stores: World['stores']): World['stores'] => {
    const ledgers = failingLedger(faults)(stores)
    return {
      ...ledgers,
      for: (tenant) => {
        const own = ledgers.for(tenant)
        const addCertificate: typeof own.authorities.addCertificate = async (...args) => {
          fail('before addCertificate')
          const added = await own.authorities.addCertificate(...args)
          fail('after addCertificate')
          return added
        }
        return { ...own, authorities: { ...own.authorities, addCertificate } }
      },
    }
  }
}

test('while the key of its parent is away it waits, and gets its certificate when the key is back', async (t) => {
  const keys = awayKeys()
  const here = await world(t, { wrapStores: keys.wrapStores })
  const { domain, act } = here
  const root = await rootOf(here)
  const existing = await intermediateOf(here, root, 'Existing')
  keys.takeAway(root.generation.id)

  const asked = { subject: commonName('Waiting'), parent: root.authority.id }
  const waiting = await createIntermediate(asked, act(), domain.authorities)
  const renewal = await renewAuthority(existing.authority, { key: 'same' }, act(), domain.authorities)
  const newKey = await renewAuthority(existing.authority, { key: 'new' }, act(), domain.authorities)
  await takeUp(here)
  assert.equal((await domain.stores.authorities.find(waiting.id))?.status, 'awaiting-certificate')
  keys.giveBack(root.generation.id)
  here.advance(DAY)
  await takeUp(here, false)
  await takeUp(here, false)

  assert.deepEqual([waiting.status, renewal.state, newKey.state], Array(3).fill('awaiting-certificate'))
  await issued(here, await stateOf(domain, waiting))
  const generations = await domain.stores.authorities.generations(existing.authority.id)
  const shape = generations.map(({ number, status, certificates }) => [number, status, certificates.length])
  assert.deepEqual(shape, [
    [2, 'active', 1],
    [1, 'retired', 2],
  ])
  await here.checkInvariants()
})

test('a parent that was archived before the key came back signs nothing, and the CA goes on waiting', async (t) => {
  const keys = awayKeys()
  const here = await world(t, { wrapStores: keys.wrapStores })
  const { domain, act } = here
  const root = await rootOf(here)
  keys.takeAway(root.generation.id)
  const child = await createIntermediate(
    { subject: commonName('Child'), parent: root.authority.id },
    act(),
    domain.authorities,
  )

  await archiveAuthority(root.authority, act(), domain.stores.authorities)
  keys.giveBack(root.generation.id)
  const resumed = await takeUp(here)
  here.advance(DAY)
  await takeUp(here, false)

  assert.equal(resumed.abandoned, 1)
  assert.equal((await domain.stores.authorities.find(child.id))?.status, 'awaiting-certificate')
  assert.deepEqual(await here.stores.system.outbox.claim('take-over', here.now() + DAY, 1, 10), [])
  await here.checkInvariants()
})

test(
  'a parent renewed between its signature and the taking over still gives its chain',
  needs('openssl'),
  async (t) => {
    let broken = false
    const fail = (at: string) => {
      if (broken && at === 'before addCertificate') throw new DiskFailed(at)
    }
    const here = await world(t, { wrapStores: failingEverywhere({}, fail) })
    const root = await rootOf(here)
    broken = true
    await assert.rejects(intermediateOf(here, root, 'Child'), DiskFailed)
    broken = false

    await renewAuthority(root.authority, { key: 'new' }, here.act(), here.domain.authorities)
    await archiveAuthority(root.authority, here.act(), here.domain.stores.authorities)
    await takeUp(here)

    const { items } = await here.domain.stores.authorities.list({ limit: 10 })
    const child = items.find(({ name }) => name === 'Child')
    assert.ok(child)
    const { certificate, generation } = await stateOf(here.domain, child)
    const { chain } = await here.domain.issuers.generation(generation.id)
    assert.deepEqual(
      chain.map(({ der }) => der),
      [root.certificate.der],
    )
    assert.equal(await opensslVerify(certificate.der, { roots: [root.certificate.der], at: START }), '')
    await assert.rejects(issued(here, await stateOf(here.domain, child)), { code: 'issuer-inactive' })
  },
)

test('a CA whose certificate, or one above it, is on hold or revoked issues nothing from that moment on', async (t) => {
  const here = await world(t)
  const { domain, act } = here
  const root = await rootOf(here, 'Root', { pathLength: 2 })
  const middle = await intermediateOf(here, root, 'Middle', { pathLength: 1 })
  const low = await intermediateOf(here, middle, 'Low')
  await issued(here, low)
  const { issuedAs } = (await domain.stores.authorities.generations(middle.authority.id))[0]?.certificates[0] ?? {}
  assert.ok(issuedAs)
  const refused = (why: RegExp) =>
    Promise.all([middle, low].map((ca) => assert.rejects(issued(here, ca), { code: 'issuer-inactive', message: why })))

  await revoke({ certificate: issuedAs, reason: 'certificateHold' }, act(), domain.stores.revocations)
  await refused(/on hold/)
  await unrevoke(issuedAs, act(), domain.stores.revocations)
  await issued(here, low)
  await revoke({ certificate: issuedAs, reason: 'cACompromise' }, act(), domain.stores.revocations)
  await refused(/revoked/)
  await assert.rejects(intermediateOf(here, low, 'Lower'), { code: 'issuer-inactive' })
  await issued(here, root)
  // With another certificate for the same key it is as before.
  await renewAuthority(middle.authority, { key: 'same' }, act(), domain.authorities)
  await issued(here, low, await requestFor('again.example.com'))
  await here.checkInvariants()
})

test('below a CA that has expired nothing is issued, and the hour counts, not the cache', async (t) => {
  const here = await world(t)
  const root = await rootOf(here, 'Short Root', { validity: { days: 10 } })
  const child = await intermediateOf(here, root)
  await issued(here, child)

  here.advance(child.certificate.notAfter - here.now())
  await issued(here, child)
  here.advance(1000)

  await assert.rejects(issued(here, child), { code: 'issuer-inactive', message: /expired/ })
})
