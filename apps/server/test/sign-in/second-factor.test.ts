import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs, run } from '../../../../test/support/system-program.ts'
import { stepOfCode } from '../../src/accounts/time-code.ts'
import { actionsIn } from '../support/accounts.ts'
import { type Browser, PASSWORD, type SignInWorld, signInWorld } from './sign-in-world.ts'

const OATHTOOL = needs('oathtool')
const VERIFY = '/api/auth/two-factor/verify-totp'
const RECOVER = '/api/auth/two-factor/verify-backup-code'

/** The code of a moment, by somebody else's implementation. */
async function codeOf(secret: string, at: number): Promise<string> {
  const when = `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
  const { stdout, stderr } = await run('oathtool', ['--totp', '--base32', '--now', when, secret])
  assert.equal(stderr.toString(), '')
  return stdout.toString().trim()
}

/** The code of the next step: not used yet, and good now, even when that step begins in between. */
function nextCodeOf(secret: string): Promise<string> {
  return codeOf(secret, Date.now() + 30_000)
}

/** A code that is good at no moment of the next minutes. */
async function wrongCodeFor(secret: string): Promise<string> {
  const steps = [-2, -1, 0, 1, 2, 3, 4, 5]
  const good = new Set(await Promise.all(steps.map((step) => codeOf(secret, Date.now() + step * 30_000))))
  return Array.from({ length: 9 }, (_, digit) => `${digit}`.repeat(6)).find((code) => !good.has(code)) ?? ''
}

/** An account with a confirmed second factor, its secret in base 32 and its recovery codes. */
async function secured(world: SignInWorld, ann: Browser) {
  const id = await world.account('ann@example.com')
  await ann.signIn('ann@example.com')
  const begun = await ann.post('/api/auth/two-factor/enable', { password: PASSWORD })
  assert.equal(begun.status, 200, JSON.stringify(begun.body))
  const secret = new URL(begun.body.totpURI).searchParams.get('secret') ?? ''
  const confirmed = await ann.post(VERIFY, { code: await codeOf(secret, Date.now()) })
  assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body))
  return { id, secret, recoveryCodes: begun.body.backupCodes as string[] }
}

test('with a second factor the password alone opens nothing', OATHTOOL, async (t) => {
  const world = await signInWorld(t)
  const { id, secret } = await secured(world, world.browser())
  const ann = world.browser()

  const first = await ann.signIn('ann@example.com')
  assert.deepEqual(first.body, { twoFactorRedirect: true, twoFactorMethods: ['totp'] })
  assert.equal(ann.jar.has('chancery.session_token'), false)
  assert.equal((await ann.get('/api/v1/sessions')).status, 401)
  const before = await world.stores.system.sessions.list(id, { now: Date.now(), idleMs: 1e9 })
  assert.equal(before.length, 1, 'only the session that set it up')

  const second = await ann.post(VERIFY, { code: await nextCodeOf(secret) })

  assert.equal(second.status, 200, JSON.stringify(second.body))
  const { body } = await ann.get('/api/v1/sessions')
  assert.equal(body.items[0].way, 'totp')
  assert.deepEqual(await actionsIn(world, id), ['second-factor.add'])
})

test('a code counts once, and no code before it', OATHTOOL, async (t) => {
  const world = await signInWorld(t)
  const { secret } = await secured(world, world.browser())
  const [earlier, code] = [await codeOf(secret, Date.now()), await nextCodeOf(secret)]
  const [ann, thief, again] = [world.browser(), world.browser(), world.browser()]
  for (const browser of [ann, thief, again]) await browser.signIn('ann@example.com')

  assert.equal((await ann.post(VERIFY, { code })).status, 200)
  assert.equal((await thief.post(VERIFY, { code })).status, 401)
  assert.equal((await again.post(VERIFY, { code: earlier })).status, 401)
})

test('our step of a code is the one that oathtool means', OATHTOOL, async () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  const bytes = Buffer.from('12345678901234567890')
  for (const at of [59_000, 1_111_111_109_000, 2_000_000_000_000]) {
    const step = Math.floor(at / 30_000)
    const code = await codeOf(secret, at)

    assert.equal(stepOfCode(bytes, code, at), step)
    assert.equal(stepOfCode(bytes, code, at + 30_000), step)
    assert.equal(stepOfCode(bytes, code, at + 90_000), undefined)
    assert.equal(stepOfCode(bytes, `${code}0`, at), undefined)
  }
})

test('a recovery code opens once, and of two at the same time one', OATHTOOL, async (t) => {
  const world = await signInWorld(t)
  const { id, recoveryCodes } = await secured(world, world.browser())
  const [code = '', other = ''] = recoveryCodes
  const both = [world.browser(), world.browser()]
  for (const browser of both) await browser.signIn('ann@example.com')

  const answers = await Promise.all(both.map((browser) => browser.post(RECOVER, { code })))

  assert.equal(
    answers.filter(({ status }) => status === 200).length,
    1,
    JSON.stringify(answers.map(({ body }) => body)),
  )
  const late = world.browser()
  await late.signIn('ann@example.com')
  assert.equal((await late.post(RECOVER, { code })).status, 401)
  assert.equal((await late.post(RECOVER, { code: other })).status, 200)
  assert.equal((await actionsIn(world, id)).filter((action) => action === 'second-factor.use-recovery-code').length, 2)
})

test('new recovery codes end the old ones, and removing the second factor needs the password', OATHTOOL, async (t) => {
  const world = await signInWorld(t)
  const ann = world.browser()
  const { recoveryCodes } = await secured(world, ann)
  const renewed = await ann.post('/api/auth/two-factor/generate-backup-codes', { password: PASSWORD })
  const late = world.browser()
  await late.signIn('ann@example.com')
  assert.equal((await late.post(RECOVER, { code: recoveryCodes[0] })).status, 401)
  assert.equal((await late.post(RECOVER, { code: renewed.body.backupCodes[0] })).status, 200)

  for (const body of [{}, { password: 'wrong horse battery' }]) {
    assert.equal((await ann.post('/api/auth/two-factor/disable', body)).status, 400)
  }
  assert.equal((await ann.post('/api/auth/two-factor/disable', { password: PASSWORD })).status, 200)
  const plain = world.browser()
  assert.equal((await plain.signIn('ann@example.com')).body.user.email, 'ann@example.com')
})

test('what rests of a second factor is sealed', OATHTOOL, async (t) => {
  const world = await signInWorld(t)
  const { secret, recoveryCodes } = await secured(world, world.browser())
  await world.browser().signIn('ann@example.com')

  const rows = await world.database.read(async (db) => [
    ...(await db.selectFrom('second_factor').selectAll().execute()),
    ...(await db.selectFrom('sign_in_challenge').selectAll().execute()),
    ...(await db.selectFrom('session').selectAll().execute()),
  ])

  const text = rows
    .flatMap((row) => Object.values(row))
    .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
    .join('\n')
  assert.ok(rows.length >= 3)
  for (const told of [secret, ...recoveryCodes]) assert.ok(!text.includes(told))
})

test('whoever guesses codes has to wait, longer each time', OATHTOOL, async (t) => {
  const world = await signInWorld(t, { stands: true })
  const { id, secret } = await secured(world, world.browser())
  const code = await wrongCodeFor(secret)
  const statuses: number[] = []
  for (let turn = 0; turn < 3; turn++) {
    const thief = world.browser()
    await thief.signIn('ann@example.com')
    for (let guess = 0; guess < 4; guess++) {
      statuses.push((await thief.post(VERIFY, { code })).status)
    }
  }

  assert.deepEqual(statuses.slice(0, 5), [401, 401, 401, 401, 401])
  assert.ok(
    statuses.slice(5).every((status) => status === 429),
    statuses.join(),
  )
  assert.equal((await world.stores.system.identities.findAccount(id))?.secondFactor, true)
})
