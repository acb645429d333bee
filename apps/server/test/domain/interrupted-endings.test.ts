import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { KeyFault, type KeyPool, KeyUnavailable, keyPool } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import { decodeCertificateList, serialToHex } from '@chancery/x509'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { deleteAuthority } from '../../src/authorities/change-authority.ts'
import { endAuthorities } from '../../src/publishing/end-authorities.ts'
import { revoke } from '../../src/revocation/revoke.ts'
import type { Stores } from '../../src/store/stores.ts'
import { issued, issueTo, requestFor, rootOf } from '../support/authorities.ts'
import { wrapTenants } from '../support/faults.ts'
import { publishedCrl } from '../support/published.ts'
import { endDeleted, refreshCrls } from '../support/rounds.ts'
import { type World, world } from '../support/world.ts'

const MINUTE = 60_000

function remove({ domain, act }: World, authority: { id: string; name: string }) {
  const { makeLastCrls } = domain
  const found = domain.stores.authorities.find(authority.id)
  return found.then((whole) => {
    assert.ok(whole)
    return deleteAuthority(whole, whole.name, act(), { store: domain.stores.authorities, makeLastCrls })
  })
}

for (const cut of ['while its last CRL is made', 'before its keys are dropped'] as const) {
  test(`a deletion that is cut off ${cut} is finished by the next round`, async (t) => {
    let isFull = true
    const fail = () => {
      if (isFull) throw new Error('the disk is full')
    }
    const wrapStores = (stores: Stores): Stores => ({
      ...wrapTenants(({ authorities }) => ({
        authorities: {
          ...authorities,
          dropKeys: async (...given) => {
            fail()
            return authorities.dropKeys(...given)
          },
        },
      }))(stores),
      system: {
        ...stores.system,
        crls: {
          ...stores.system.crls,
          publish: async (...given) => {
            if (cut === 'while its last CRL is made') fail()
            return stores.system.crls.publish(...given)
          },
        },
      },
    })
    const here = await world(t, { wrapStores })
    const root = await rootOf(here)
    const { id } = await issued(here, root)
    const late = await issued(here, root, await requestFor('late.example.com'))
    const { revocations } = here.domain.stores
    await revoke({ certificate: id, reason: 'superseded' }, here.act(), revocations)
    const { sealedKey } = (await here.domain.stores.issuers.generation(root.generation.id)) ?? {}
    assert.ok(sealedKey)

    await remove(here, root.authority)

    await assert.rejects(issueTo(here, root), { code: 'not-found' })
    const revoking = revoke({ certificate: late.id, reason: 'superseded' }, here.act(), revocations)
    await assert.rejects(revoking, { code: 'not-found' })
    await refreshCrls(here)
    await endDeleted(here)
    assert.ok((await here.domain.stores.issuers.generation(root.generation.id))?.sealedKey, 'the call may still do it')
    here.advance(MINUTE)
    await endDeleted(here)
    assert.equal(here.reports.splice(0).length, 1)
    isFull = false
    here.advance(60 * MINUTE)
    await endDeleted(here)

    assert.equal((await here.domain.stores.issuers.generation(root.generation.id))?.sealedKey, undefined)
    const crl = decodeCertificateList(await publishedCrl(here, root))
    assert.equal([...crl.entries].length, 1)
    assert.ok((crl.nextUpdate ?? 0) >= root.certificate.notAfter - 1000)
    here.advance(16 * MINUTE)
    await refreshCrls(here)
    assert.deepEqual(decodeCertificateList(await publishedCrl(here, root)).thisUpdate, crl.thisUpdate)
    assert.deepEqual(here.reports, [])
  })
}

test('whatever is revoked while its CA is deleted stands in the last CRL, or is refused', async (t) => {
  const { url, stop } = await startPostgres()
  t.after(stop)
  for (const engine of [{}, { databaseUrl: url }]) {
    const here = await world(t, engine)
    const root = await rootOf(here)
    const names = Array.from({ length: 12 }, (_, at) => `host-${at}.example.com`)
    const all = await Promise.all(names.map(async (name) => issued(here, root, await requestFor(name))))
    const { revocations } = here.domain.stores

    const [, ...outcomes] = await Promise.all([
      remove(here, root.authority),
      ...all.map(async ({ id, certificate: { serialNumber } }, at) => {
        for (let turn = 0; turn < at; turn++) await setImmediate()
        try {
          await revoke({ certificate: id, reason: 'superseded' }, here.act(), revocations)
          return serialToHex(serialNumber)
        } catch (error) {
          assert.ok(error instanceof Refusal && error.code === 'not-found')
          return undefined
        }
      }),
    ])

    // What may have failed in the call is done by the round.
    here.advance(MINUTE)
    await endDeleted(here)
    const revoked = outcomes.filter((serial) => serial !== undefined)
    const crl = decodeCertificateList(await publishedCrl(here, root))
    assert.deepEqual([...crl.entries].map(({ serialNumber }) => serialToHex(serialNumber)).sort(), revoked.sort())
  }
})

test('a revocation that arrives as the last CRL would have been ready is in it', async (t) => {
  let meanwhile = async (): Promise<void> => {}
  const wrapStores = wrapTenants(({ authorities }) => ({
    authorities: {
      ...authorities,
      delete: async (...given) => {
        await meanwhile()
        return authorities.delete(...given)
      },
    },
  }))
  const here = await world(t, { wrapStores })
  const root = await rootOf(here)
  const { id } = await issued(here, root)
  meanwhile = async () => {
    await revoke({ certificate: id, reason: 'keyCompromise' }, here.act(), here.domain.stores.revocations)
  }

  await remove(here, root.authority)

  assert.equal([...decodeCertificateList(await publishedCrl(here, root)).entries].length, 1)
})

test('a key that is away when its CA is deleted is waited for, a week at most', async (t) => {
  for (const comesBack of [true, false]) {
    let isAway = false
    const pool = keyPool()
    const refusing: KeyPool = {
      for: (tenant) => {
        const turns = pool.for(tenant)
        return {
          ...turns,
          take: async (...given) => {
            if (isAway) throw new KeyUnavailable('it is away')
            return turns.take(...given)
          },
        }
      },
    }
    const here = await world(t, { pool: refusing, seed: String(comesBack) })
    const root = await rootOf(here)
    const { id } = await issued(here, root)
    await refreshCrls(here)
    const before = await publishedCrl(here, root)
    await revoke({ certificate: id, reason: 'superseded' }, here.act(), here.domain.stores.revocations)
    isAway = true
    await remove(here, root.authority)
    const hasKey = async () =>
      (await here.domain.stores.issuers.generation(root.generation.id))?.sealedKey !== undefined

    for (let hour = 0; hour < 24; hour++) {
      here.advance(60 * MINUTE)
      await endDeleted(here)
    }
    assert.deepEqual([await hasKey(), here.reports], [true, []])
    isAway = !comesBack
    for (let turn = 0; turn < 400 && (await hasKey()); turn++) {
      here.advance(30 * MINUTE)
      await endDeleted(here)
    }

    assert.equal(await hasKey(), false)
    const after = await publishedCrl(here, root)
    if (comesBack) assert.equal([...decodeCertificateList(after).entries].length, 1)
    else assert.deepEqual([after, here.reports.splice(0).length], [before, 1])
  }
})

test('only for a key that is away or broken is a last CRL given up: whatever else is in the way is waited for', async () => {
  const done: string[] = []
  const item = { id: 'item', tenant: 'tenant', kind: 'end', key: 'a CA', attempts: 1_000, claim: 1 }
  const end = (problem: Error) =>
    endAuthorities({
      outbox: {
        claim: async () => [item],
        retry: async () => void done.push('retried'),
        finish: () => assert.fail('it is not done'),
        put: () => assert.fail('it is there'),
        moveOn: () => assert.fail('it has no parts'),
      },
      deletingOf: () => ({
        store: {
          dropKeys: async () => void done.push('keys dropped'),
          liveSubordinates: () => assert.fail('it is deleted'),
          delete: () => assert.fail('it is deleted'),
        },
        makeLastCrls: () => Promise.reject(problem),
      }),
      now: () => 0,
      report: (error) => done.push(`reported ${error}`),
    })

  for (const problem of [new Error('full'), new KeyUnavailable('away'), new KeyFault('broken')]) await end(problem)

  assert.deepEqual(done, [
    ...['reported Error: full', 'retried'],
    ...['reported KeyUnavailable: away', 'keys dropped'],
    ...['reported KeyFault: broken', 'keys dropped'],
  ])
})

test('what is being signed while its CA is deleted is given up', async (t) => {
  let meanwhile = async (): Promise<void> => {}
  const wrapStores = wrapTenants(({ issuance }) => ({
    issuance: {
      ...issuance,
      recordIssued: async (made) => {
        await meanwhile()
        return issuance.recordIssued(made)
      },
    },
  }))
  const here = await world(t, { wrapStores })
  const root = await rootOf(here)
  await issued(here, root)
  meanwhile = async () => {
    meanwhile = async () => {}
    await remove(here, root.authority)
  }

  await assert.rejects(issueTo(here, root), { code: 'conflict', message: /given up.*deleted/ })
})
