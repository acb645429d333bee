import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { freePort } from '../../../../test/support/free-port.ts'
import { PASSWORD, signInWorld } from './sign-in-world.ts'

type Scheme = 'http' | 'https'
const FIRST = { name: 'Ann', password: PASSWORD, tenantName: 'Example' }

/** A server that is https to the world, by a proxy that we trust, and on this machine answers over plain HTTP too. */
async function bothWays(t: TestContext) {
  const port = await freePort()
  const world = await signInWorld(t, {
    port,
    env: {
      CHANCERY_URL: `https://localhost:${port}`,
      CHANCERY_TLS: 'proxy',
      CHANCERY_TRUSTED_PROXIES: '127.0.0.0/8,::1',
      CHANCERY_SIGN_IN_GITHUB: 'client-id=abc,secret=def',
    },
  })
  await world.account('ann@example.com')
  const call = async (scheme: Scheme, path: string, { cookie = '', body }: { cookie?: string; body?: object } = {}) => {
    const answer = await fetch(`http://localhost:${port}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'x-forwarded-proto': scheme,
        origin: `${scheme}://localhost:${port}`,
        'content-type': 'application/json',
        cookie,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, cookies: answer.headers.getSetCookie(), body: await answer.json() }
  }
  const signIn = (scheme: Scheme, cookie?: string) =>
    call(scheme, '/api/auth/sign-in/email', {
      body: { email: 'ann@example.com', password: PASSWORD },
      ...(cookie !== undefined && { cookie }),
    })
  return { world, port, call, signIn }
}

const pairs = (cookies: readonly string[]) => cookies.map((cookie) => cookie.split(';')[0] ?? '').join('; ')

test('over plain HTTP on this machine no cookie is one that browsers take over https alone', async (t) => {
  const { world, call, signIn } = await bothWays(t)

  const { status, cookies } = await signIn('http')
  const other = await call('http', '/api/v1/registrations', { body: { ...FIRST, email: 'bob@example.com' } })

  assert.equal(status, 200)
  assert.ok(cookies.length >= 2, 'of the session, and of the device')
  for (const cookie of cookies) {
    assert.match(cookie, /^chancery\./)
    assert.doesNotMatch(cookie, /Secure/i)
    assert.match(cookie, /HttpOnly/i)
  }
  assert.equal(other.status, 403, 'registration is closed')
  assert.equal((await call('http', '/api/v1/sessions', { cookie: pairs(cookies) })).status, 200)
  assert.ok(world.url.startsWith('https:'))
})

test('over https every cookie of sign-in is bound to this host and to https', async (t) => {
  const { call, signIn } = await bothWays(t)

  const { status, cookies } = await signIn('https')

  assert.equal(status, 200)
  assert.ok(cookies.length >= 2)
  for (const cookie of cookies) {
    assert.match(cookie, /^__Host-chancery\./)
    assert.match(cookie, /; Secure/i)
    assert.match(cookie, /; HttpOnly/i)
    assert.match(cookie, /; Path=\//i)
    assert.doesNotMatch(cookie, /Domain/i)
  }
  assert.equal((await call('https', '/api/v1/sessions', { cookie: pairs(cookies) })).status, 200)
})

test('the first account gets the cookie of the way by which it came', async (t) => {
  for (const [scheme, form] of [
    ['http', /^chancery\.session_token=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/],
    ['https', /^__Host-chancery\.session_token=[^;]+; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/],
  ] as const) {
    const port = await freePort()
    const world = await signInWorld(t, {
      port,
      env: {
        CHANCERY_URL: `https://localhost:${port}`,
        CHANCERY_TLS: 'proxy',
        CHANCERY_TRUSTED_PROXIES: '127.0.0.0/8,::1',
      },
    })
    const answer = await fetch(`http://localhost:${port}/api/v1/setup`, {
      method: 'POST',
      headers: {
        'x-forwarded-proto': scheme,
        origin: `${scheme}://localhost:${port}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...FIRST, email: 'ann@example.com', secret: world.setupLink.secret }),
    })

    assert.equal(answer.status, 201, await answer.text())
    assert.match(answer.headers.getSetCookie().join(), form)
  }
})

test('a session that somebody in the network set over http is none over https, and is not taken over by a sign-in', async (t) => {
  const { call, signIn } = await bothWays(t)
  const set = pairs((await signIn('http')).cookies)

  assert.equal((await call('https', '/api/v1/sessions', { cookie: set })).status, 401)
  const own = await signIn('https', set)
  assert.equal(own.status, 200)
  for (const cookie of own.cookies) assert.match(cookie, /^__Host-/)
  assert.equal(set.includes(/session_token=([^;]+)/.exec(pairs(own.cookies))?.[1] ?? set), false)
  await call('https', '/api/auth/sign-out', { cookie: pairs(own.cookies), body: {} })
  assert.equal((await call('http', '/api/v1/sessions', { cookie: set })).status, 200, 'each ends by itself')
})

test('a session of https is none for a request that came over http, though a browser may send its cookie', async (t) => {
  const { call, signIn } = await bothWays(t)
  const cookie = pairs((await signIn('https')).cookies)

  assert.equal((await call('http', '/api/v1/sessions', { cookie })).status, 401)
  assert.equal((await call('http', '/api/auth/sign-out', { cookie, body: {} })).status, 200)
  assert.equal((await call('https', '/api/v1/sessions', { cookie })).status, 200, 'nor does it end by one')
})

test('an outside login begins where it leads back to', async (t) => {
  const { port, call } = await bothWays(t)
  const begin = (scheme: Scheme) =>
    call(scheme, '/api/auth/sign-in/social', { body: { provider: 'github', callbackURL: '/' } })

  const plain = await begin('http')
  const secure = await begin('https')

  assert.equal(plain.status, 403)
  assert.match(String(Object(plain.body).detail), new RegExp(`Providers lead back to https://localhost:${port}: open`))
  assert.deepEqual(plain.cookies, [])
  assert.equal(secure.status, 200, JSON.stringify(secure.body))
  assert.ok(secure.cookies.length > 0)
  for (const cookie of secure.cookies) assert.match(cookie, /^__Host-chancery\./)
})
