import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { addressIn, addressText, arrivals, trustedProxy } from '../../src/platform/forwarded.ts'

const PROXIES = ['10.0.0.0/8', '2001:db8:1::/48']
const URL_OF_PEOPLE = 'https://pki.example.com'

/** What a server behind these proxies makes of a request. */
async function seen(
  from: string,
  headers: Readonly<Record<string, string>>,
  {
    proxies = PROXIES,
    tls = 'proxy',
    url = URL_OF_PEOPLE,
  }: { readonly proxies?: readonly string[]; readonly tls?: 'own' | 'proxy'; readonly url?: string } = {},
) {
  const app = fastify({ trustProxy: proxies.length > 0 ? trustedProxy(proxies) : false })
  const arrivalOf = arrivals({ tls, url, trustedProxies: proxies })
  app.get('/', async (request) => ({ ...arrivalOf(request), address: request.ip }))
  const answer = await app.inject({ url: '/', remoteAddress: from, headers: { host: 'backend:8080', ...headers } })
  return answer.json<{ scheme: string; host: string; address: string }>()
}

test('without a proxy the connection says where a request comes from', async () => {
  const lies = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'pki.example.com' }

  assert.deepEqual(await seen('192.0.2.1', lies), { scheme: 'http', host: 'backend:8080', address: '192.0.2.1' })
  assert.deepEqual(await seen('192.0.2.1', lies, { proxies: [], tls: 'own' }), {
    scheme: 'http',
    host: 'backend:8080',
    address: '192.0.2.1',
  })
})

test('behind one proxy, what it adds counts and what the client wrote before it does not', async () => {
  const told = await seen('10.0.0.1', {
    'x-forwarded-for': '198.51.100.66, 203.0.113.9',
    'x-forwarded-proto': 'http, https',
    'x-forwarded-host': 'evil.example, pki.example.com',
  })

  assert.deepEqual(told, { scheme: 'https', host: 'pki.example.com', address: '203.0.113.9' })
})

test('behind two proxies, the outer one saw the client', async () => {
  const appended = await seen('10.0.0.2', {
    'x-forwarded-for': '198.51.100.66, 203.0.113.9, 10.0.0.1',
    'x-forwarded-proto': 'http, https, http',
    'x-forwarded-host': 'evil.example, pki.example.com, inner:80',
  })
  const passedOn = await seen('10.0.0.2', {
    'x-forwarded-for': '203.0.113.9, 10.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'pki.example.com',
  })

  const wanted = { scheme: 'https', host: 'pki.example.com', address: '203.0.113.9' }
  assert.deepEqual([appended, passedOn], [wanted, wanted])
})

test('a proxy that names neither scheme nor host ends TLS for the host that it passes on', async () => {
  assert.deepEqual(await seen('10.0.0.1', { host: 'pki.example.com', 'x-forwarded-for': '203.0.113.9' }), {
    scheme: 'https',
    host: 'pki.example.com',
    address: '203.0.113.9',
  })
})

test('while no proxy is named, what comes to the plain listener came through it', async () => {
  assert.equal((await seen('192.0.2.1', { 'x-forwarded-proto': 'http' }, { proxies: [] })).scheme, 'https')
  assert.equal((await seen('192.0.2.1', {}, { proxies: [], url: 'http://localhost:8080' })).scheme, 'http')
})

test('a scheme that is none is not believed', async () => {
  assert.equal((await seen('10.0.0.1', { 'x-forwarded-proto': 'wss' })).scheme, 'https')
  assert.equal((await seen('10.0.0.1', { 'x-forwarded-proto': 'HTTP' })).scheme, 'http')
})

test('an address is read in every way that proxies write it', () => {
  for (const [entry, address] of [
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['unknown', undefined],
    ['', undefined],
    ['_hidden', undefined],
  ] as const) {
    assert.equal(addressIn(entry)?.toString(), address, entry)
  }
})

test('a proxy that writes the port of the one before it is followed to the client', async () => {
  const { address } = await seen('10.0.0.2', { 'x-forwarded-for': '203.0.113.9:999, 10.0.0.1:4711' })

  assert.equal(address, '203.0.113.9:999')
})

test('an address has one text, however it came', () => {
  for (const [came, text] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['[2001:DB8::0:1]:4711', '2001:db8::1'],
    ['2001:db8:0::1', '2001:db8::1'],
    ['::ffff:192.0.2.256', '::ffff:192.0.2.256'],
    ['somebody', 'somebody'],
    // A connection that was reset before its request was looked at.
    [undefined, ''],
  ] as const)
    assert.equal(addressText(came), text)
})
