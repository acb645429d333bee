import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../../../test/support/until.ts'
import { PASSWORD, signInWorld } from './sign-in-world.ts'

const MINUTE = 60_000

test('whoever guesses a password waits longer each time, whether there is such an account or not', async (t) => {
  const world = await signInWorld(t, { stands: true })
  await world.account('ann@example.com')
  const guess = async (email: string) => {
    const { status, headers } = await world.browser().signIn(email, 'wrong horse battery')
    return [status, headers.get('retry-after')]
  }

  for (const email of ['ann@example.com', 'nobody@example.com']) {
    const answers: unknown[] = []
    for (let n = 0; n < 7; n++) answers.push(await guess(email))
    assert.deepEqual(answers.slice(0, 5), Array(5).fill([401, null]))
    assert.equal(Object(answers[6])[0], 429)
  }
  const right = await world.browser().signIn('ann@example.com')
  assert.equal(right.status, 429, 'not even the right one, or a guess would tell')
  world.clock.ahead = 20 * MINUTE
  assert.equal((await world.browser().signIn('ann@example.com')).status, 200)
})

test('the owner of an account gets in from where they were before, while somebody else guesses', async (t) => {
  const world = await signInWorld(t, { stands: true })
  await world.account('ann@example.com')
  const ann = world.browser()
  await ann.signIn('ann@example.com')
  await ann.post('/api/auth/sign-out')
  const foreign = world.browser()
  foreign.jar.set('chancery.device', `${'a'.repeat(22)}.${'b'.repeat(43)}`)

  for (let n = 0; n < 7; n++) await foreign.signIn('ann@example.com', 'wrong horse battery')

  assert.equal((await foreign.signIn('ann@example.com')).status, 429)
  assert.equal((await ann.signIn('ann@example.com')).status, 200)
})

test('who guesses one password for many accounts from ever other addresses of an IPv6 network waits as well', async (t) => {
  const world = await signInWorld(t, { stands: true, env: { CHANCERY_TRUSTED_PROXIES: '127.0.0.1, ::1' } })
  const guess = async (n: number, from: string) => {
    const body = { email: `ann${n}@example.com`, password: 'wrong horse battery' }
    return (await world.browser().post('/api/auth/sign-in/email', body, { 'x-forwarded-for': from })).status
  }

  const statuses: number[] = []
  for (let n = 1; n <= 32; n++) statuses.push(await guess(n, `2001:db8:0:1:${n}::1`))

  assert.deepEqual(statuses.slice(0, 30), Array(30).fill(401))
  assert.equal(statuses.at(-1), 429)
  assert.equal(await guess(40, '2001:db8:0:2::1'), 401)
})

test('many guesses at once are no more than one after the other', async (t) => {
  const world = await signInWorld(t, { stands: true })
  await world.account('ann@example.com')

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => world.browser().signIn('ann@example.com', 'wrong horse battery')),
  )

  const tried = answers.filter(({ status }) => status === 401).length
  assert.ok(tried >= 5 && tried <= 7, `${tried} were tried`)
  assert.ok(answers.every(({ status }) => status === 401 || status === 429))
})

test('guesses are recorded, and not each of them', async (t) => {
  const world = await signInWorld(t, { stands: true })
  const id = await world.account('ann@example.com')

  for (let n = 0; n < 4; n++) {
    world.clock.ahead += 20 * MINUTE
    await world.browser().signIn('ann@example.com', 'wrong horse battery')
  }
  await world.browser().signIn('nobody@example.com', PASSWORD)

  // Recorded beside the answer.
  const recorded = () => world.database.read((db) => db.selectFrom('audit_record').selectAll().execute())
  await until(async () => (await recorded()).length > 0)
  const rows = await recorded()
  assert.deepEqual(
    rows.map(({ action, object_id, actor }) => [action, object_id, actor]),
    [['session.refuse', id, 'stranger']],
  )
})
