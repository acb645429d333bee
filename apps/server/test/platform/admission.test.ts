import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { mountRoutes } from '../../src/platform/mount-routes.ts'
import { routesOf } from '../../src/platform/routes.ts'
import { ABOVE_ROWS, as, type PRINCIPALS, PUBLIC_ROWS, ROWS, type SmallServer, smallServer } from './small-server.ts'

async function get({ http, config }: SmallServer, url: string, token?: string) {
  const host = new URL(config.url).host
  return await http.app.inject({ url, headers: { host, ...(token === undefined ? {} : as(token)) } })
}

test('without a token nothing is answered but how to get one', async () => {
  const server = await smallServer()

  const response = await get(server, '/api/v1/seals')

  assert.equal(response.statusCode, 401)
  assert.equal(response.headers['www-authenticate'], 'Bearer realm="chancery"')
})

test('every token that is not good gets the same answer', async () => {
  const { http, config } = await smallServer()
  const tokens = ['Bearer nobody', `Bearer chancery_${'a'.repeat(43)}`, 'Bearer ', 'Basic b3duZXI6b3duZXI=', 'owner']

  const answers = await Promise.all(
    tokens.map(async (authorization) => {
      const headers = { host: new URL(config.url).host, authorization }
      const { statusCode, payload, headers: answered } = await http.app.inject({ url: '/api/v1/seals', headers })
      return [statusCode, answered['www-authenticate'], payload]
    }),
  )

  for (const answer of answers) assert.deepEqual(answer, answers[0])
  assert.equal(answers[0]?.[0], 401)
  assert.equal(answers[0]?.[1], 'Bearer realm="chancery", error="invalid_token"')
})

test('an uninvited body is not read', async () => {
  const { http, config } = await smallServer()
  const headers = { host: new URL(config.url).host, 'content-type': 'application/json' }

  const response = await http.app.inject({
    method: 'POST',
    url: '/api/v1/authorities/ca-1/seals',
    headers,
    payload: '{"broken',
  })

  assert.equal(response.statusCode, 401)
})

/** Who may do what: route × role × reach, as it is answered. `wax` is of the tenant, the others are of a CA. */
const MATRIX: Readonly<Record<string, Readonly<Record<keyof typeof PRINCIPALS, number>>>> = {
  'GET /api/v1/seals/first-t1': { owner: 200, auditor: 200, bound: 200, stranger: 404, mixed: 200 },
  'GET /api/v1/seals/second-t1': { owner: 200, auditor: 200, bound: 404, stranger: 404, mixed: 200 },
  'GET /api/v1/seals/nowhere': { owner: 404, auditor: 404, bound: 404, stranger: 404, mixed: 404 },
  'GET /api/v1/seals?authority=ca-1': { owner: 200, auditor: 200, bound: 200, stranger: 200, mixed: 200 },
  'GET /api/v1/seals?authority=ca-2': { owner: 200, auditor: 200, bound: 404, stranger: 200, mixed: 200 },
  'GET /api/v1/seals/first-t1/wax': { owner: 200, auditor: 200, bound: 403, stranger: 200, mixed: 200 },
  'POST /api/v1/authorities/ca-1/seals': { owner: 201, auditor: 403, bound: 201, stranger: 201, mixed: 201 },
  'POST /api/v1/authorities/ca-2/seals': { owner: 201, auditor: 403, bound: 404, stranger: 201, mixed: 403 },
  'DELETE /api/v1/seals/second-t1': { auditor: 403, mixed: 403, bound: 404, stranger: 404, owner: 204 },
  'DELETE /api/v1/seals/first-t1': { auditor: 403, stranger: 404, bound: 204, mixed: 404, owner: 404 },
}

test('a principal reaches its tenant, and one that is bound to a CA reaches that CA', async () => {
  const { http, config, tenants } = await smallServer()

  for (const [call, byToken] of Object.entries(MATRIX)) {
    const [method = '', url = ''] = call.split(' ')
    for (const [token, expected] of Object.entries(byToken)) {
      const { statusCode, payload } = await http.app.inject({
        method: method === 'POST' ? 'POST' : method === 'DELETE' ? 'DELETE' : 'GET',
        url,
        headers: { host: new URL(config.url).host, ...as(token) },
        ...(method === 'POST' ? { payload: { name: 'x' } } : {}),
      })

      assert.equal(statusCode, expected, `${call} as ${token}: ${payload}`)
    }
  }
  for (const { tenant } of tenants['t1']?.acts ?? []) assert.equal(tenant, 't1')
})

test("another CA's object and one that does not exist are the same answer", async () => {
  const server = await smallServer()

  const other = await get(server, '/api/v1/seals/second-t1', 'bound')
  const none = await get(server, '/api/v1/seals/nowhere', 'bound')

  assert.deepEqual([other.statusCode, other.payload], [none.statusCode, none.payload])
})

test('a list is narrowed to the CA of a bound principal, and a handler that forgets it leaks nothing', async () => {
  const server = await smallServer()

  const narrowed = await get(server, '/api/v1/seals', 'bound')
  const leaking = await get(server, '/api/v1/seals?leak=true', 'bound')

  assert.deepEqual(
    narrowed.json().items.map(({ authority }: { authority: string }) => authority),
    ['ca-1'],
  )
  assert.equal(leaking.statusCode, 500)
  assert.doesNotMatch(leaking.payload, /ca-2/)
})

test('each act names its tenant, its account and its token', async () => {
  const { http, config, tenants } = await smallServer()

  await http.app.inject({
    method: 'POST',
    url: '/api/v1/authorities/ca-1/seals',
    headers: { host: new URL(config.url).host, ...as('bound') },
    payload: { name: 'x' },
  })

  const [act] = tenants['t1']?.acts ?? []
  assert.equal(act?.tenant, 't1')
  assert.deepEqual(act?.actor, { kind: 'account', account: 'a1', token: 'k-bound' })
  assert.ok(Math.abs((act?.at ?? 0) - Date.now()) < 60_000)
})

test('what is mounted is what stands in the tables, and nothing else', async () => {
  const { http } = await smallServer()
  await http.app.ready()

  const mounted = http.app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .filter((line) => line.includes('(')).length

  const tabled = new Set([
    ...ROWS.map(({ path }) => path),
    ...ABOVE_ROWS.map(({ path }) => path),
    ...PUBLIC_ROWS.map(({ path }) => path),
  ])
  const ours = ['/api/openapi.json', '/api/docs', '/style.css', '/healthz', '/readyz']
  for (const { method, path } of ROWS) assert.ok(http.app.hasRoute({ method, url: path }), `${method} ${path}`)
  assert.equal(mounted, tabled.size + ours.length)
})

test('a route cannot be mounted past the tables', async () => {
  const { http } = await smallServer()

  assert.throws(() => http.app.get('/backdoor', async () => 'open'), /GET \/backdoor stands in no table of routes/)
})

test('a row whose reach or schema does not fit is refused at start', async () => {
  const route = routesOf<object>()
  const row = { method: 'GET', path: '/api/v1/things', role: 'auditor', operationId: 'x', summary: 'x' } as const
  const response = { 200: Type.Object({}) }
  const nobody = async () => undefined
  const callers = { principalOf: nobody, sessionOf: nobody, standingOf: nobody }
  const deps = { ...callers, above: undefined, domainFor: () => ({}), findRepeated: nobody }
  const rows = [
    route({
      ...row,
      reach: { authorityParam: 'id' },
      schema: { response },
      handle: async () => ({ status: 200, body: {} }),
    }),
    route({
      ...row,
      reach: { authorityOfItem: () => '' },
      schema: { response },
      handle: async () => ({ status: 200, body: {} }),
    }),
    route({
      ...row,
      method: 'POST',
      reach: 'tenant',
      schema: {
        body: Type.Object({ a: Type.Object({ b: Type.String() }) }, { additionalProperties: false }),
        response,
      },
      handle: async () => ({ status: 200, body: {} }),
    }),
    route({
      ...row,
      reach: 'tenant',
      schema: { response: { 200: Type.Object({}, { $id: 'Nowhere' }) } },
      handle: async () => ({ status: 200, body: {} }),
    }),
  ]

  for (const wrong of rows) {
    const { http } = await smallServer()
    await assert.rejects(
      mountRoutes(http, [wrong], deps).then(() => http.app.ready()),
      TypeError,
    )
  }
})

test('who fails too often from one address waits, whoever calls with a good token does not', async () => {
  const server = await smallServer()

  const failures = await times(25, () => get(server, '/api/v1/seals', 'wrong'))
  const good = await get(server, '/api/v1/seals', 'owner')

  const limited = failures.filter(({ statusCode }) => statusCode === 429)
  assert.equal(limited.length, 5)
  assert.ok(Number(limited[0]?.headers['retry-after']) >= 1)
  assert.equal(good.statusCode, 200)
})

test('a principal that calls too often waits, others do not', async () => {
  const server = await smallServer()

  const calls = await times(205, () => get(server, '/api/v1/seals', 'auditor'))
  const other = await get(server, '/api/v1/seals', 'owner')

  assert.equal(calls.filter(({ statusCode }) => statusCode === 429).length, 5)
  assert.equal(other.statusCode, 200)
})

/** One after the other: calls of one moment are counted together. */
async function times<T>(count: number, act: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = []
  for (let done = 0; done < count; done += 1) results.push(await act())
  return results
}

test('an IPv6 client that fails from ever other addresses of its network waits, its neighbours do not', async () => {
  const { http, config } = await smallServer()
  const ask = async (remoteAddress: string) => {
    const headers = { host: new URL(config.url).host, authorization: 'Bearer wrong' }
    return (await http.app.inject({ url: '/api/v1/seals', remoteAddress, headers })).statusCode
  }

  const statuses: number[] = []
  for (let at = 1; at <= 25; at++) statuses.push(await ask(`2001:db8:0:1:${at}::1`))

  assert.deepEqual([statuses.at(0), statuses.at(-1)], [401, 429])
  assert.equal(await ask('2001:db8:0:2::1'), 401)
})

test('who fails behind a proxy that writes the ports of its clients is counted by address', async () => {
  const env = { CHANCERY_URL: 'https://pki.example.com', CHANCERY_TLS: 'proxy', CHANCERY_TRUSTED_PROXIES: '10.0.0.1' }
  const { http } = await smallServer(env)
  const ask = async (client: string) => {
    const headers = { host: 'pki.example.com', 'x-forwarded-for': client, authorization: 'Bearer wrong' }
    return (await http.app.inject({ url: '/api/v1/seals', remoteAddress: '10.0.0.1', headers })).statusCode
  }

  const statuses: number[] = []
  for (let port = 5_000; port < 5_025; port++) statuses.push(await ask(`203.0.113.9:${port}`))

  assert.deepEqual([statuses.at(0), statuses.at(-1)], [401, 429])
  assert.equal(await ask('203.0.113.10:5000'), 401)
})
