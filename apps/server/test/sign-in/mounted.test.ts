import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { passkey } from '@better-auth/passkey'
import { betterAuth } from 'better-auth'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { ENDPOINTS } from '../../src/sign-in/endpoints.ts'
import { signInWorld } from './sign-in-world.ts'

/** Every address that better-auth itself would answer, with all its methods. */
function allEndpoints(): readonly (readonly [method: string, path: string])[] {
  const auth = betterAuth({
    secret: randomBytes(32).toString('hex'),
    emailAndPassword: { enabled: true },
    logger: { disabled: true },
    plugins: [twoFactor(), passkey()],
  })
  return Object.values(auth.api).flatMap((endpoint) => {
    const { path, options } = Object(endpoint)
    if (typeof path !== 'string') return []
    const methods: readonly string[] = [options?.method ?? 'GET'].flat()
    return methods.map((method) => [method === '*' ? 'GET' : method, path] as const)
  })
}

test('of better-auth the listed endpoints are mounted, and everything else is not found', async (t) => {
  const world = await signInWorld(t)
  const listed: readonly string[] = ENDPOINTS.map(({ method, path }) => `${method} ${path}`)
  const all = allEndpoints()
  assert.ok(all.length > 40, `better-auth has ${all.length} endpoints`)
  const names = all.map(([method, path]) => `${method} ${path}`)
  for (const endpoint of listed) assert.ok(names.includes(endpoint), `${endpoint} is none of better-auth's`)

  for (const [method, path] of all) {
    const url = `/api/auth${path.replace(/:\w+/g, 'x')}`
    const browser = world.browser()
    const { status } = method === 'POST' ? await browser.post(url) : await browser.send(method, url)

    if (listed.includes(`${method} ${path}`)) assert.notEqual(status, 404, `${method} ${path}`)
    else assert.ok(status === 404 || status === 405, `${method} ${path} answers ${status}`)
  }
  for (const url of [
    '/api/auth',
    '/api/auth/',
    '/api/auth/sign-up/email',
    '/api/auth//sign-up/email',
    '/api/auth/x/y',
  ]) {
    assert.equal((await world.browser().post(url)).status, 404, url)
  }
})

test('a body that says more than it may is refused before better-auth sees it', async (t) => {
  const world = await signInWorld(t)
  const bodies = [
    { email: 'a@example.com', password: 'x', rememberMe: true },
    { email: 'a@example.com', password: 'x', callbackURL: '/' },
    { email: ['a@example.com'], password: 'x' },
    { email: { $ne: '' }, password: 'x' },
    { email: 'a@example.com', password: 'x'.repeat(513) },
  ]

  for (const body of bodies) {
    assert.equal((await world.browser().post('/api/auth/sign-in/email', body)).status, 400, JSON.stringify(body))
  }
  for (const callbackURL of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    const body = { provider: 'corp', callbackURL }
    assert.equal((await world.browser().post('/api/auth/sign-in/social', body)).status, 400, callbackURL)
  }
})
