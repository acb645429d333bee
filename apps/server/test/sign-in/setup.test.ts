import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD, signInWorld } from './sign-in-world.ts'

const FIRST = { email: 'Ann@Example.com', name: 'Ann', password: PASSWORD, tenantName: 'Example' }

test('the setup link makes the first account, its tenant, and signs in; after that it opens nothing', async (t) => {
  const world = await signInWorld(t)
  const ann = world.browser()
  const { secret } = world.setupLink
  assert.equal((await ann.get('/api/v1/sign-in-methods')).body.setup, 'due')

  const made = await ann.post('/api/v1/setup', { secret, ...FIRST })

  assert.equal(made.status, 201, JSON.stringify(made.body))
  const { body } = await ann.get('/api/v1/sessions')
  assert.equal(body.items[0].way, 'setup')
  const standing = await world.stores.system.accounts.standing(made.body.account)
  assert.equal(standing?.operator, true)
  assert.deepEqual([...(standing?.tenants.keys() ?? [])], [made.body.tenant])
  assert.equal((await ann.get('/api/v1/sign-in-methods')).body.setup, 'done')
  assert.equal((await world.browser().signIn('ann@example.com')).status, 200)
  assert.equal((await ann.post('/api/auth/sign-out')).status, 200, 'its cookie is one of better-auth')
  assert.equal((await ann.get('/api/v1/sessions')).status, 401)

  const again = await world.browser().post('/api/v1/setup', { secret, ...FIRST, email: 'bob@example.com' })
  assert.equal(again.status, 409)
})

test('of several who hold the link at once one becomes the operator', async (t) => {
  const world = await signInWorld(t)
  const { secret } = world.setupLink
  const people = ['a', 'b', 'c', 'd'].map((name) => ({ secret, ...FIRST, email: `${name}@example.com` }))

  const answers = await Promise.all(people.map((body) => world.browser().post('/api/v1/setup', body)))

  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409])
  assert.equal(await world.stores.system.accounts.countAccounts(), 1)
})

test('another secret than the link has opens nothing, and who guesses has to wait', async (t) => {
  const world = await signInWorld(t)
  const { secret } = world.setupLink
  const statuses: number[] = []

  for (const wrong of ['x', secret.slice(1), `${secret}x`, secret.toUpperCase(), ...Array(10).fill('guess')]) {
    statuses.push((await world.browser().post('/api/v1/setup', { ...FIRST, secret: wrong })).status)
  }

  assert.deepEqual(new Set(statuses), new Set([403, 429]))
  assert.equal(await world.stores.system.accounts.countAccounts(), 0)
  assert.ok(!world.logged().includes(secret))
})

test('another site sets nothing up and registers nobody', async (t) => {
  const world = await signInWorld(t, { isInvited: async () => true })
  const { secret } = world.setupLink
  const foreign = [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }]

  for (const headers of foreign) {
    assert.equal((await world.browser().post('/api/v1/setup', { secret, ...FIRST }, headers)).status, 403)
    const body = { email: 'bob@example.com', password: PASSWORD }
    assert.equal((await world.browser().post('/api/v1/registrations', body, headers)).status, 403)
  }
  assert.equal(await world.stores.system.accounts.countAccounts(), 0)
})

test('what will not do is refused by its field', async (t) => {
  const world = await signInWorld(t)
  const { secret } = world.setupLink
  const cases = { email: 'nobody', password: 'short', tenantName: ' ', name: ' ' }

  for (const [field, value] of Object.entries(cases)) {
    const { status, body } = await world.browser().post('/api/v1/setup', { secret, ...FIRST, [field]: value })
    assert.equal(status, 422, field)
    assert.equal(body.errors[0].field, `/${field}`)
  }
})

test('nobody registers until the operator opens registration, and then with a tenant of their own', async (t) => {
  const invited = 'invited@example.com'
  const world = await signInWorld(t, { isInvited: async ({ email }) => email === invited })
  const register = (email: string) => world.browser().post('/api/v1/registrations', { email, password: PASSWORD })

  assert.equal((await register('bob@example.com')).status, 403)
  assert.equal((await register(invited)).status, 201)
  const setting = { name: 'open-registration', value: 'yes' }
  await world.database.write((trx) => trx.insertInto('installation').values(setting).execute())
  const bob = world.browser()
  const made = await bob.post('/api/v1/registrations', { email: 'Bob@example.com', password: PASSWORD })

  assert.equal(made.status, 201, JSON.stringify(made.body))
  const standing = await world.stores.system.accounts.standing(made.body.account)
  assert.equal(standing?.operator, false)
  assert.deepEqual([...(standing?.tenants.keys() ?? [])], [made.body.tenant])
  assert.equal((await bob.get('/api/v1/sessions')).status, 200)
  assert.equal((await register('bob@example.com')).status, 409)
  assert.equal((await world.browser().get('/api/v1/sign-in-methods')).body.registration, 'open')
})
