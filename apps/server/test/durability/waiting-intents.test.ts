import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type GrantId, Refusal } from '@chancery/pki'
import { decodeCertificate, serialToHex } from '@chancery/x509'
import { archiveAuthority, deleteAuthority } from '../../src/authorities/change-authority.ts'
import { renewAuthority } from '../../src/authorities/renew-authority.ts'
import { readCsr } from '../../src/enrollment/read-csr.ts'
import type { IssuanceLedger } from '../../src/issuance/issuance-ledger.ts'
import { resumeIssuance } from '../../src/issuance/resume-issuance.ts'
import { revoke } from '../../src/revocation/revoke.ts'
import {
  approveRequest,
  csrFor,
  intermediateOf,
  issued,
  issueTo,
  requesterKey,
  requestFor,
  rootOf,
  submit,
} from '../support/authorities.ts'
import { awayKeys, failingLedger } from '../support/faults.ts'
import { takeUp } from '../support/rounds.ts'
import { type World, world } from '../support/world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

async function awayWorld(t: Parameters<typeof world>[0]) {
  const keys = awayKeys()
  const here = await world(t, { wrapStores: keys.wrapStores })
  const root = await rootOf(here)
  const ca = await intermediateOf(here, root)
  const takeAway = () => keys.takeAway(ca.generation.id)
  const giveBack = () => keys.giveBack(ca.generation.id)
  return { here, root, ca, takeAway, giveBack }
}

/** What the audit trail tells of a certificate, oldest first. */
async function actionsAbout({ database }: World, id: string): Promise<string[]> {
  const records = await database.read((db) =>
    db.selectFrom('audit_record').select('action').where('object_id', '=', id).orderBy('id').execute(),
  )
  return records.map(({ action }) => action)
}

const found = ({ domain }: World, id: string) => domain.stores.issuance.find(id as GrantId)

test('while the key is away the answer is pending, and the sweep brings the certificate with the same bytes', async (t) => {
  const { here, ca, takeAway, giveBack } = await awayWorld(t)
  takeAway()

  const outcome = await issueTo(here, ca)
  const waiting = await takeUp(here)
  const before = await found(here, outcome.id)
  giveBack()
  const back = await takeUp(here)

  assert.deepEqual([outcome.state, 'waitsFor' in outcome && outcome.waitsFor], ['pending', 'key'])
  assert.deepEqual(
    [waiting, back],
    [
      { issued: 0, abandoned: 0, waiting: 1 },
      { issued: 1, abandoned: 0, waiting: 0 },
    ],
  )
  const after = await found(here, outcome.id)
  assert.ok(before?.state === 'intent' && after?.state === 'issued')
  assert.deepEqual(decodeCertificate(after.der).tbs, before.intent.tbs)
  await here.checkInvariants()
})

test('the sweep leaves an intent alone that another process has just recorded', async (t) => {
  const { here, ca, takeAway, giveBack } = await awayWorld(t)
  takeAway()
  await issueTo(here, ca)
  giveBack()

  const young = await takeUp(here, false)
  here.advance(10_001)
  const older = await takeUp(here, false)

  assert.deepEqual([young.issued, older.issued], [0, 1])
})

test('a machine waits an hour for the key, a person a week, and neither past a tenth of the validity', async (t) => {
  const { here, ca, takeAway } = await awayWorld(t)
  takeAway()
  const machine = await issueTo(here, ca)
  const short = await issueTo(here, ca, { ...(await requestFor('short.example.com')), validity: { hours: 5 } })
  const person = await approveRequest(here, await submit(here, ca))

  const left = async () => (await here.stores.system.openIntents(Number.MAX_SAFE_INTEGER, 10)).map(({ id }) => id)
  const after = async (milliseconds: number) => {
    here.advance(milliseconds)
    await takeUp(here)
    return left()
  }

  assert.deepEqual(await after(0.5 * HOUR - 1000), [machine.id, short.id, person.id])
  assert.deepEqual(await after(2000), [machine.id, person.id])
  assert.deepEqual(await after(0.5 * HOUR), [person.id])
  assert.deepEqual(await after(7 * DAY - HOUR - 2000), [person.id])
  assert.deepEqual(await after(2000), [])
  await here.checkInvariants()
})

test('past its deadline a request is pending again with the reason, its serial stays burnt, and it can be signed', async (t) => {
  const { here, ca, takeAway, giveBack } = await awayWorld(t)
  const id = await submit(here, ca)
  takeAway()
  const outcome = await approveRequest(here, id)
  const intent = await found(here, outcome.id)
  assert.equal((await here.domain.stores.requests.find(id))?.status, 'signing')

  here.advance(7 * DAY + 1000)
  giveBack()
  assert.deepEqual(await takeUp(here), { issued: 0, abandoned: 1, waiting: 0 })
  const reopened = await here.domain.stores.requests.find(id)
  const again = await approveRequest(here, id)

  assert.equal(reopened?.status, 'pending')
  assert.match(reopened.note ?? '', /had to be signed has passed/)
  assert.ok(intent?.state === 'intent' && again.state === 'issued')
  const { serialNumber } = decodeCertificate(again.certificate)
  assert.notEqual(serialToHex(serialNumber), intent.intent.serialNumber)
  const burnt = await here.database.read((db) =>
    db.selectFrom('certificate').select('state').where('serial', '=', intent.intent.serialNumber).execute(),
  )
  assert.deepEqual(
    burnt.map(({ state }) => state),
    ['abandoned'],
  )
  assert.deepEqual(await here.stores.system.statusOfSerial(ca.generation.id, intent.intent.serialNumber), undefined)
  await here.checkInvariants()
})

const ENDS: Readonly<Record<string, (story: Awaited<ReturnType<typeof awayWorld>>) => Promise<unknown>>> = {
  archived: ({ here, ca }) => archiveAuthority(ca.authority, here.act(), here.domain.stores.authorities),
  revoked: async ({ here, ca }) => {
    const [generation] = await here.domain.stores.authorities.generations(ca.authority.id)
    const certificate = generation?.certificates[0]?.issuedAs ?? ''
    return revoke({ certificate, reason: 'cACompromise' }, here.act(), here.domain.stores.revocations)
  },
  'under an archived CA': ({ here, root }) =>
    archiveAuthority(root.authority, here.act(), here.domain.stores.authorities),
  expired: async ({ here, ca }) => {
    await here.database.write((trx) =>
      trx.updateTable('certificate').set({ deadline_at: 9e15 }).where('state', '=', 'intent').execute(),
    )
    here.advance(ca.certificate.notAfter - here.now() + 1000)
  },
}

for (const [what, end] of Object.entries(ENDS)) {
  test(`an intent whose CA is ${what} meanwhile is given up in the open`, async (t) => {
    const story = await awayWorld(t)
    const { here, ca, takeAway, giveBack } = story
    takeAway()
    const machine = await issueTo(here, ca)
    const requestId = await submit(here, ca)
    await approveRequest(here, requestId)

    await end(story)
    giveBack()
    const resumed = await takeUp(here)

    assert.deepEqual(resumed, { issued: 0, abandoned: 2, waiting: 0 })
    assert.equal((await found(here, machine.id))?.state, 'abandoned')
    const request = await here.domain.stores.requests.find(requestId)
    assert.equal(request?.status, 'pending')
    assert.match(request.note ?? '', /issues nothing/)
    assert.deepEqual(await actionsAbout(here, machine.id), ['certificate.issue', 'certificate.abandon'])
    await here.checkInvariants()
  })
}

test('an intent whose generation is not there any more is given up in the open', async (t) => {
  const { here, ca, takeAway } = await awayWorld(t)
  takeAway()
  const { id } = await issueTo(here, ca)
  const issuance = here.installation.issuanceOf(here.tenant)
  const generation = () => Promise.reject(new Refusal('not-found', 'There is no such generation of a CA.'))
  const withoutIt = { ...issuance, issuers: { ...issuance.issuers, generation } }

  const resumed = await resumeIssuance(here.stores.system.openIntents, () => withoutIt, {
    now: here.now,
    atStart: true,
    report: (error) => assert.fail(String(error)),
  })

  assert.deepEqual(resumed, { issued: 0, abandoned: 1, waiting: 0 })
  assert.deepEqual(await found(here, id), { state: 'abandoned', id, reason: 'There is no such generation of a CA.' })
  await here.checkInvariants()
})

test('an intent whose key is revoked for keyCompromise meanwhile is given up in the open, before the key of the CA is asked', async (t) => {
  const { here, ca, takeAway } = await awayWorld(t)
  const key = requesterKey()
  const csr = csrFor('www.example.com', key)
  const leaked = await issued(here, ca, await readCsr(csr))
  takeAway()
  const machine = await issueTo(here, ca, await readCsr(csr))
  const requestId = await submit(here, ca, { csr })
  await approveRequest(here, requestId)
  const other = await issueTo(here, ca)

  await revoke({ certificate: leaked.id, reason: 'keyCompromise' }, here.act(), here.domain.stores.revocations)
  const resumed = await takeUp(here)

  assert.deepEqual(resumed, { issued: 0, abandoned: 2, waiting: 1 })
  const end = await found(here, machine.id)
  assert.ok(end?.state === 'abandoned')
  assert.match(end.reason, /compromised/)
  assert.equal((await found(here, other.id))?.state, 'intent')
  const request = await here.domain.stores.requests.find(requestId)
  assert.equal(request?.status, 'pending')
  assert.match(request.note ?? '', /compromised/)
  assert.deepEqual(await actionsAbout(here, machine.id), ['certificate.issue', 'certificate.abandon'])
  await here.checkInvariants()
})

test('a key that is revoked for keyCompromise between the intent and the signature gets no certificate', async (t) => {
  const story: { at?: () => Promise<unknown> } = {}
  const before = async (method: keyof IssuanceLedger) => {
    if (method === 'recordIssued') await story.at?.()
  }
  const here = await world(t, { wrapStores: failingLedger({ before }) })
  const ca = await rootOf(here)
  const request = await readCsr(csrFor('www.example.com'))
  const leaked = await issued(here, ca, request)
  story.at = () =>
    revoke({ certificate: leaked.id, reason: 'keyCompromise' }, here.act(), here.domain.stores.revocations)

  const asked = issueTo(here, ca, request)

  await assert.rejects(asked, (error) => error instanceof Refusal && error.code === 'bad-key')
  const states = await here.database.read((db) =>
    db.selectFrom('certificate').select(['id', 'state', 'der']).where('state', '<>', 'issued').execute(),
  )
  assert.deepEqual(
    states.map(({ state, der }) => [state, der]),
    [['abandoned', null]],
  )
  assert.deepEqual(await actionsAbout(here, states[0]?.id ?? ''), ['certificate.issue', 'certificate.abandon'])
  await here.checkInvariants()
})

test('what waits under a CA that is deleted is given up with it', async (t) => {
  const { here, ca, takeAway, giveBack } = await awayWorld(t)
  takeAway()
  const machine = await issueTo(here, ca)
  const requestId = await submit(here, ca)
  const person = await approveRequest(here, requestId)

  const { authorities: store } = here.domain.stores
  await deleteAuthority(ca.authority, ca.authority.name, here.act(), { store, makeLastCrls: here.domain.makeLastCrls })
  giveBack()

  assert.deepEqual(await takeUp(here), { issued: 0, abandoned: 0, waiting: 0 })
  for (const { id } of [machine, person]) assert.equal((await found(here, id))?.state, 'abandoned')
  assert.equal(await here.domain.stores.requests.find(requestId), undefined)
  await here.checkInvariants()
})

test('an intent of a generation that was renewed meanwhile is still signed by the generation that it names', async (t) => {
  const { here, ca, takeAway, giveBack } = await awayWorld(t)
  takeAway()
  const outcome = await issueTo(here, ca)

  await renewAuthority(ca.authority, { key: 'new' }, here.act(), here.domain.authorities)
  const { certificate: newer } = await issued(here, ca)
  giveBack()
  await takeUp(here)

  const after = await found(here, outcome.id)
  assert.ok(after?.state === 'issued')
  assert.notDeepEqual(decodeCertificate(after.der).extensions, newer.extensions)
  await here.checkInvariants()
})

test('two sweeps at once issue one certificate for each intent', async (t) => {
  const { here, ca, takeAway, giveBack } = await awayWorld(t)
  takeAway()
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => issueTo(here, ca)))
  giveBack()

  await Promise.all([takeUp(here), takeUp(here)])

  for (const { id } of outcomes) assert.equal((await found(here, id))?.state, 'issued')
  await here.checkInvariants()
})

test('one that fulfils and one that gives up at the same moment: one of them wins', async (t) => {
  const { here, ca, takeAway, giveBack } = await awayWorld(t)
  takeAway()
  const outcome = await issueTo(here, ca)
  const intent = await found(here, outcome.id)
  giveBack()
  assert.ok(intent?.state === 'intent')

  const { ledger } = here.domain.door.issuance
  const record = { act: here.act(), action: 'certificate.abandon', object: { type: 'certificate', id: outcome.id } }
  await Promise.all([takeUp(here), ledger.abandon(intent.intent.id, 'changed my mind', record)])

  const end = await found(here, outcome.id)
  assert.ok(end?.state === 'issued' || end?.state === 'abandoned')
  await ledger.abandon(intent.intent.id, 'too late', record)
  assert.deepEqual(await found(here, outcome.id), end)
  await here.checkInvariants()
})
