import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { encodePem } from '@chancery/x509'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { type RunningChancery, runChancery } from '../../../../test/support/running-chancery.ts'
import { PATIENCE_MS } from '../../../../test/support/until.ts'
import { apiRoot, busyClients } from '../backup/busy-work.ts'
import { proxyTo } from '../database/postgres-proxy.ts'
import { csrFor } from '../support/authorities.ts'
import { checkInvariants } from '../support/invariants.ts'
import { takeUp } from '../support/rounds.ts'
import { type Place, type Reopened, reopen } from './reopened.ts'

/** Whatever waits for a connection or a statement of a silent database waits as long as this. */
const SHORTEST_WAIT_MS = 10_000

type Busy = ReturnType<typeof busyClients>

/** A server with clients at work. */
async function busyServer(t: TestContext, options: Parameters<typeof runChancery>[0]) {
  const env = { ...options?.env, CHANCERY_LOG_LEVEL: 'error' }
  const chancery = await runChancery({ ...options, env })
  let isStopped = false
  const stop = async () => {
    if (!isStopped) await chancery.stop()
    isStopped = true
  }
  t.after(stop)
  const { authority, template } = await apiRoot(chancery)
  const busy = busyClients(chancery, template, 2)
  t.after(busy.stop)
  await busy.until(10)
  const crl = `${chancery.origin}/crl/${authority.generations[0]?.publicId}.crl`
  assert.equal((await fetch(crl)).status, 200)
  return { chancery, template, busy, crl, stop }
}

const partsOf = async ({ origin }: RunningChancery) => {
  const answer = await fetch(`${origin}/readyz`)
  const { parts } = (await answer.json()) as { parts: Readonly<Record<string, string>> }
  return { status: answer.status, parts }
}

async function untilReady(chancery: RunningChancery, status: 200 | 503) {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const found = await partsOf(chancery)
    if (found.status === status) return found
    assert.ok(performance.now() < deadline, `never ${status}: ${JSON.stringify(found)}`)
    await delay(100)
  }
}

/** Asks for a certificate until the watch over the database has seen what is wrong, and says so without asking it. */
async function untilRefused(chancery: RunningChancery, template: string, why: RegExp) {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask(chancery, template)
    if (answer.status === 503 && why.test(answer.detail ?? '')) return answer
    assert.notEqual(answer.status, 201)
    assert.ok(performance.now() < deadline, `never refused like that: ${JSON.stringify(answer)}`)
    await delay(100)
  }
}

/** Asks for a certificate: what the answer says, and how long it took. */
async function ask({ origin, token }: RunningChancery, template: string) {
  const startedAt = performance.now()
  const answer = await fetch(`${origin}/api/v1/certificates`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ template, csr: encodePem('CERTIFICATE REQUEST', csrFor('outage.example.com')) }),
  })
  const { code, detail } = (await answer.json()) as { code?: string; detail?: string }
  const retryAfter = answer.headers.get('retry-after')
  return { status: answer.status, code, detail, retryAfter, ms: performance.now() - startedAt }
}

/** What every client was told is there, and what was begun is finished. */
async function checkNothingLost(place: Place, busy: Busy): Promise<void> {
  const here = await reopen(place)
  try {
    await checkReopened(here, busy)
  } finally {
    await here.close()
  }
}

async function checkReopened(here: Reopened, busy: Busy): Promise<void> {
  const { waiting, abandoned } = await takeUp(here)
  assert.deepEqual({ waiting, abandoned }, { waiting: 0, abandoned: 0 })
  const rows = await here.database.read((db) =>
    db.selectFrom('certificate').select(['id', 'state', 'revocation']).execute(),
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const { id } of busy.issued) assert.equal(byId.get(id)?.state, 'issued', `${id} was acknowledged`)
  for (const { id } of busy.revoked) assert.equal(byId.get(id)?.revocation, 'revoked', `${id} was acknowledged`)
  await checkInvariants(here)
}

/** A database, and a data folder that stays when the server that uses it is gone: the master key is in it. */
async function outsideServer(t: TestContext) {
  const dataFolder = mkdtempSync(join(tmpdir(), 'chancery-outage-'))
  const postgres = await startPostgres()
  t.after(async () => {
    await postgres.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  })
  return { postgres, dataFolder }
}

/** A small disk of memory; nothing where this process may not mount one. */
function smallDisk(t: TestContext, megabytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
  t.after(() => {
    execFileSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true })
  })
  return folder
}

function fill(path: string): void {
  const piece = Buffer.alloc(64 << 10)
  try {
    for (;;) appendFileSync(path, piece)
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'ENOSPC')
  }
}

test('a disk that fills up while certificates are issued loses none, is said, and is recovered from', async (t) => {
  const dataFolder = smallDisk(t, 48)
  if (dataFolder === undefined) return t.skip('this process may not mount a file system')
  const { chancery, template, busy, crl, stop } = await busyServer(t, { env: { CHANCERY_DATA: dataFolder } })

  fill(join(dataFolder, 'filler'))
  const full = await untilReady(chancery, 503)
  assert.deepEqual(full.parts, { database: 'ready', disk: 'failing', schema: 'ready' })
  const refused = await untilRefused(chancery, template, /disk of the database is full: nothing new is begun/)
  assert.deepEqual([refused.code, refused.retryAfter], ['unavailable', '10'])
  assert.equal((await fetch(crl)).status, 200, 'relying parties notice nothing')
  await chancery.api('GET', '/certificates?limit=1')
  await delay(500)
  const filler = join(dataFolder, 'filler')
  truncateSync(filler, statSync(filler).size - (4 << 20))
  const { id } = busy.issued.find((one) => !busy.revoked.some((gone) => gone.id === one.id)) ?? { id: '' }
  const revoked = await chancery.api<{ status: string }>('POST', `/certificates/${id}/revoke`, { reason: 'superseded' })
  assert.equal(revoked.status, 'revoked', 'what little room is left is for revocations')
  assert.equal((await ask(chancery, template)).status, 503, 'and not for what is new')

  rmSync(join(dataFolder, 'filler'))
  await untilReady(chancery, 200)
  await busy.until(5)
  await busy.stop()
  await stop()
  await checkNothingLost({ dataFolder }, busy)
})

test('a database that is gone is said at once; when it is back, nothing is lost and work goes on by itself', async (t) => {
  const { postgres, dataFolder } = await outsideServer(t)
  const { chancery, template, busy, stop } = await busyServer(t, {
    databaseUrl: postgres.url,
    env: { CHANCERY_DATA: dataFolder },
  })

  await postgres.halt()
  const gone = await untilReady(chancery, 503)
  assert.equal(gone.parts['database'], 'failing')
  const refused = await untilRefused(
    chancery,
    template,
    /The database cannot be reached\. Nothing that was answered is lost/,
  )
  assert.deepEqual([refused.code, refused.retryAfter], ['unavailable', '10'])
  assert.equal((await fetch(`${chancery.origin}/healthz`)).status, 200)

  await postgres.resume()
  await untilReady(chancery, 200)
  await busy.until(5)
  await busy.stop()
  await stop()
  await checkNothingLost({ dataFolder, databaseUrl: postgres.url }, busy)
})

test('a database that falls silent keeps nobody waiting, and nothing is lost when it answers again', async (t) => {
  const { postgres, dataFolder } = await outsideServer(t)
  const proxy = await proxyTo(t, postgres.url)
  const { chancery, template, busy, stop } = await busyServer(t, {
    databaseUrl: proxy.url,
    env: { CHANCERY_DATA: dataFolder },
  })

  proxy.hold()
  const silent = await untilReady(chancery, 503)
  assert.equal(silent.parts['database'], 'failing')
  const refused = await untilRefused(chancery, template, /does not answer in time/)
  assert.equal(refused.code, 'unavailable')
  assert.ok(refused.ms < SHORTEST_WAIT_MS, `it took ${refused.ms} ms to say so: the database was waited for`)

  proxy.letGo()
  await untilReady(chancery, 200)
  await busy.until(5)
  await busy.stop()
  await stop()
  await checkNothingLost({ dataFolder, databaseUrl: postgres.url }, busy)
})
