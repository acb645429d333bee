import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newTenant } from '../store/engine.ts'
import { PASSWORD, signInWorld } from './sign-in-world.ts'

const SESSION = 'chancery.session_token'
const sessions = '/api/v1/sessions'

test('who knows the password is signed in by a cookie that scripts do not see, and the answer holds no token', async (t) => {
  const world = await signInWorld(t)
  const tenant = await newTenant(world)
  const id = await world.account('ann@example.com', [tenant])
  const ann = world.browser()

  const { status, body, cookies } = await ann.signIn(' Ann@Example.com '.trim())

  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.user.id, id)
  const token = ann.jar.get(SESSION) ?? ''
  assert.ok(token.length > 60)
  assert.ok(!JSON.stringify(body).includes(token.slice(0, 32)))
  const cookie = cookies.find((one) => one.startsWith(`${SESSION}=`)) ?? ''
  assert.match(cookie, /Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax/)
  const listed = await ann.get(sessions)
  assert.equal(listed.status, 200, JSON.stringify(listed.body))
  assert.deepEqual(
    listed.body.items.map(({ way, current }: { way: string; current: boolean }) => [way, current]),
    [['password', true]],
  )
  const actions = await world.database.read((db) =>
    db.selectFrom('audit_record').select(['tenant', 'action', 'account']).execute(),
  )
  assert.deepEqual(
    actions.map((row) => ({ ...row })),
    [{ tenant, action: 'session.start', account: id }],
  )
})

test('a wrong password and an unknown address get one answer', async (t) => {
  const world = await signInWorld(t)
  await world.account('ann@example.com')

  const wrong = await world.browser().signIn('ann@example.com', 'wrong horse battery')
  const unknown = await world.browser().signIn('bob@example.com', 'wrong horse battery')

  assert.deepEqual([wrong.status, unknown.status], [401, 401])
  assert.deepEqual(wrong.body, unknown.body)
  assert.deepEqual(wrong.cookies, unknown.cookies)
})

test('signing out ends the session, and a session that was ended opens nothing', async (t) => {
  const world = await signInWorld(t)
  await world.account('ann@example.com')
  const [here, there] = [world.browser(), world.browser()]
  await here.signIn('ann@example.com')
  await there.signIn('ann@example.com')
  const stolen = new Map(here.jar)

  assert.equal((await here.post('/api/auth/sign-out')).status, 200)
  for (const [name, value] of stolen) here.jar.set(name, value)
  assert.equal((await here.get(sessions)).status, 401)

  const { body } = await there.get(sessions)
  assert.equal(body.items.length, 1)
  const gone = await there.send('DELETE', `${sessions}/${body.items[0].id}`)
  assert.equal(gone.status, 204)
  assert.equal((await there.get(sessions)).status, 401)
})

test('a session ends when it is not used, and at its end however much it is', async (t) => {
  const world = await signInWorld(t)
  await world.account('ann@example.com')
  const ann = world.browser()
  const HOUR = 3_600_000
  await ann.signIn('ann@example.com')

  for (let hours = 11; hours < 7 * 24; hours += 11) {
    world.clock.ahead = hours * HOUR
    assert.equal((await ann.get(sessions)).status, 200, `after ${hours} hours`)
    // The use is noted beside the answer.
    await world.database.ping()
  }
  world.clock.ahead = 7 * 24 * HOUR + 1000
  assert.equal((await ann.get(sessions)).status, 401)

  await ann.signIn('ann@example.com')
  world.clock.ahead += 12 * HOUR + 1000
  assert.equal((await ann.get(sessions)).status, 401)
})

test('a change of the password ends every other session, and the old password counts no more', async (t) => {
  const world = await signInWorld(t)
  await world.account('ann@example.com')
  const [here, there] = [world.browser(), world.browser()]
  await here.signIn('ann@example.com')
  await there.signIn('ann@example.com')
  const newPassword = 'a longer word than before'
  const change = (currentPassword: string, password = newPassword) =>
    here.post('/api/auth/change-password', { currentPassword, newPassword: password })

  assert.equal((await change('wrong horse battery')).status, 400)
  assert.equal((await change(PASSWORD, 'short')).status, 422)
  const changed = await change(PASSWORD)

  assert.equal(changed.status, 200, JSON.stringify(changed.body))
  assert.equal((await there.get(sessions)).status, 401)
  assert.equal((await here.get(sessions)).body.items.length, 1)
  assert.equal((await world.browser().signIn('ann@example.com')).status, 401)
  assert.equal((await world.browser().signIn('ann@example.com', newPassword)).status, 200)
})

test('another site signs nobody in or out', async (t) => {
  const world = await signInWorld(t)
  await world.account('ann@example.com')
  const ann = world.browser()
  await ann.signIn('ann@example.com')
  const foreign = [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }]

  for (const headers of foreign) {
    assert.equal((await ann.post('/api/auth/sign-out', {}, headers)).status, 403)
    const body = { email: 'ann@example.com', password: PASSWORD }
    assert.equal((await world.browser().post('/api/auth/sign-in/email', body, headers)).status, 403)
  }
  assert.equal((await ann.get(sessions)).status, 200)
})
