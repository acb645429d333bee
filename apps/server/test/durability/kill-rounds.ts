import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { GrantId } from '@chancery/pki'
import { decodeCertificate } from '@chancery/x509'
import { createRoot } from '../../src/authorities/create-root.ts'
import { commonName } from '../support/authorities.ts'
import { checkInvariants } from '../support/invariants.ts'
import { takeUp } from '../support/rounds.ts'
import { setUp } from '../support/samples.ts'
import { checkSealed } from './check-sealed.ts'
import { untilConnectionsEnd } from './connections.ts'
import { type Company, workUntilKilled } from './killed-processes.ts'
import { type Place, type Reopened, reopen } from './reopened.ts'
import type { Work } from './work-until-killed.ts'

/** All that processes were told, by the first word of the line. */
type Told = Map<string, string[][]>

/** How often all are killed, and where they work. One process works unless there is another number. */
export interface KillOptions extends Partial<Company> {
  readonly rounds: number
  readonly databaseUrl?: string
}

/**
 * Kills an installation at work at a random moment, again and again in one place, and checks each time that nothing of
 * what it was told is lost, and that what was begun is finished with the same bytes.
 */
export async function killRounds(
  t: TestContext,
  { rounds, databaseUrl, processes = 1, disturb }: KillOptions,
): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'chancery-kill-'))
  t.after(() => rmSync(dataFolder, { recursive: true, force: true }))
  const place = { dataFolder, ...(databaseUrl !== undefined && { databaseUrl }) }
  const work = await prepare(place)
  const told: Told = new Map()
  let resumed = 0
  let sealed = ''

  for (let round = 0; round < rounds; round++) {
    for (const line of await workUntilKilled(work, { processes, ...(disturb && { disturb }) })) {
      const [what = '', ...facts] = line.split(' ')
      told.set(what, [...(told.get(what) ?? []), facts])
    }
    if (databaseUrl !== undefined) await untilConnectionsEnd(databaseUrl)
    const reopened = await reopen(place)
    try {
      resumed += await checkTakenUp(reopened)
      assert.deepEqual(
        (told.get('fault') ?? []).map((words) => words.join(' ')),
        [],
      )
      await checkNothingLost(reopened, work, told, processes)
      await checkInvariants(reopened)
      if (round === rounds - 1) sealed = await checkSealed(reopened)
    } finally {
      await reopened.close()
    }
  }

  const counts = [...told].map(([what, facts]) => `${facts.length} ${what}`)
  t.diagnostic(`${rounds} kills; ${resumed} intents taken up; ${sealed}; ${counts.join(', ')}`)
}

async function prepare(place: Place): Promise<Work> {
  const { stores, installation, now, close } = await reopen(place)
  const tenant = await setUp(stores)
  const act = { tenant, actor: { kind: 'system' }, at: now() } as const
  const asked = {
    subject: commonName('Root'),
    settings: { serviceCertificates: {}, crl: { delta: false, partitions: 3 } },
  }
  const { id: root } = await createRoot(asked, act, installation.for(tenant).authorities)
  await close()
  return { ...place, tenant, root }
}

/** Every intent is finished with the bytes that it was recorded with; returns how many there were. */
async function checkTakenUp(reopened: Reopened): Promise<number> {
  const { stores, reports } = reopened
  const open = await stores.system.openIntents(Number.MAX_SAFE_INTEGER, 10_000)
  const known = new Map(open.map((intent) => [intent.id, createHash('sha256').update(intent.tbs).digest('hex')]))

  // By then the leases have ended of whoever was killed while it took up what another had left.
  const { waiting, abandoned } = await takeUp({ ...reopened, now: () => reopened.now() + 120_000 })

  assert.deepEqual(reports, [])
  assert.deepEqual({ waiting, abandoned }, { waiting: 0, abandoned: 0 })
  for (const { id, tenant } of open) {
    const issuance = await stores.for(tenant).issuance.find(id)
    assert.ok(issuance?.state === 'issued', `${id} is ${issuance?.state}`)
    const { tbs } = decodeCertificate(issuance.der)
    assert.equal(createHash('sha256').update(tbs).digest('hex'), known.get(id), 'the same bytes')
  }
  return open.length
}

async function checkNothingLost(
  { stores, database }: Reopened,
  work: Work,
  told: Told,
  processes: number,
): Promise<void> {
  const { issuance, certificates, requests, authorities } = stores.for(work.tenant)
  const facts = (what: string) => told.get(what) ?? []
  for (const [id = '', digest] of facts('issued')) {
    const found = await issuance.find(id as GrantId)
    assert.ok(found?.state === 'issued', `the certificate ${id} left and is not there`)
    assert.equal(createHash('sha256').update(found.der).digest('hex'), digest, 'it is the one that left')
  }
  for (const [id = ''] of facts('revoked')) assert.ok((await certificates.find(id))?.revocation, `${id} is revoked`)
  for (const [id = ''] of facts('submitted')) assert.ok(await requests.find(id), `the request ${id} is there`)
  for (const [id = '', certificate] of facts('signed')) {
    const request = await requests.find(id)
    assert.deepEqual([request?.status, request?.certificate], ['issued', certificate])
  }
  for (const [id = ''] of facts('authority')) assert.equal((await authorities.find(id))?.status, 'active')
  for (const [id = ''] of facts('renewed')) {
    const [generation] = await authorities.generations(id)
    assert.equal(generation?.certificates.length, 2, 'the renewal is there')
  }
  await checkAuthoritiesComplete({ database })
  await checkCrlNumbers({ database }, facts('crl'), processes)
}

/** No CA awaits what its parent signed, and no certificate that a parent signed is left lying. */
async function checkAuthoritiesComplete({ database }: Pick<Reopened, 'database'>): Promise<void> {
  const [awaiting, taken, signed] = await database.read(async (db) => [
    await db.selectFrom('authority').select('id').where('status', '=', 'awaiting-certificate').execute(),
    await db.selectFrom('authority_certificate').select('issued_as').where('issued_as', 'is not', null).execute(),
    await db.selectFrom('certificate').select(['id', 'evidence']).where('template', 'is', null).execute(),
  ])
  assert.deepEqual(awaiting, [])
  const certified = signed.filter(({ evidence }) => evidence?.includes('"intermediate-ca"')).map(({ id }) => id)
  assert.deepEqual(taken.map(({ issued_as }) => issued_as).sort(), certified.sort())
}

/** Numbers that were told rise and are used once; the newest CRL has the highest. */
async function checkCrlNumbers(
  { database }: Pick<Reopened, 'database'>,
  told: readonly string[][],
  processes: number,
): Promise<void> {
  const numbers = told.map(([number]) => Number(number))
  assert.equal(new Set(numbers).size, numbers.length, 'no number was told twice')
  if (processes === 1)
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    )
  const rows = await database.read((db) => db.selectFrom('crl').select(['generation', 'number']).execute())
  assert.equal(new Set(rows.map(({ generation, number }) => `${generation} ${number}`)).size, rows.length)
  assert.ok(Math.max(0, ...rows.map(({ number }) => number)) >= Math.max(0, ...numbers), 'the newest is not lost')
}
