import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decodeCertificate } from '@chancery/x509'
import pg from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { type RunningChancery, runChancery } from '../../../../test/support/running-chancery.ts'
import { run } from '../../../../test/support/system-program.ts'
import { BACKUP_FILES, readManifest } from '../../src/backup/backup-manifest.ts'
import { type Place, reopen } from '../durability/reopened.ts'
import { stateOf } from '../support/authorities.ts'
import { checkInvariants } from '../support/invariants.ts'
import { basicOf, question } from '../support/ocsp.ts'
import { refreshCrls, takeUp } from '../support/rounds.ts'
import { apiRoot, busyClients } from './busy-work.ts'
import { emptyDatabase, logicalCopy } from './logical-copy.ts'

const CHANCERY = fileURLToPath(new URL('../../../../chancery', import.meta.url))
const PASSPHRASE = 'a passphrase of some length'

type Busy = ReturnType<typeof busyClients>

/** What was put back, and all that the server that was saved had told its clients. */
interface Story {
  readonly place: Place
  readonly authority: string
  readonly busy: Busy
  readonly madeAt: number
  readonly report: string
  /** The number of the newest CRL that the saved server published before it ended. */
  readonly lastNumber: number
  /** A certificate that was issued after the backup, and its CA's. */
  readonly late: Uint8Array
}

test('SQLite: what a busy server acknowledged before its backup is there after the restore', async (t) => {
  const chancery = await runChancery()
  t.after(() => chancery.stop())
  const { authority, template } = await apiRoot(chancery)
  const busy = busyClients(chancery, template)
  t.after(() => busy.stop())
  await busy.until(20)
  const to = join(chancery.folder, 'backup')

  const saved = await chancery.command('backup', '--to', to)
  await busy.until(10)
  const { late, lastNumber } = await endOf(chancery, busy)
  assert.equal(saved.status, 0, String(saved.stderr))
  assert.match(String(saved.stderr), /master key [0-9a-f]{16} is not in it: it is in .*master\.key/)
  const data = join(chancery.folder, 'restored')
  const { status, stdout, stderr } = await restore(to, { CHANCERY_DATA: data })

  assert.equal(status, 0, String(stderr))
  assert.match(String(stderr), /starts when the master key [0-9a-f]{16} is in .*restored\/master\.key \(mode 0600\)/)
  copyFileSync(join(chancery.folder, 'data/master.key'), join(data, 'master.key'))
  const { madeAt } = readManifest(to)
  const place = { dataFolder: data }
  await checkRestored(t, { place, authority: authority.id, busy, madeAt, report: String(stdout), lastNumber, late })
  checkSecrecy(chancery, to)
})

test('PostgreSQL: what a busy server acknowledged before its dump is there after the restore', async (t) => {
  const { url, stop } = await startPostgres()
  const chancery = await runChancery({ databaseUrl: url })
  t.after(() => chancery.stop().finally(stop))
  const { authority, template } = await apiRoot(chancery)
  const busy = busyClients(chancery, template)
  t.after(() => busy.stop())
  await busy.until(20)
  const to = join(chancery.folder, 'backup')
  const passphrase = join(chancery.folder, 'passphrase')
  writeFileSync(passphrase, `${PASSPHRASE}\n`)

  const saved = await chancery.command('backup', '--to', to, '--with-master-key', '--passphrase-file', passphrase)
  assert.equal(saved.status, 0, String(saved.stderr))
  assert.match(
    String(saved.stdout),
    /^pg_dump --format=custom .*--file='.*backup\/chancery\.dump' --dbname='postgres:\/\//,
  )
  const restored = await emptyDatabase(url, 'restored')
  const place = { dataFolder: join(chancery.folder, 'restored'), databaseUrl: restored }
  const env = { CHANCERY_DATA: place.dataFolder, CHANCERY_DATABASE_URL: restored }
  const tooSoon = await restore(to, env, '--passphrase-file', passphrase)
  assert.match(String(tooSoon.stderr), /The database is empty\. Load the dump .*\n.*pg_restore .*chancery\.dump'/)
  await logicalCopy(url, restored, () => busy.until(10))
  const { late, lastNumber } = await endOf(chancery, busy)
  const { status, stdout, stderr } = await restore(to, env, '--passphrase-file', passphrase)
  const again = await restore(to, env, '--passphrase-file', passphrase)

  assert.equal(status, 0, String(stderr))
  assert.match(String(again.stderr), /was completed before/)
  const { madeAt } = readManifest(to)
  await checkRestored(t, { place, authority: authority.id, busy, madeAt, report: String(stdout), lastNumber, late })
})

const restore = (from: string, env: Readonly<Record<string, string>>, ...more: readonly string[]) =>
  run(CHANCERY, ['restore', '--from', from, ...more], { env })

/** What only the server that was saved knows in the end. */
async function endOf(chancery: RunningChancery, busy: Busy) {
  await busy.stop()
  assert.deepEqual(busy.failures, [], "the backup was in nobody's way")
  const last = busy.issued.at(-1)
  assert.ok(last)
  const late = Uint8Array.from(await chancery.download(`/certificates/${last.id}/download?format=der`))
  return { late, lastNumber: await lastCrlNumber(chancery) }
}

async function lastCrlNumber({ env, folder }: RunningChancery): Promise<number> {
  const query = 'SELECT max(crl_number) AS number FROM generation'
  if (env['CHANCERY_DATABASE_URL'] === '') {
    using db = new DatabaseSync(join(folder, 'data/chancery.db'), { readOnly: true })
    return Number(db.prepare(query).get()?.['number'])
  }
  const client = new pg.Client({ connectionString: env['CHANCERY_DATABASE_URL'] ?? '' })
  await client.connect()
  const { rows } = await client.query<{ number: string }>(query)
  await client.end()
  return Number(rows[0]?.number)
}

async function checkRestored(t: TestContext, story: Story): Promise<void> {
  const { busy, madeAt, report, lastNumber } = story
  const here = await reopen(story.place)
  t.after(() => here.close())
  const { tenant } = await here.database.read((db) =>
    db.selectFrom('authority').select('tenant').where('id', '=', story.authority).executeTakeFirstOrThrow(),
  )
  const { certificates } = here.stores.for(tenant)
  const ca = await stateOf(here.installation.for(tenant), { id: story.authority })

  for (const { id, at } of busy.issued) {
    if (at < madeAt) assert.ok(await certificates.find(id), `${id} was acknowledged before the backup`)
  }
  for (const { id, at } of busy.revoked) {
    if (at < madeAt) assert.ok((await certificates.find(id))?.revocation, `${id} was revoked before the backup`)
  }
  const found = await Promise.all(busy.issued.map(async ({ id }) => (await certificates.find(id)) !== undefined))
  const missing = busy.issued.filter((_, at) => !found[at])
  assert.ok(missing.length > 0, 'something was issued after the backup')
  assert.ok(missing.every(({ at }) => at >= madeAt))

  const { counts, from, to } = readReport(report)
  const stored = await here.database.read((db) =>
    db.selectFrom('certificate').select(['state']).where('state', '<>', 'abandoned').execute(),
  )
  assert.equal(counts.certificates, stored.filter(({ state }) => state === 'issued').length)
  assert.equal(counts.issuances, stored.filter(({ state }) => state === 'intent').length)
  assert.equal(from, madeAt)
  assert.ok(
    missing.every(({ at }) => at >= from && at <= to),
    'what is missing was told between the two moments',
  )

  const unknown = await here.installation.ocsp.answer(
    { tenant, generation: ca.generation.id },
    question(ca, decodeCertificate(story.late).serialNumber),
  )
  assert.equal(basicOf(unknown.der).responses[0]?.certStatus.type, 'unknown')
  const which = { generation: ca.generation.id, partition: 0, delta: false }
  assert.equal(await here.stores.system.crls.latest(which), undefined, 'no CRL of before is served')
  await takeUp(here)
  assert.equal(await refreshCrls(here), 1)
  const crl = await here.stores.system.crls.latest(which)
  assert.ok(crl !== undefined && crl.number > lastNumber + 100_000 && crl.number > madeAt / 1000)
  await checkInvariants(here)
}

function readReport(report: string) {
  const count = (what: string) => Number(new RegExp(`(\\d+) ${what}s?\\b`).exec(report)?.[1])
  const moment = (before: string) => Date.parse(new RegExp(`${before} (\\S+Z)`).exec(report)?.[1] ?? '')
  for (const what of ['certificates', 'revocations', 'authorities', 'requests', 'access', 'records']) {
    assert.match(report, new RegExp(`^- ${what}: `, 'm'))
  }
  return {
    counts: { certificates: count('certificate'), issuances: count('issuance') },
    from: moment('acknowledged before'),
    to: moment('between then and'),
  }
}

/** Nobody can read a backup but its owner, and no token or key stands in it. */
function checkSecrecy(chancery: RunningChancery, folder: string): void {
  const secrets = [
    chancery.token,
    'correct horse battery staple',
    readFileSync(join(chancery.folder, 'data/master.key'), 'utf8').trim(),
  ]
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.deepEqual(readdirSync(folder).sort(), [BACKUP_FILES.manifest, BACKUP_FILES.database].sort())
  for (const name of readdirSync(folder)) {
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
    const content = readFileSync(join(folder, name))
    for (const secret of secrets) assert.ok(!content.includes(secret), `${name} holds no secret`)
  }
}

test('a data folder that holds anything is left alone', async (t) => {
  const chancery = await runChancery()
  t.after(() => chancery.stop())
  const to = join(chancery.folder, 'backup')
  assert.equal((await chancery.command('backup', '--to', to)).status, 0)
  const other = join(chancery.folder, 'other')
  mkdirSync(other)
  writeFileSync(join(other, 'thesis.txt'), 'x')

  const again = await chancery.command('backup', '--to', to)
  const live = await chancery.command('restore', '--from', to)
  const foreign = await restore(to, { CHANCERY_DATA: other })
  const nothing = await restore(other, { CHANCERY_DATA: join(chancery.folder, 'new') })

  assert.match(String(again.stderr), /backup is there already, and is not overwritten/)
  assert.match(String(live.stderr), /is not empty: it holds .*Nothing is overwritten/)
  assert.match(String(foreign.stderr), /is not empty: it holds thesis\.txt/)
  assert.match(String(nothing.stderr), /holds no backup/)
  assert.deepEqual(
    [again, live, foreign, nothing].map(({ status }) => status),
    [1, 1, 1, 1],
  )
  assert.deepEqual(readdirSync(other), ['thesis.txt'])
})
