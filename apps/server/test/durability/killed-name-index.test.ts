import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { asBefore, NEW_NAMES } from '../support/names-of-before.ts'
import { createCa, NOW, setUp } from '../support/samples.ts'
import type { Indexing } from './index-names-until-killed.ts'
import { type Place, reopen } from './reopened.ts'

const CERTIFICATES = 1_500
const MOST_KILLS = 30
const ID_LENGTH = 26
const MINUTE = 60_000

test('kill -9 while names are put into the index, again and again: each certificate is found by every name, once', async (t) => {
  await killedAgainAndAgain(t, {})
})

test('so it is on PostgreSQL', async (t) => {
  const { url, stop } = await startPostgres()
  t.after(stop)

  await killedAgainAndAgain(t, { databaseUrl: url })
})

async function killedAgainAndAgain(t: TestContext, engine: Omit<Place, 'dataFolder'>): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'chancery-names-'))
  t.after(() => rmSync(dataFolder, { recursive: true, force: true }))
  const place = { dataFolder, ...engine }
  const { tenant, made } = await registerOfBefore(place)

  const pages: string[] = []
  let kills = 0
  for (; !pages.at(-1)?.includes(' again '); kills++) {
    assert.ok(kills < MOST_KILLS, `it came no further than ${pages.at(-1)}`)
    pages.push(...(await indexUntilKilled({ ...place, aheadMs: kills * 3 * MINUTE })))
  }

  // Each process went on where the one before was killed.
  const places = pages.filter((line) => line.includes(' first ')).map((line) => made.indexOf(line.slice(-ID_LENGTH)))
  assert.deepEqual(
    places,
    [...new Set(places)].sort((a, b) => a - b),
  )
  assert.ok(kills > 2, `${kills} kills`)
  const { stores, database, close } = await reopen(place)
  t.after(close)
  for (const name of NEW_NAMES) {
    const found: string[] = []
    for (let after: string | undefined; ; ) {
      const page = await stores.for(tenant).certificates.list({ name }, NOW, { limit: 200, ...(after && { after }) })
      found.push(...page.items.map(({ id }) => id))
      after = page.next
      if (after === undefined) break
    }
    assert.deepEqual(found.sort(), made, name)
  }
  const { keys } = await database.read((db) =>
    db
      .selectFrom('certificate_name')
      .select((eb) => eb.fn.countAll<number>().as('keys'))
      .executeTakeFirstOrThrow(),
  )
  const rows = await database.read((db) => db.selectFrom('certificate').select('names').execute())
  assert.equal(
    Number(keys),
    rows.reduce((sum, { names }) => sum + JSON.parse(names ?? '[]').length, 0),
  )
  t.diagnostic(`${kills} kills, ${pages.length} pages told`)
}

/** What the release before left: certificates that are found by their host alone, and the work that the migration put down. */
async function registerOfBefore(place: Place) {
  const { stores, close } = await reopen(place)
  const tenant = await setUp(stores)
  const ca = await createCa(stores, tenant)
  const made = await Promise.all(Array.from({ length: CERTIFICATES }, () => asBefore(ca)))
  await stores.system.outbox.put({ tenant, kind: 'names', key: tenant, dueAt: 0 })
  await close()
  return { tenant, made: made.sort() }
}

/** Kills it after a page or two, or in the middle of one; the pages that it told of. */
async function indexUntilKilled(work: Indexing): Promise<readonly string[]> {
  const program = join(import.meta.dirname, 'index-names-until-killed.ts')
  const child = spawn(process.execPath, [program, JSON.stringify(work)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  const enough = Math.floor(Math.random() * 2) + 1
  const { promise: saidEnough, resolve } = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    // Behind the first walk nothing comes for a day.
    if (said.split('\n').length > enough || said.includes(' again ')) resolve()
  })
  const ended = once(child, 'close')
  await Promise.race([saidEnough, ended, delay(MINUTE, undefined, { ref: false })])
  await delay(Math.random() * 10)
  child.kill('SIGKILL')
  await ended
  const lines = said.split('\n').slice(0, -1)
  assert.ok(
    lines.every((line) => line.startsWith('at ')),
    said,
  )
  return lines
}
