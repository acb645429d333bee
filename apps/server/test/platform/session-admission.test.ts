import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SmallServer, smallServer } from './small-server.ts'

/** Who has a session in the small server. */
const COOKIE = { cookie: 'session=ann' }

async function send({ http, config }: SmallServer, method: 'GET' | 'POST', headers: Readonly<Record<string, string>>) {
  const host = new URL(config.url).host
  const response = await http.app.inject({
    method,
    url: method === 'GET' ? '/api/v1/seals' : '/api/v1/authorities/ca-1/seals',
    headers: { host, ...headers },
    ...(method === 'POST' && { payload: { name: 'wax' } }),
  })
  return response.statusCode
}

test('a session reads, in the tenant that it names or in its own', async () => {
  const server = await smallServer()

  assert.equal(await send(server, 'GET', COOKIE), 200)
  assert.equal(await send(server, 'GET', { ...COOKIE, 'chancery-tenant': 't1' }), 200)
  assert.equal(await send(server, 'GET', { ...COOKIE, 'chancery-tenant': 't2' }), 403)
  assert.equal(await send(server, 'GET', { cookie: 'session=nobody' }), 401)
})

test('a session changes something only when a page of this server asks', async () => {
  const server = await smallServer()
  const origin = server.config.url

  const own = [{ origin }, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'same-origin', origin }]
  const foreign = [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${origin}.evil.example` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site', origin },
    { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
  ]

  for (const headers of own) assert.equal(await send(server, 'POST', { ...COOKIE, ...headers }), 201)
  for (const headers of foreign) {
    assert.equal(await send(server, 'POST', { ...COOKIE, ...headers }), 403, JSON.stringify(headers))
  }
})

test('a call that brings a token is judged by its token alone', async () => {
  const server = await smallServer()

  assert.equal(await send(server, 'GET', { ...COOKIE, authorization: 'Bearer nobody' }), 401)
  assert.equal(await send(server, 'POST', { ...COOKIE, authorization: 'Bearer owner' }), 201)
})

test('behind a proxy, the page of the host that the browser named is the one that may ask', async () => {
  const server = await smallServer({
    CHANCERY_TLS: 'proxy',
    CHANCERY_URL: 'https://pki.example.com',
    CHANCERY_TRUSTED_PROXIES: '127.0.0.1',
  })
  const forwarded = {
    ...COOKIE,
    host: 'backend:8080',
    'x-forwarded-host': 'pki.example.com',
    'x-forwarded-proto': 'https',
  }

  assert.equal(await send(server, 'POST', { ...forwarded, origin: 'https://pki.example.com' }), 201)
  for (const origin of ['http://pki.example.com', 'https://backend:8080', 'https://pki.example.com:8443']) {
    assert.equal(await send(server, 'POST', { ...forwarded, origin }), 403, origin)
  }
})
