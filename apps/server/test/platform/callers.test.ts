import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INSTALLATION_LOG } from '../../src/audit/account-record.ts'
import { as, type SmallServer, smallServer } from './small-server.ts'

type Headers = Readonly<Record<string, string>>

async function call({ http, config }: SmallServer, method: 'GET' | 'POST', url: string, headers: Headers = {}) {
  const host = new URL(config.url).host
  const { statusCode, payload } = await http.app.inject({ method, url, headers: { host, ...headers } })
  return { status: statusCode, body: payload === '' ? undefined : JSON.parse(payload) }
}

const signedIn = (account: string, more: Headers = {}): Headers => ({
  cookie: `session=${account}`,
  'sec-fetch-site': 'same-origin',
  ...more,
})
const inTenant = (tenant: string): Headers => ({ 'chancery-tenant': tenant })

test('who is signed in acts in the only tenant there is, or in the one that the request names', async () => {
  const server = await smallServer()

  const only = await call(server, 'GET', '/api/v1/seals/first-t1', signedIn('member'))
  const named = await call(server, 'GET', '/api/v1/seals/first-t2', signedIn('twice', inTenant('t2')))
  const other = await call(server, 'GET', '/api/v1/seals/first-t2', signedIn('twice', inTenant('t1')))

  assert.deepEqual([only.status, named.status, other.status], [200, 200, 404])
})

test('who is a member of several tenants and names none is told to, and of none is told so', async () => {
  const server = await smallServer()

  const several = await call(server, 'GET', '/api/v1/seals', signedIn('twice'))
  const none = await call(server, 'GET', '/api/v1/seals', signedIn('lonely'))

  assert.deepEqual([several.status, several.body.errors[0].field], [400, 'Chancery-Tenant'])
  assert.deepEqual([none.status, none.body.code], [403, 'forbidden'])
})

test('a tenant of others and one that is not there are the same answer', async () => {
  const server = await smallServer()

  const foreign = await call(server, 'GET', '/api/v1/seals', signedIn('member', inTenant('t2')))
  const unknown = await call(server, 'GET', '/api/v1/seals', signedIn('member', inTenant('t9')))
  const several = await call(server, 'GET', '/api/v1/seals', signedIn('member', inTenant('t1, t2')))

  assert.deepEqual([foreign.status, foreign.body], [403, unknown.body])
  assert.equal(several.status, 400)
})

test('a token is of one tenant, whatever the request names, and whatever cookie comes with it', async () => {
  const server = await smallServer()

  const own = await call(server, 'GET', '/api/v1/seals', as('owner', inTenant('t1')))
  const other = await call(server, 'GET', '/api/v1/seals', as('owner', inTenant('t2')))
  const bad = await call(server, 'GET', '/api/v1/seals', as('wrong', signedIn('member')))

  assert.deepEqual([own.status, other.status, bad.status], [200, 403, 401])
})

test('an account that is gone is nobody, as long as its cookie may live', async () => {
  const server = await smallServer()

  const inside = await call(server, 'GET', '/api/v1/seals', signedIn('deleted'))
  const above = await call(server, 'POST', '/api/v1/bells/account', signedIn('deleted'))

  assert.deepEqual([inside.status, above.status], [401, 401])
})

test('above tenants too a change with a cookie comes from a page of this server', async () => {
  const server = await smallServer()

  for (const bell of ['operator', 'account', 'anyone']) {
    const foreign = await call(server, 'POST', `/api/v1/bells/${bell}`, {
      cookie: 'session=operator',
      'sec-fetch-site': 'cross-site',
    })
    assert.equal(foreign.status, 403, bell)
  }
  assert.deepEqual(server.aboveTenants, [])
})

test('roles of a person are those of the tenant and of each CA', async () => {
  const server = await smallServer()

  const ownCa = await call(server, 'POST', '/api/v1/wishes', signedIn('member'))
  const owner = await call(server, 'POST', '/api/v1/wishes', signedIn('twice', inTenant('t2')))
  const token = await call(server, 'POST', '/api/v1/wishes', as('owner'))

  assert.deepEqual([ownCa.status, owner.status, token.status], [403, 204, 403])
  assert.match(ownCa.body.detail, /for the whole of it/)
  assert.match(token.body.detail, /API tokens make no tokens/)
})

/** Who may ring: above tenants it is what an account is in the installation that counts. */
const BELLS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  operator: { operator: 200, member: 403, lonely: 403, token: 403, wrong: 401, stranger: 401 },
  account: { operator: 200, member: 200, lonely: 200, token: 403, wrong: 401, stranger: 401 },
  anyone: { operator: 200, member: 200, lonely: 200, token: 200, wrong: 200, stranger: 200 },
}

test('above tenants people call as what they are in the installation, and API tokens do not', async () => {
  const server = await smallServer()
  const headers = { token: as('owner'), wrong: as('wrong'), stranger: {} }

  for (const [bell, answers] of Object.entries(BELLS)) {
    for (const [who, expected] of Object.entries(answers)) {
      const sent = who in headers ? headers[who as keyof typeof headers] : signedIn(who)
      const { status, body } = await call(server, 'POST', `/api/v1/bells/${bell}`, sent)
      assert.equal(status, expected, `${bell} by ${who}: ${JSON.stringify(body)}`)
    }
  }
  assert.deepEqual([...new Set(server.aboveTenants.map(({ tenant }) => tenant))], [INSTALLATION_LOG])
  const actors = server.aboveTenants.map(({ actor }) => (actor.kind === 'account' ? actor.account : actor.kind))
  assert.deepEqual([...new Set(actors)].sort(), ['lonely', 'member', 'operator', 'stranger'])
})

test('an operator has no right inside a tenant', async () => {
  const server = await smallServer()

  const without = await call(server, 'GET', '/api/v1/seals', signedIn('operator'))
  const named = await call(server, 'GET', '/api/v1/seals', signedIn('operator', inTenant('t1')))

  assert.deepEqual([without.status, named.status], [403, 403])
})

test('what anyone may call is bounded by address, and a stranger does not use up the bounds of others', async () => {
  const server = await smallServer()
  const statuses: number[] = []
  for (let count = 0; count < 25; count += 1) {
    statuses.push((await call(server, 'POST', '/api/v1/bells/anyone')).status)
  }

  assert.equal(statuses.filter((status) => status === 429).length, 5)
  assert.equal((await call(server, 'GET', '/api/v1/seals', as('owner'))).status, 200)
  assert.equal((await call(server, 'GET', '/api/v1/seals')).status, 401)
})
