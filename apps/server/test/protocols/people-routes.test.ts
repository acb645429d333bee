import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../src/platform/clock-and-random.ts'
import type { PublicRequest } from '../../src/platform/public-routes.ts'
import { peopleRoutes } from '../../src/protocols/people/people-routes.ts'

const asked = (path: string): PublicRequest => ({
  method: 'GET',
  ...{ rawPath: path, rawQuery: '', params: {}, headers: {}, address: () => '192.0.2.1', body: new Uint8Array() },
})

test('each page runs its one script by a nonce of its own, asks nobody else, cannot be framed and sends no referrer', async () => {
  const nonces = new Set<string>()
  for (const { path, audience, handle } of peopleRoutes('/assets/people-1.js', systemRandom)) {
    const { status, headers = {}, body } = await handle(asked(path))

    const policy = String(headers['content-security-policy'])
    const nonce = /script-src 'nonce-([A-Za-z0-9+/=]{24})'/.exec(policy)?.[1] ?? ''
    nonces.add(nonce)
    assert.deepEqual([status, audience], [200, 'people'])
    for (const part of ["default-src 'none'", "connect-src 'self'", "form-action 'none'", "frame-ancestors 'none'"]) {
      assert.ok(policy.includes(part), part)
    }
    assert.doesNotMatch(policy, /unsafe|\*|https?:/)
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['x-frame-options'], 'DENY')
    assert.equal(headers['cache-control'], 'no-store')
    const scripts = String(body).match(/<script[^>]*>[^<]*/g) ?? []
    assert.deepEqual(scripts, [`<script type="module" nonce="${nonce}" src="/assets/people-1.js">`])
  }
  assert.equal(nonces.size, 4)
})

test('a page is the same whatever its address holds', async () => {
  const fixed = (octets: number) => new Uint8Array(octets)
  for (const { path, handle } of peopleRoutes('/assets/people-1.js', fixed)) {
    const [first, second] = await Promise.all([handle(asked(path)), handle(asked('/claim/"><script>'))])
    assert.deepEqual(first, second)
  }
})

test('a server whose pages are not built says so', async () => {
  for (const { path, handle } of peopleRoutes(undefined, systemRandom)) {
    const { status, body } = await handle(asked(path))
    assert.equal(status, 503)
    assert.match(String(body), /node scripts\/build-console\.mjs/)
  }
})
