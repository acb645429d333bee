import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type RunningDemo, runDemo } from '../../../../test/support/running-demo.ts'
import { until } from '../../../../test/support/until.ts'
import { planCertificates } from '../../src/demo/plan-certificates.ts'
import { seeded } from '../../src/demo/seeded.ts'
import type { Json } from '../api/api-world.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/chancery.mjs', import.meta.url))
const NOW = Date.UTC(2026, 5, 1, 12, 0, 0)
const PERSON = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }

/** What a real installation of this machine would have in its environment. */
const real = mkdtempSync(join(tmpdir(), 'chancery-demo-beside-'))
const demo = await runDemo({
  certificates: 400,
  env: {
    CHANCERY_DATA: real,
    CHANCERY_URL: 'https://pki.example.com',
    CHANCERY_HTTP: '0.0.0.0:80',
    CHANCERY_MASTER_KEY: '',
  },
})
after(async () => {
  await demo.stop()
  rmSync(real, { recursive: true, force: true })
})

test('a seed makes the same company each time, and another seed another', () => {
  const plan = (seed: string) => JSON.stringify(planCertificates(200, NOW, seeded(seed)))

  assert.equal(plan('a'), plan('a'))
  assert.notEqual(plan('a'), plan('b'))
})

test('a plan has as many certificates as were asked for, all of the past, and none ends before it began', () => {
  const plan = planCertificates(2_000, NOW, seeded('a'))

  assert.equal(plan.length, 2_000)
  for (const { at, ending } of plan) {
    assert.ok(at < NOW)
    if (ending === undefined) continue
    assert.ok(ending.at > at && ending.at < NOW)
    assert.ok(ending.liftedAt === undefined || (ending.liftedAt >= ending.at && ending.liftedAt < NOW))
  }
})

test('the demo has a root, two intermediates, a dozen templates and certificates of every state', async () => {
  const owner = await signedIn(demo, 'owner')

  const authorities = await owner('/authorities')
  const templates = await owner('/templates?limit=200')
  assert.equal(authorities.items.length, 3)
  assert.equal(authorities.items.filter((one: { parent?: string }) => one.parent !== undefined).length, 2)
  assert.equal(templates.items.length, 12)
  for (const status of ['valid', 'expired', 'revoked', 'held']) {
    const { items } = await owner(`/certificates?status=${status}&limit=5`)
    assert.ok(items.length > 0, status)
  }
  const { items: revoked } = await owner('/certificates?status=revoked&limit=200')
  const reasons = new Set(revoked.map((one: { revocation: { reason: string } }) => one.revocation.reason))
  assert.ok(reasons.size >= 3, [...reasons].join())
})

test('people without an account wait for a yes, and for what was approved; servers may renew themselves', async () => {
  const owner = await signedIn(demo, 'owner')

  const { items } = await owner('/requests?limit=200')
  const found = new Set(items.map(({ kind, status }: Json) => `${kind} ${status}`))
  const policies = await owner('/acme-policies')

  for (const one of ['form pending', 'form approved', 'pre-approved approved', 'csr pending']) {
    assert.ok(found.has(one), one)
  }
  assert.equal(policies.items.length, 2)
  const bindings = await owner(`/acme-policies/${policies.items[0].id}/bindings`)
  assert.ok(bindings.items.length > 0)
})

test('requests wait, each with what signing it would issue, and some of them cannot be signed', async () => {
  const officer = await signedIn(demo, 'officer')

  const { items } = await officer('/requests?status=pending&limit=200')
  const shown = await Promise.all(items.map(({ id }: { id: string }) => officer(`/requests/${id}`)))

  assert.ok(items.length >= 10)
  assert.ok(shown.some(({ preview }: Json) => preview.issuable))
  assert.ok(shown.some(({ preview }: Json) => !preview.issuable))
})

test('there is a member of each role, and one for a single CA', async () => {
  const roles = ['owner', 'administrator', 'officer', 'auditor']

  for (const role of roles) {
    const session = await (await signedIn(demo, role))('/session')
    assert.deepEqual(session.roles, [{ role }])
  }
  const [scoped = ''] = [...demo.members.keys()].filter((role) => !roles.includes(role))
  const session = await (await signedIn(demo, scoped))('/session')
  assert.ok(session.roles[0].authority)
})

test('certificates and audit records are listed in the order in which they came, over three years', async () => {
  const owner = await signedIn(demo, 'owner')

  const { items } = await owner('/certificates?limit=200')
  const times = items.map(({ issuedAt }: { issuedAt: string }) => Date.parse(issuedAt))
  const year = 365 * 86_400_000
  const { items: old } = await owner(`/audit-records?to=${new Date(Date.now() - year).toISOString()}&limit=1`)

  assert.deepEqual(
    times,
    times.toSorted((a: number, b: number) => b - a),
  )
  assert.equal(old.length, 1)
})

test('its CRL names what was revoked, and its OCSP responders are fresh', async () => {
  const owner = await signedIn(demo, 'owner')

  const { items } = await owner('/authorities')
  for (const { id } of items) {
    const { generations } = await owner(`/authorities/${id}`)
    const [{ services }] = generations
    assert.equal(services.crl.overdue, false)
    assert.equal(services.ocspResponder.overdue, false)
  }
})

test('no setting of a real installation counts: its folder stays empty, and the demo answers this machine alone', () => {
  assert.match(demo.origin, /^http:\/\/localhost:\d+$/)
  assert.deepEqual(readdirSync(real), [])
})

test('a demo draws its own password, and all of it goes when it is told to stop', async () => {
  const other = await runDemo({ certificates: 5 })
  const [data] = readdirSync(other.folder)
  assert.ok(data !== undefined && existsSync(join(other.folder, data, 'data', 'chancery.db')))

  const { code, left } = await other.stop('SIGINT')

  assert.notEqual(other.password, demo.password)
  assert.match(other.password, /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
  assert.equal(code, 0)
  assert.deepEqual(left, [])
})

test('a demo that is told to stop while it is made leaves nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-demo-stopped-'))
  const env = { ...process.env, TMPDIR: folder }
  const made = spawn(process.execPath, [LAUNCHER, 'demo', '--certificates', '100000'], { env, stdio: 'ignore' })
  const ended = new Promise((resolve) => made.once('exit', resolve))
  await until(() => existsSync(join(folder, readdirSync(folder)[0] ?? '-', 'data', 'chancery.db')))

  made.kill('SIGTERM')

  assert.equal(await ended, 130)
  assert.deepEqual(readdirSync(folder), [])
  rmSync(folder, { recursive: true })
})

test('a count that is none is refused with what would be one', async () => {
  await assert.rejects(runDemo({ certificates: 0 }), /--certificates is a whole number from 1 to 1000000/)
})

/** Somebody who is signed in; calls `/api/v1`. */
async function signedIn({ origin, password, members }: RunningDemo, role: string) {
  const headers = { ...PERSON, origin }
  const email = members.get(role)
  assert.ok(email, role)
  const answer = await fetch(`${origin}/api/auth/sign-in/email`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email, password }),
  })
  assert.equal(answer.status, 200, await answer.text())
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  return async (path: string): Promise<Json> => {
    const reply = await fetch(`${origin}/api/v1${path}`, { headers: { ...headers, cookie } })
    assert.equal(reply.status, 200, path)
    return reply.json()
  }
}
