import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROBLEM_CODES } from '@chancery/api'
import { ABOVE_ROWS, type SmallServer, smallServer } from './small-server.ts'

async function get({ http, config }: SmallServer, url: string, headers: Record<string, string> = {}) {
  return await http.app.inject({ url, headers: { host: new URL(config.url).host, ...headers } })
}

test('the description of the API names each route once, with who may call it', async () => {
  const api = (await get(await smallServer(), '/api/openapi.json')).json()

  assert.equal(api.openapi, '3.1.0')
  assert.deepEqual(Object.keys(api.paths), [
    '/api/v1/seals',
    '/api/v1/seals/{id}',
    '/api/v1/authorities/{authority}/seals',
    '/api/v1/seals/{id}/wax',
    ...ABOVE_ROWS.map(({ path }) => path),
  ])
  assert.deepEqual(Object.keys(api.paths['/api/v1/seals/{id}']), ['get', 'delete'])
  const make = api.paths['/api/v1/authorities/{authority}/seals'].post
  assert.equal(make.operationId, 'makeSeal')
  assert.match(make.description, /Role officer or above/)
  assert.deepEqual(make.security, [{ token: [] }, { session: [] }])
  assert.ok(
    make.parameters.some((one: { name: string; in: string }) => one.name === 'idempotency-key' && one.in === 'header'),
  )
  assert.equal(make.responses['201'].description, 'Made.')
  assert.deepEqual(make.responses.default.content['application/problem+json'].schema, {
    $ref: '#/components/schemas/Problem',
  })
  assert.ok(api.paths['/api/v1/seals/{id}/wax'].get.responses['200'].content['application/pkix-cert'])
})

test('every reference in the description leads somewhere', async () => {
  const text = (await get(await smallServer(), '/api/openapi.json')).payload
  const { schemas } = JSON.parse(text).components

  const names = [...text.matchAll(/"\$ref": "#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? '')

  assert.ok(names.length > 0)
  for (const name of names) assert.ok(name in schemas, name)
  assert.doesNotMatch(text, /def-\d/)
})

test('the page shows each call, each schema and each problem, and loads nothing from elsewhere', async () => {
  const server = await smallServer()
  const { payload, headers, statusCode } = await get(server, '/api/docs')

  assert.equal(statusCode, 200)
  for (const id of ['listSeals', 'showSeal', 'breakSeal', 'makeSeal', 'fetchWax', 'schema-Problem']) {
    assert.ok(payload.includes(`id="${id}"`), id)
  }
  for (const code of PROBLEM_CODES) assert.ok(payload.includes(`id="problem-${code}"`), code)
  assert.doesNotMatch(payload, /<script|style=/)
  const addresses = [...payload.matchAll(/(?:href|src)="([^"#]+)"/g)].map(([, address]) => address)
  assert.deepEqual([...new Set(addresses)].toSorted(), ['/api/openapi.json', '/style.css', 'data:,'])
  assert.match(String(headers['content-security-policy']), /default-src 'none';style-src 'self'/)
  assert.doesNotMatch(String(headers['content-security-policy']), /unsafe/)
  assert.equal(headers['x-frame-options'], 'DENY')
})

test('the type of a problem leads to its description on the page', async () => {
  const server = await smallServer()

  const { type } = (await get(server, '/api/v1/seals')).json()
  const [path, fragment] = type.split('#')

  const page = await get(server, path)
  assert.equal(page.statusCode, 200)
  assert.ok(page.payload.includes(`id="${fragment}"`))
})

test('who has the description already gets 304', async () => {
  const server = await smallServer()
  const { headers } = await get(server, '/api/openapi.json')

  const again = await get(server, '/api/openapi.json', { 'if-none-match': String(headers.etag) })

  assert.equal(again.statusCode, 304)
})

test('text from outside is escaped on a page', async () => {
  const { html, pageAnswer } = await import('../../src/platform/page.ts')

  const { body } = pageAnswer({
    title: '</title><script>1</script>',
    body: html`<p title="${'"><img src=x>'}">${['<b>', html`<i>`, undefined, false, 7]}</p>`,
  })

  assert.ok(String(body).includes('<title>&lt;/title&gt;&lt;script&gt;1&lt;/script&gt; · Chancery</title>'))
  assert.ok(String(body).includes('<p title="&quot;&gt;&lt;img src=x&gt;">&lt;b&gt;<i>7</p>'))
})
