import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { type RunningChancery, runChancery } from '../support/running-chancery.ts'
import { until } from '../support/until.ts'
import { issue, makeAuthority } from './programs/chancery-api.ts'
import { makeRequest } from './programs/requests.ts'
import { browserAt, PASSWORD, programAt, type Visitor } from './programs/visitor.ts'
import { type Workbench, workbench } from './programs/workbench.ts'

// docs/deploy.md, "Many processes": two servers on one PostgreSQL, with a folder and a copy of the master key each, behind one address.
const LAUNCHER = fileURLToPath(new URL('../../apps/server/bin/chancery.mjs', import.meta.url))

let postgres: Postgres
let one: RunningChancery
let other: RunningChancery
let owner: Visitor
let bench: Workbench
before(async () => {
  bench = workbench()
  postgres = await startPostgres()
  one = await runChancery({ databaseUrl: postgres.url })
  other = await runChancery({ beside: one, env: { CHANCERY_LOG_LEVEL: 'error' } })
  owner = browserAt(one.origin)
  await owner.signIn(other, 'owner@example.com', 'correct horse battery staple')
})
after(async () => {
  await other?.stop()
  await one?.stop()
  await postgres?.stop()
  bench?.remove()
})

test('a token made through one server works on the other, and is refused there at the next call once it is revoked', async () => {
  const { secret, token } = await owner.have(one, 'POST', '/tokens', { name: 'deploy', role: 'officer' })
  const program = programAt(one.origin, secret)
  for (const server of [other, one, other]) {
    assert.deepEqual((await program.have(server, 'GET', '/session')).roles, [{ role: 'officer' }])
  }

  await owner.have(one, 'DELETE', `/tokens/${token.id}`)

  assert.equal((await program.call(other, 'GET', '/session')).status, 401)
  assert.equal((await program.call(one, 'GET', '/session')).status, 401)
})

test('a session that began on one server goes on on the other, and ended there it has ended on both', async () => {
  const here = browserAt(one.origin)
  const elsewhere = browserAt(one.origin)
  for (const browser of [here, elsewhere])
    await browser.signIn(one, 'owner@example.com', 'correct horse battery staple')
  for (const server of [other, one, other]) {
    assert.equal((await here.have(server, 'GET', '/account')).email, 'owner@example.com')
  }
  const { items } = await elsewhere.have(other, 'GET', '/sessions')
  const { id } = items.find((session: { current: boolean }) => session.current)

  await here.have(one, 'DELETE', `/sessions/${id}`)
  assert.equal((await elsewhere.call(other, 'GET', '/account')).status, 401)

  // A browser that keeps its cookie all the same.
  const kept = here.copy()
  await here.have(other, 'POST', '/api/auth/sign-out', {})
  for (const server of [one, other]) assert.equal((await kept.call(server, 'GET', '/account')).status, 401)
})

test('a member who is removed through one server has lost the tenant on the other, by session and by token', async () => {
  const email = 'olga@example.com'
  const { link } = await owner.have(one, 'POST', '/invitations', { email, role: 'officer' })
  const olga = browserAt(one.origin)
  const { account } = await olga.have(other, 'POST', '/invitations/accept', {
    token: link.slice(link.indexOf('#') + 1),
    account: { name: 'Olga Officer', password: PASSWORD },
  })
  await olga.signIn(other, email)
  const { secret } = await olga.have(one, 'POST', '/tokens', { name: 'hers', role: 'officer' })
  const herProgram = programAt(one.origin, secret)
  for (const visitor of [olga, herProgram]) await visitor.have(other, 'GET', '/authorities')

  await owner.have(one, 'DELETE', `/members/${account}`)

  assert.equal((await herProgram.call(other, 'GET', '/authorities')).status, 401)
  assert.equal((await olga.call(other, 'GET', '/authorities')).status, 403)
  assert.deepEqual((await olga.have(other, 'GET', '/account')).tenants, [])
})

test('the master key is rotated under both, once both have the new one; the command names the server that lacks it', async (t) => {
  const { template } = await makeAuthority(one, { name: 'Root', keyType: 'ecdsa-p256' })
  const csr = await makeRequest(bench, 'node', {
    keyType: 'ecdsa-p256',
    host: 'www.example.com',
    form: 'requested extensions',
  })
  const bothIssue = () => Promise.all([one, other].map((server) => issue(server, template, csr)))
  const former = keyOf(one)
  await bothIssue()

  const command = begin(t, one, 'rotate-master-key')
  const lacking = new RegExp(`^Waiting for [^;]+, process ${other.pid()}\\.$`, 'm')
  await until(() => lacking.test(command.said()) || command.hasEnded())
  assert.match(command.said(), lacking)
  await bothIssue()
  assert.deepEqual([command.hasEnded(), keyOf(one), keyOf(other)], [false, former, former])

  copyFileSync(fileOf(one, '.next'), fileOf(other, '.next'))
  // Neither stops issuing for a moment, whichever key is the one of now.
  while (!command.hasEnded()) {
    await bothIssue()
    await sleep(250)
  }

  assert.equal(await command.ended, 0, command.said())
  assert.match(command.said(), /The master key is rotated: [1-9]\d* secrets were rewrapped/)
  await until(() => [one, other].every((server) => !existsSync(fileOf(server, '.next'))))
  assert.notEqual(keyOf(one), former)
  assert.equal(keyOf(other), keyOf(one))
  await bothIssue()
  assert.equal((await owner.have(other, 'GET', '/account')).email, 'owner@example.com')
})

/** Begins a command beside `server`. `ended` resolves to its exit code. It ends with the test. */
function begin(t: TestContext, { env }: RunningChancery, ...args: readonly string[]) {
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  t.after(() => child.kill('SIGKILL'))
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  let hasEnded = false
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      hasEnded = true
      resolve(code)
    }),
  )
  return { said: () => said, hasEnded: () => hasEnded, ended }
}

function fileOf({ folder }: RunningChancery, ending = ''): string {
  return join(folder, 'data', `master.key${ending}`)
}

function keyOf(server: RunningChancery): string {
  return readFileSync(fileOf(server), 'utf8')
}
