import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { run } from '../../../../test/support/system-program.ts'
import { guardedClient, type OutboundLimits } from '../../src/platform/guarded-client.ts'
import { OutboundError, type OutboundRules } from '../../src/platform/outbound-rules.ts'
import { ownListeners } from '../../src/platform/own-listeners.ts'
import { whyUnreachable } from '../../src/platform/reachable-address.ts'

const LIMITS: OutboundLimits = { maxBytes: 1000, timeoutMs: 2000, redirects: 2 }
const NOTHING_LISTED: OutboundRules = { allowedNetworks: [], isOurs: () => false }

/** A server on this machine with a client that may reach it, under the name `listed.test` too. */
async function listedServer(t: TestContext, listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => stop(server))
  const port = portOf(server)
  const rules: OutboundRules = {
    allowedNetworks: ['127.0.0.1'],
    isOurs: () => false,
    ports: [port],
    lookup: async (host) => [{ address: host === 'listed.test' ? '127.0.0.1' : '10.0.0.1', family: 4 }],
  }
  return { port, url: `http://listed.test:${port}`, rules, get: guardedClient(rules) }
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function refusalOf(url: string, rules: OutboundRules, limits = LIMITS): Promise<OutboundError> {
  const failed = await guardedClient(rules)(url, limits).then(
    (answer) => assert.fail(`${url} was answered with ${answer.status}`),
    (error: unknown) => error,
  )
  assert.ok(failed instanceof OutboundError, String(failed))
  return failed
}

test('every kind of address that is not public is refused, however it is written', async () => {
  const refused = [
    ...['127.0.0.1', '127.1', '0x7f.1', '2130706433', '0177.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3'],
    ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '100.127.255.255'],
    ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '192.0.2.1', '198.18.0.1', '203.0.113.9'],
    ...['[::1]', '[::]', '[fe80::1]', '[fc00::1]', '[fd12:3456::1]', '[ff02::1]', '[fec0::1]'],
    ...['[::ffff:127.0.0.1]', '[::ffff:10.0.0.1]', '[::ffff:a00:1]', '[::10.0.0.1]', '[::127.0.0.1]'],
    ...['[64:ff9b::10.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::8.8.8.8]', '[2002:7f00:1::]', '[2001:db8::1]'],
    ...['[2001:0:4136:e378:8000:63bf:3fff:fdd2]', '[100::1]', '[5f00::1]', '[4000::1]'],
  ]

  for (const host of refused) {
    const error = await refusalOf(`http://${host}/ca.cer`, NOTHING_LISTED)
    assert.equal(error.code, 'refused', `${host}: ${error.message}`)
    assert.equal(error.told, 'its address is none that this server may connect to', host)
  }
})

test('public addresses are reachable, also the IPv4 ones behind NAT64', () => {
  for (const address of [
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '64:ff9b::8.8.8.8',
    '::ffff:8.8.8.8',
  ]) {
    assert.equal(whyUnreachable(address), undefined, address)
  }
  assert.equal(whyUnreachable('no address'), 'is no address')
})

test('the networks that the operator lists are reachable, and what lies in them under another form', () => {
  const networks = ['10.20.0.0/16', '192.168.1.7', 'fd00::/8', '127.0.0.1']
  const reachable = ['10.20.3.4', '192.168.1.7', 'fd12::1', '127.0.0.1', '::ffff:10.20.3.4', '64:ff9b::10.20.3.4']
  const unreachable = ['10.21.0.1', '192.168.1.8', 'fc00::1', '127.0.0.2', '::1', '169.254.169.254']

  for (const address of reachable) assert.equal(whyUnreachable(address, networks), undefined, address)
  for (const address of unreachable) assert.notEqual(whyUnreachable(address, networks), undefined, address)
})

test('a name is refused for what it resolves to, and the system says so for localhost', async () => {
  const to = (address: string): OutboundRules => ({ ...NOTHING_LISTED, lookup: async () => [{ address, family: 4 }] })

  assert.match(
    (await refusalOf('http://intranet.test/', to('10.0.0.1'))).message,
    /intranet\.test: 10\.0\.0\.1 is in a private network/,
  )
  const nowhere = await refusalOf('http://nowhere.test/', { ...NOTHING_LISTED, lookup: async () => [] })
  assert.deepEqual([nowhere.code, nowhere.told], ['no-address', 'the name has no address'])
  assert.match(nowhere.message, /nowhere\.test has no address/)
  assert.equal((await refusalOf('http://localhost/', NOTHING_LISTED)).code, 'refused')
})

test('other schemes, credentials, ports and endless addresses are refused', async () => {
  const refused = [
    ...['ftp://8.8.8.8/', 'file:///etc/passwd', 'ldap://8.8.8.8/', 'not an address', '/relative', 'http://'],
    ...['http://user@8.8.8.8/', 'http://user:secret@8.8.8.8/', 'http://8.8.8.8:22/', 'https://8.8.8.8:8443/'],
    `http://8.8.8.8/${'a'.repeat(2100)}`,
  ]

  for (const url of refused) {
    const error = await refusalOf(url, NOTHING_LISTED)
    assert.equal(error.code, 'refused', url)
    assert.doesNotMatch(error.message, /secret/)
    assert.doesNotMatch(error.told, /8\.8\.8\.8|22|8443|secret|ldap/)
  }
})

test('the address that was checked is the one connected to, even when the name changes its mind', async (t) => {
  const hits: string[] = []
  const { port, rules } = await listedServer(t, (request, response) => {
    hits.push(request.headers.host ?? '')
    response.end('here')
  })
  let lookups = 0
  const rebinding: OutboundRules = {
    ...rules,
    lookup: async () => [{ address: lookups++ === 0 ? '127.0.0.1' : '127.0.0.9', family: 4 }],
  }

  const { body } = await guardedClient(rebinding)(`http://rebinding.test:${port}/`, LIMITS)

  assert.equal(Buffer.from(body).toString(), 'here')
  assert.deepEqual([lookups, hits], [1, [`rebinding.test:${port}`]])
})

test('of several addresses only those that may be reached are tried', async (t) => {
  const { port, rules } = await listedServer(t, (_, response) => response.end('here'))
  const both = [
    { address: '10.0.0.1', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ]

  const { status } = await guardedClient({ ...rules, lookup: async () => both })(`http://both.test:${port}/`, LIMITS)

  assert.equal(status, 200)
})

test('a redirect is followed, and judged as the first address was', async (t) => {
  const targets: Record<string, string> = {}
  const { url, port, rules } = await listedServer(t, (request, response) => {
    const target = targets[request.url ?? '']
    if (target === undefined) response.end('the end')
    else response.writeHead(302, { location: target }).end('moved')
  })
  Object.assign(targets, {
    '/relative': '/end',
    '/private': `http://10.0.0.1:${port}/`,
    '/name': `http://intranet.test:${port}/`,
    '/port': 'http://listed.test:22/',
    '/file': 'file:///etc/passwd',
    '/credentials': `http://a:b@listed.test:${port}/`,
    '/loop': '/loop',
  })

  const { body } = await guardedClient(rules)(`${url}/relative`, LIMITS)

  assert.equal(Buffer.from(body).toString(), 'the end')
  for (const path of ['/private', '/name', '/port', '/file', '/credentials']) {
    assert.equal((await refusalOf(`${url}${path}`, rules)).code, 'refused', path)
  }
  assert.match((await refusalOf(`${url}/loop`, rules)).message, /redirects more than 2 times/)
})

test('a body that is too large is cut off, announced or not', async (t) => {
  let sent = 0
  const { url, rules, get } = await listedServer(t, (request, response) => {
    if (request.url === '/announced') response.writeHead(200, { 'content-length': 1001 }).write('x')
    else if (request.url === '/exact') response.end('x'.repeat(1000))
    else {
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(1000))) sent += 1000
      }
      response.on('drain', pour)
      pour()
    }
  })

  assert.equal((await refusalOf(`${url}/announced`, rules)).code, 'too-large')
  assert.equal((await refusalOf(`${url}/endless`, rules)).code, 'too-large')
  assert.equal((await get(`${url}/exact`, LIMITS)).body.length, 1000)
  assert.ok(sent < 50_000_000)
})

test('a compressed answer is refused: it may hold more than its size says', async (t) => {
  const { url, rules } = await listedServer(t, (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)))
  })

  assert.equal((await refusalOf(url, rules)).code, 'bad-answer')
})

test('a server that announces an answer again and again is not listened to', async (t) => {
  let sent = 0
  const { url, rules } = await listedServer(t, ({ socket }) => {
    const announce = () => {
      while (!socket.destroyed && socket.write('HTTP/1.1 102 Processing\r\nx: y\r\n\r\n')) sent++
    }
    socket.on('drain', announce).on('error', () => {})
    announce()
  })

  const error = await refusalOf(url, rules, { ...LIMITS, timeoutMs: 20_000 })

  assert.equal(error.code, 'bad-answer')
  assert.ok(sent < 1_000_000, `${sent}`)
})

test('the time is bounded as a whole: for a server that drips, one that is silent, a resolver that hangs', async (t) => {
  const { url, port, rules } = await listedServer(t, (request, response) => {
    if (request.url !== '/drip') return
    const drip = setInterval(() => response.write('.'), 20)
    response.on('close', () => clearInterval(drip))
  })
  const limits = { ...LIMITS, timeoutMs: 200 }
  const hanging: OutboundRules = { ...rules, lookup: () => new Promise(() => {}) }
  const from = performance.now()

  assert.equal((await refusalOf(`${url}/drip`, rules, limits)).code, 'too-slow')
  assert.equal((await refusalOf(`${url}/silent`, rules, limits)).code, 'too-slow')
  assert.equal((await refusalOf(`http://hanging.test:${port}/`, hanging, limits)).code, 'too-slow')
  assert.ok(performance.now() - from < 20_000)
})

test('what cannot be reached, is no HTTP, or breaks off, is unreachable', async (t) => {
  const { url, rules } = await listedServer(t, (request, response) => {
    if (request.url === '/no-http') request.socket.end('220 mail.test ESMTP\r\n')
    else if (request.url === '/headers') request.socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`)
    else {
      response.writeHead(200, { 'content-length': 100 }).write('half')
      setTimeout(() => request.socket.destroy(), 20)
    }
  })
  const failing: OutboundRules = { ...rules, lookup: () => Promise.reject(new Error('ENOTFOUND')) }

  for (const path of ['/no-http', '/headers', '/broken']) {
    assert.equal((await refusalOf(`${url}${path}`, rules)).code, 'unreachable', path)
  }
  assert.equal((await refusalOf(url, failing)).code, 'unreachable')
})

test('our own listeners and database are never reached, though their network is listed', async (t) => {
  const { url, port, rules } = await listedServer(t, (_, response) => response.end('ours'))
  const config = { http: { host: '127.0.0.1', port } }

  const isOurs = ownListeners(config)
  const error = await refusalOf(url, { ...rules, isOurs })

  assert.match(error.message, /is this server itself/)
  assert.equal(isOurs('::ffff:127.0.0.1', port), true)
  assert.equal(isOurs('127.0.0.1', port + 1), false)
  assert.equal(isOurs('8.8.8.8', port), false)
  for (const { address } of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
    assert.equal(isOurs(address, port), true, address)
  }
  const withDatabase = ownListeners({ ...config, databaseUrl: 'postgres://chancery:x@10.0.0.5/chancery' })
  assert.equal(withDatabase('10.0.0.5', 5432), true)
  assert.equal(withDatabase('127.0.0.1', 5432), true)
  assert.equal(withDatabase('10.0.0.5', 80), false)
})

test('our own listener is not reached by its NAT64 address either', async () => {
  const [ours] = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
  const address = ours?.address ?? '127.0.0.1'
  const rules: OutboundRules = {
    allowedNetworks: [address],
    isOurs: ownListeners({ http: { host: '0.0.0.0', port: 80 } }),
  }

  for (const written of [`[64:ff9b::${address}]`, `[::ffff:${address}]`, address])
    assert.match((await refusalOf(`http://${written}/`, rules)).message, /is this server itself/, written)
})

test('proxies that the environment names are not used', async (t) => {
  const asked: string[] = []
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('from the proxy')
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.after(() => stop(proxy))
  const { port } = await listedServer(t, (_, response) => response.end('from the server'))
  const module = new URL('../../src/platform/guarded-client.ts', import.meta.url)
  const script = `
    const { guardedClient } = await import(${JSON.stringify(String(module))})
    const get = guardedClient({ allowedNetworks: ['127.0.0.1'], isOurs: () => false, ports: [${port}] })
    const { body } = await get('http://127.0.0.1:${port}/', { maxBytes: 100, timeoutMs: 5000, redirects: 0 })
    process.stdout.write(body)
  `
  const through = `http://127.0.0.1:${portOf(proxy)}`
  const env = {
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: through,
    http_proxy: through,
    ALL_PROXY: through,
    NO_PROXY: '',
    no_proxy: '',
  }

  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script], { env })

  assert.equal(stdout.toString(), 'from the server', stderr.toString())
  assert.deepEqual(asked, [])
})
