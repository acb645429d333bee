import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { NONCE_PLACE, readBuiltConsole } from '../../src/console/built-console.ts'
import { consoleRoutes } from '../../src/console/console-routes.ts'
import { systemClock, systemRandom } from '../../src/platform/clock-and-random.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { createHttpServer } from '../../src/platform/http-server.ts'
import { silentLog } from '../../src/platform/log.ts'
import { mountPublicRoutes } from '../../src/platform/mount-public-routes.ts'

const folder = mkdtempSync(join(tmpdir(), 'chancery-console-'))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'assets'))
const write = (name: string, content: string) => writeFileSync(join(folder, name), content)
write('index.html', `<meta nonce="${NONCE_PLACE}"><script nonce="${NONCE_PLACE}" src="/assets/app-1.js"></script>`)
write('assets/app-1.js', 'plain')
write('assets/app-1.js.br', 'brotli')
write('assets/app-1.js.gz', 'gzip')
write('assets/tiny-2.css', 'a{}')
write('assets/notes.txt', 'no part of the console')

async function serverOf(url: URL) {
  const config = loadConfig({})
  const http = await createHttpServer({ config, log: silentLog, now: systemClock, random: systemRandom })
  await mountPublicRoutes(http, consoleRoutes(readBuiltConsole(url), systemRandom))
  after(() => http.app.close())
  return (path: string, headers: Readonly<Record<string, string>> = {}) =>
    http.app.inject({ url: path, headers: { host: new URL(config.url).host, ...headers } })
}

const get = await serverOf(pathToFileURL(`${folder}/`))

test('every answer of the page has a nonce of its own, and a policy that runs nothing else', async () => {
  const answers = await Promise.all(['/console', '/console/templates/x', '/sign-in'].map((path) => get(path)))

  const nonces = answers.map(({ statusCode, headers, payload }) => {
    const policy = String(headers['content-security-policy'])
    const nonce = /script-src 'nonce-([A-Za-z0-9+/=]{24})'/.exec(policy)?.[1] ?? ''
    assert.equal(statusCode, 200)
    assert.equal(payload.replaceAll(nonce, '*'), '<meta nonce="*"><script nonce="*" src="/assets/app-1.js"></script>')
    assert.match(policy, /^default-src 'none';/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|\*|https?:/)
    assert.equal(headers['x-frame-options'], 'DENY')
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    return nonce
  })
  assert.equal(new Set(nonces).size, answers.length)
})

test('the script of the pages of people is found by what the build says of it, and is absent where it says nothing', () => {
  const url = pathToFileURL(`${folder}/`)
  const without = readBuiltConsole(url)
  mkdirSync(join(folder, '.vite'))
  write('.vite/manifest.json', JSON.stringify({ 'src/people/main.ts': { file: 'assets/people-3.js', isEntry: true } }))

  assert.equal(without?.peopleScript, undefined)
  assert.equal(readBuiltConsole(url)?.peopleScript, '/assets/people-3.js')
})

test('the address of the server leads to the console', async () => {
  const { statusCode, headers } = await get('/')

  assert.deepEqual([statusCode, headers['location']], [302, '/console'])
})

test('an asset is kept for ever, and compressed as its reader takes it', async () => {
  const cases = [
    ['br, gzip', 'br', 'brotli'],
    ['gzip, deflate, br;q=0', 'gzip', 'gzip'],
    ['GZIP;q=0.5', 'gzip', 'gzip'],
    ['identity', undefined, 'plain'],
    ['', undefined, 'plain'],
  ] as const
  for (const [accepted, coding, content] of cases) {
    const { headers, payload } = await get('/assets/app-1.js', { 'accept-encoding': accepted })
    assert.deepEqual([headers['content-encoding'], payload], [coding, content], accepted)
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal(headers['vary'], 'Accept-Encoding')
    assert.equal(headers['content-type'], 'text/javascript; charset=utf-8')
    assert.equal(headers['x-content-type-options'], 'nosniff')
  }
  const small = await get('/assets/tiny-2.css', { 'accept-encoding': 'br' })
  assert.deepEqual([small.headers['content-encoding'], small.payload], [undefined, 'a{}'])
})

test('what is not in the build is not found, whatever its name', async () => {
  for (const name of ['app-2.js', 'notes.txt', 'app-1.js.br', '..%2Findex.html', '%2e%2e%2findex.html', '__proto__']) {
    const { statusCode, headers } = await get(`/assets/${name}`)
    assert.equal(statusCode, 404, name)
    assert.equal(headers['cache-control'], 'no-store', name)
  }
})

test('a page is not served to who names another host', async () => {
  assert.equal((await get('/console', { host: 'evil.example' })).statusCode, 421)
})

test('without a build the page says how to make one, and what works without', async () => {
  const bare = await serverOf(pathToFileURL(`${folder}/nothing/`))

  const { statusCode, payload } = await bare('/console')

  assert.equal(statusCode, 503)
  assert.match(payload, /node scripts\/build-console\.mjs/)
})
