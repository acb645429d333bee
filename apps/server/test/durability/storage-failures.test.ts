import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { GrantId } from '@chancery/pki'
import { decodeCertificate } from '@chancery/x509'
import { fulfil } from '../../src/issuance/fulfil.ts'
import type { IssuanceLedger, Issued } from '../../src/issuance/issuance-ledger.ts'
import { issueTo, rootOf } from '../support/authorities.ts'
import { DiskFailed, failingLedger, type LedgerFaults, wrapTenants } from '../support/faults.ts'
import { takeUp } from '../support/rounds.ts'
import { type World, world } from '../support/world.ts'

const EVER = Number.MAX_SAFE_INTEGER

/** A world whose disk fails at one step of an issuance, each time that it is reached while `armed`. */
async function failingWorld(t: Parameters<typeof world>[0], at: `${'before' | 'after'} ${keyof IssuanceLedger}`) {
  const state = { armed: false, failures: 0 }
  const fail = (step: string) => {
    if (!state.armed || step !== at) return
    state.failures++
    throw new DiskFailed(step)
  }
  const faults: LedgerFaults = {
    before: (method) => fail(`before ${method}`),
    after: (method) => fail(`after ${method}`),
  }
  const here = await world(t, { wrapStores: failingLedger(faults) })
  return { here, state, root: await rootOf(here) }
}

const openIntents = ({ stores }: World) => stores.system.openIntents(EVER, 100)

test('storage that fails before the intent leaves nothing, and no key was asked', async (t) => {
  const { here, state, root } = await failingWorld(t, 'before recordIntent')
  const before = await count(here)

  state.armed = true
  await assert.rejects(issueTo(here, root), DiskFailed)

  assert.deepEqual(await count(here), before)
  await here.checkInvariants()
})

async function count({ database }: World) {
  const rows = await database.read((db) => db.selectFrom('certificate').select(['id', 'state']).execute())
  return rows.map(({ id, state }) => `${state} ${id}`)
}

test('storage that fails after the intent leaves an intent, which the sweep fulfils with the same bytes', async (t) => {
  const { here, state, root } = await failingWorld(t, 'after recordIntent')

  state.armed = true
  await assert.rejects(issueTo(here, root), DiskFailed)
  state.armed = false
  const [intent] = await openIntents(here)
  assert.ok(intent)
  assert.deepEqual(await takeUp(here), { issued: 1, abandoned: 0, waiting: 0 })

  assert.deepEqual((await storedCertificate(here, intent.id)).tbs, intent.tbs)
  await here.checkInvariants()
})

async function storedCertificate({ domain }: World, id: GrantId) {
  const issuance = await domain.stores.issuance.find(id)
  assert.ok(issuance?.state === 'issued')
  return decodeCertificate(issuance.der)
}

test('storage that fails right after the signature: it never left, another over the same bytes is made and stays', async (t) => {
  const { here, state, root } = await failingWorld(t, 'before recordIssued')

  state.armed = true
  await assert.rejects(issueTo(here, root), DiskFailed)
  await takeUp(here)
  const [intent] = await openIntents(here)
  state.armed = false
  assert.ok(intent)
  assert.equal(here.reports.splice(0).length, 1, 'the sweep told of it and went on')
  await takeUp(here)

  assert.equal(state.failures, 2)
  assert.deepEqual((await storedCertificate(here, intent.id)).tbs, intent.tbs)
  assert.deepEqual(await openIntents(here), [])
  await here.checkInvariants()
})

test('storage that fails after the commit: the stored signature stays and no other leaves', async (t) => {
  const { here, state, root } = await failingWorld(t, 'after recordIssued')

  state.armed = true
  await assert.rejects(issueTo(here, root), DiskFailed)
  state.armed = false
  const [{ id } = { id: '' }] = await here.database.read((db) =>
    db.selectFrom('certificate').select('id').where('template', 'is not', null).execute(),
  )
  const first = await storedCertificate(here, id as GrantId)
  assert.deepEqual(await takeUp(here), { issued: 0, abandoned: 0, waiting: 0 })

  assert.deepEqual(await storedCertificate(here, id as GrantId), first)
  await here.checkInvariants()
})

test('an ECDSA signature made a second time differs, and only the first stored one is given out', async (t) => {
  const made: Issued[] = []
  const spied = wrapTenants(({ issuance }) => ({
    issuance: {
      ...issuance,
      recordIssued: (issued) => {
        made.push(issued)
        return issuance.recordIssued(issued)
      },
    },
  }))
  let armed = false
  const failing = failingLedger({
    after: (method) => {
      if (armed && method === 'recordIntent') throw new DiskFailed()
    },
  })
  const here = await world(t, { wrapStores: (stores) => spied(failing(stores)) })
  const root = await rootOf(here)
  armed = true
  await assert.rejects(issueTo(here, root), DiskFailed)
  const [intent] = await openIntents(here)
  assert.ok(intent)
  made.length = 0

  const answers = await Promise.all(Array.from({ length: 8 }, () => fulfil(intent, here.domain.door.issuance)))
  answers.push(await fulfil(intent, here.domain.door.issuance))

  const digest = (der: Uint8Array) => createHash('sha256').update(der).digest('hex')
  assert.equal(new Set(made.map(({ der }) => digest(der))).size, 9, 'nine signatures were made')
  assert.equal(new Set(answers.map(digest)).size, 1, 'one left')
  const stored = await storedCertificate(here, intent.id)
  assert.equal(digest(stored.der), digest(answers[0] ?? new Uint8Array()))
  assert.deepEqual(stored.tbs, intent.tbs)
  await here.checkInvariants()
})

test('an audit record that cannot be written takes its issuance with it', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const before = await count(here)

  const { ledger } = here.domain.door.issuance
  const elsewhere = await here.newTenant()
  const spoiled: IssuanceLedger = {
    ...ledger,
    // An act of another tenant is a fault that the record finds, after the intent was written.
    recordIntent: (intent, record) => ledger.recordIntent(intent, { ...record, act: here.act(elsewhere) }),
  }
  const door = { ...here.domain.door, issuance: { ...here.domain.door.issuance, ledger: spoiled } }
  await assert.rejects(issueTo({ ...here, domain: { ...here.domain, door } }, root), /another tenant/)

  assert.deepEqual(await count(here), before)
})
