import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deleteAuthority } from '../../src/authorities/change-authority.ts'
import { issued, issueTo, rootOf } from '../support/authorities.ts'
import { wrapTenants } from '../support/faults.ts'
import { refreshCrls } from '../support/rounds.ts'
import { type World, world } from '../support/world.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

async function lifeOfCrl({ stores }: World, generation: string): Promise<number> {
  const crl = await stores.system.crls.latest({ generation, partition: 0, delta: false })
  assert.ok(crl)
  return crl.nextUpdate - crl.thisUpdate
}

function remove({ domain, act }: World, authority: { id: string; name: string }) {
  const { makeLastCrls } = domain
  const found = domain.stores.authorities.find(authority.id)
  return found.then((whole) => {
    assert.ok(whole)
    return deleteAuthority(whole, whole.name, act(), { store: domain.stores.authorities, makeLastCrls })
  })
}

test('a deletion that fails at its end leaves no CRL that hides revocations for years', async (t) => {
  let isFull = true
  const wrapStores = wrapTenants(({ authorities }) => ({
    authorities: {
      ...authorities,
      delete: async (...given) => {
        if (isFull) throw new Error('the disk is full')
        return authorities.delete(...given)
      },
    },
  }))
  const here = await world(t, { wrapStores })
  const { authority, generation } = await rootOf(here)
  await refreshCrls(here)
  const ordinary = await lifeOfCrl(here, generation.id)

  await assert.rejects(remove(here, authority), /the disk is full/)
  assert.ok((await lifeOfCrl(here, generation.id)) > 365 * DAY)
  here.advance(16 * MINUTE)
  await refreshCrls(here)
  assert.equal(await lifeOfCrl(here, generation.id), ordinary)

  isFull = false
  await remove(here, authority)
  here.advance(16 * MINUTE)
  await refreshCrls(here)
  assert.ok((await lifeOfCrl(here, generation.id)) > 365 * DAY, 'the last CRL of a CA that is gone stays')
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
