import assert from 'node:assert/strict'
import { test } from 'node:test'
import { as, smallServer } from './small-server.ts'

test('relying parties are answered for every Host, with the path and query as they came', async () => {
  const { http } = await smallServer()

  const { statusCode, payload, headers } = await http.app.inject({
    url: '/echo/a%2Fb/c%2B%2F/d=?x=%20+',
    headers: { host: 'an-address-of-long-ago.example' },
  })

  assert.equal(statusCode, 200)
  assert.deepEqual(JSON.parse(payload), {
    method: 'GET',
    rawPath: '/echo/a%2Fb/c%2B%2F/d=',
    rawQuery: 'x=%20+',
    params: { name: 'a/b', '*': 'c+//d=' },
    body: '',
  })
  assert.equal(headers['content-security-policy'], undefined, 'no hook ran before it')
  assert.equal(headers['x-content-type-options'], 'nosniff')
})

test('a body comes as its bytes, whatever its media type, and is bounded', async () => {
  const { http } = await smallServer()
  const post = (payload: Buffer, type?: string) => {
    const headers: Record<string, string> = type === undefined ? { host: 'x' } : { host: 'x', 'content-type': type }
    return http.app.inject({ method: 'POST', url: '/echo/a/b', payload, headers })
  }

  for (const type of ['application/ocsp-request', 'application/json', 'text/plain; charset=utf-16', undefined]) {
    const { payload } = await post(Buffer.from([0x30, 0x03, 0xff]), type)
    assert.equal(JSON.parse(payload).body, '3003ff', String(type))
  }
  const large = await post(Buffer.alloc(1_001))
  assert.deepEqual([large.statusCode, large.json().code], [413, 'too-large'])
  assert.equal((await post(Buffer.alloc(0))).json().body, '')
})

test('a version that the client has is answered with 304 and no body', async () => {
  const { http } = await smallServer()
  const get = async (headers: Record<string, string>) => {
    const answer = await http.app.inject({ url: '/echo/a/b', headers: { host: 'x', ...headers } })
    return [answer.statusCode, answer.payload === '', answer.headers['etag']]
  }
  const whole = [200, false, '"v1"']
  const known = [304, true, '"v1"']

  assert.deepEqual(await get({}), whole)
  assert.deepEqual(await get({ 'if-none-match': '"v1"' }), known)
  assert.deepEqual(await get({ 'if-none-match': '"v0", W/"v1"' }), known)
  assert.deepEqual(await get({ 'if-none-match': '*' }), known)
  assert.deepEqual(await get({ 'if-none-match': '"v0"' }), whole)
  assert.deepEqual(await get({ 'if-modified-since': 'Tue, 14 Nov 2023 22:13:20 GMT' }), known)
  assert.deepEqual(await get({ 'if-modified-since': 'Tue, 14 Nov 2023 22:13:19 GMT' }), whole)
  assert.deepEqual(await get({ 'if-modified-since': 'yesterday' }), whole)
  // RFC 9110 §13.2.2: a date does not count beside a tag.
  assert.deepEqual(await get({ 'if-none-match': '"v0"', 'if-modified-since': 'Tue, 14 Nov 2033 22:13:20 GMT' }), whole)
})

test('HEAD is GET without the body', async () => {
  const { http } = await smallServer()

  const get = await http.app.inject({ url: '/echo/a/b', headers: { host: 'x' } })
  const head = await http.app.inject({ method: 'HEAD', url: '/echo/a/b', headers: { host: 'x' } })

  assert.deepEqual([head.statusCode, head.payload], [200, ''])
  assert.equal(head.headers['content-type'], get.headers['content-type'])
  assert.equal(Number(head.headers['content-length']), get.payload.replace('"GET"', '"HEAD"').length)
})

test('on this machine, people are served under the names of this machine and no other', async () => {
  const { http, config } = await smallServer()
  const { port } = config.http
  const ask = async (host: string) =>
    (await http.app.inject({ url: '/api/v1/seals', headers: { host, ...as('owner') } })).statusCode

  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`]) {
    assert.equal(await ask(host), 200, host)
  }
  for (const host of [
    'localhost',
    `localhost:${port + 1}`,
    `evil.example:${port}`,
    `localhost.evil.example:${port}`,
    '',
  ]) {
    assert.equal(await ask(host), 421, host)
  }
})

test('where https is due and nobody ends it, plain HTTP serves relying parties and sends others on', async () => {
  const { http } = await smallServer({ CHANCERY_URL: 'https://pki.example.com' })
  const host = { host: 'pki.example.com' }

  const get = await http.app.inject({ url: '/api/v1/seals?limit=1', headers: { ...host, ...as('owner') } })
  const post = await http.app.inject({
    method: 'POST',
    url: '/api/v1/authorities/ca-1/seals',
    headers: { ...host, ...as('owner') },
    payload: { name: 'x' },
  })
  const unknown = await http.app.inject({ url: '/console/page', headers: host })
  const crl = await http.app.inject({ url: '/echo/a/b', headers: host })
  const health = await http.app.inject({ url: '/healthz', headers: { host: '10.0.0.7:8080' } })

  assert.deepEqual([get.statusCode, get.headers.location], [307, 'https://pki.example.com/api/v1/seals?limit=1'])
  assert.deepEqual([post.statusCode, post.json().code], [403, 'https-required'])
  assert.deepEqual([unknown.statusCode, unknown.headers.location], [307, 'https://pki.example.com/console/page'])
  assert.deepEqual([crl.statusCode, health.statusCode], [200, 200])
})

test('behind a proxy that ends TLS, people are served under the configured hosts', async () => {
  const { http } = await smallServer({ CHANCERY_URL: 'https://pki.example.com', CHANCERY_TLS: 'proxy' })
  const ask = async (headers: Record<string, string>) =>
    (await http.app.inject({ url: '/api/v1/seals', headers: { ...as('owner'), ...headers } })).statusCode

  assert.equal(await ask({ host: 'pki.example.com' }), 200)
  assert.equal(await ask({ host: 'pki.example.com:443' }), 200)
  assert.equal(await ask({ host: 'evil.example' }), 421)
  assert.equal(await ask({ host: 'evil.example', 'x-forwarded-host': 'pki.example.com' }), 421, 'nobody is trusted')
})

test('what a trusted proxy says of host and scheme counts, and nobody else is believed', async () => {
  const env = { CHANCERY_URL: 'https://pki.example.com', CHANCERY_TLS: 'proxy', CHANCERY_TRUSTED_PROXIES: '10.0.0.0/8' }
  const { http } = await smallServer(env)
  const ask = async (remoteAddress: string, headers: Record<string, string>) => {
    const answer = await http.app.inject({
      url: '/api/v1/seals',
      remoteAddress,
      headers: { ...as('owner'), ...headers },
    })
    return answer.statusCode
  }
  const forwarded = { host: 'backend:8080', 'x-forwarded-host': 'pki.example.com', 'x-forwarded-proto': 'https' }

  assert.equal(await ask('10.1.2.3', forwarded), 200)
  assert.equal(await ask('::ffff:10.1.2.3', forwarded), 200)
  assert.equal(await ask('192.0.2.1', forwarded), 307, 'who is no proxy came by plain HTTP')
  assert.equal(await ask('10.1.2.3', { ...forwarded, 'x-forwarded-proto': 'http' }), 307)
  assert.equal(await ask('192.0.2.1', { host: 'pki.example.com', 'x-forwarded-proto': 'https' }), 307)
  assert.equal(await ask('10.1.2.3', { host: 'pki.example.com' }), 200, 'a proxy that says nothing ends TLS')
  assert.equal(await ask('10.1.2.3', { host: 'evil.example' }), 421)
})
