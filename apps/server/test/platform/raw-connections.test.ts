import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../../../../test/support/until.ts'
import { as, type SmallServer, smallServer } from './small-server.ts'

let server: SmallServer
let port: number

before(async () => {
  const limits = { headersTimeout: 600, requestTimeout: 1_200, timeoutCheckInterval: 100, connections: 40 }
  server = await smallServer({}, { limits })
  port = server.config.http.port
  await server.http.listen()
})

after(() => server.http.stop())

/** Sends bytes as they are and gives back all that comes until the connection ends or nothing more does. */
async function send(bytes: string, quietMs = 30_000): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const parts: Buffer[] = []
  const socket: Socket = connect(port, '127.0.0.1', () => socket.write(bytes))
  const finish = () => {
    socket.destroy()
    resolve(Buffer.concat(parts).toString('latin1'))
  }
  socket.setTimeout(quietMs, finish)
  socket.on('data', (part) => parts.push(Buffer.from(part)))
  socket.on('close', finish)
  socket.on('error', finish)
  return await promise
}

const statusesOf = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
const host = () => `Host: localhost:${port}\r\n`
const post = (headers: string, body = '') =>
  `POST /api/v1/authorities/ca-1/seals HTTP/1.1\r\n${host()}Authorization: Bearer owner\r\nContent-Type: application/json\r\n${headers}\r\n${body}`

const NOT_HTTP: Readonly<Record<string, () => string>> = {
  'two lengths': () => post('Content-Length: 12\r\nContent-Length: 13\r\n', '{"name":"x"}'),
  'a length and chunks': () => post('Content-Length: 12\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  'a length that is no number': () => post('Content-Length: +12\r\n', '{"name":"x"}'),
  'a coding after chunked': () => post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'),
  'a chunk size that is none': () => post('Transfer-Encoding: chunked\r\n', 'zz\r\n{}\r\n0\r\n\r\n'),
  'a space before the colon': () => `GET /healthz HTTP/1.1\r\n${host()}X-Y : 1\r\n\r\n`,
  'a folded header': () => `GET /healthz HTTP/1.1\r\n${host()}X-Y: 1\r\n 2\r\n\r\n`,
  'a bare line feed in a header': () => `GET /healthz HTTP/1.1\r\n${host()}X-Y: 1\nX-Z: 2\r\n\r\n`,
  'a NUL in a header': () => `GET /healthz HTTP/1.1\r\n${host()}X-Y: a\u0000b\r\n\r\n`,
  'no Host': () => 'GET /healthz HTTP/1.1\r\n\r\n',
  'another protocol': () => 'SSH-2.0-OpenSSH_9.2\r\n\r\n',
  'a method that nobody knows': () => `FROBNICATE /acme/new-order HTTP/1.1\r\n${host()}\r\n`,
  'a TLS hello': () => '\u0016\u0003\u0001\u0000\u0005hello\r\n\r\n',
  'HTTP/2 without an upgrade': () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
}

for (const [name, bytes] of Object.entries(NOT_HTTP)) {
  test(`${name} is answered with 400 once, and the connection ends`, async () => {
    const answer = await send(`${bytes()}GET /healthz HTTP/1.1\r\n${host()}\r\n`)

    assert.deepEqual(statusesOf(answer), [400])
    assert.match(answer, /Connection: close/i)
    assert.deepEqual(server.tenants['t1']?.acts, [])
  })
}

test('what is no HTTP is answered with a problem document, whomever it was for', async () => {
  const answer = await send(`FROBNICATE /acme/new-order HTTP/1.1\r\n${host()}\r\n`)

  assert.match(answer, /^HTTP\/1\.1 400 /)
  assert.match(answer, /^Content-Type: application\/problem\+json/m)
  assert.match(answer, /not a well-formed HTTP request/)
})

test('two Hosts are not a way around the check of hosts', async () => {
  const answer = await send(
    `GET /api/v1/seals HTTP/1.1\r\nHost: evil.example\r\n${host()}Authorization: Bearer owner\r\nConnection: close\r\n\r\n`,
  )

  assert.ok([400, 421].includes(statusesOf(answer)[0] ?? 0), answer)
})

test('an address in absolute form names the same resource', async () => {
  const answer = await send(`GET http://localhost:${port}/healthz HTTP/1.1\r\n${host()}Connection: close\r\n\r\n`)

  assert.deepEqual(statusesOf(answer), [200])
})

test('an address that ends in a question mark is told from one that has none', async () => {
  const queryOf = async (target: string) => {
    const answer = await send(`GET ${target} HTTP/1.1\r\n${host()}Connection: close\r\n\r\n`)
    const [, body = ''] = /(\{.*\})/.exec(answer) ?? []
    return JSON.parse(body).rawQuery
  }

  assert.deepEqual([await queryOf('/echo/a/b'), await queryOf('/echo/a/b?')], [undefined, ''])
  assert.equal(await queryOf('/echo/a/b?c?'), 'c?')
})

test('requests that are sent in one go are answered each, in their order', async () => {
  const one = (name: string, close = '') => `GET /echo/${name}/x HTTP/1.1\r\n${host()}${close}\r\n`

  const answer = await send(one('first') + one('second') + one('third', 'Connection: close\r\n'))

  assert.deepEqual(statusesOf(answer), [200, 200, 200])
  assert.ok(answer.indexOf('first') < answer.indexOf('second') && answer.indexOf('second') < answer.indexOf('third'))
})

test('headers that are too large are answered with 431', async () => {
  const answer = await send(`GET /healthz HTTP/1.1\r\n${host()}X-Big: ${'a'.repeat(20_000)}\r\n\r\n`)

  assert.deepEqual(statusesOf(answer), [431])
})

test('an address that is too long is refused', async () => {
  const answer = await send(`GET /echo/a/${'b'.repeat(20_000)} HTTP/1.1\r\n${host()}\r\n`)

  assert.deepEqual(statusesOf(answer), [431])
})

test('too many headers are refused, and none of them is quietly dropped', async () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `X-${index}: 1\r\n`).join('')
  const ask = (headers: string) =>
    send(`GET /api/v1/seals HTTP/1.1\r\n${host()}${headers}Authorization: Bearer owner\r\nConnection: close\r\n\r\n`)

  assert.deepEqual(statusesOf(await ask(many(90))), [200])
  assert.deepEqual(statusesOf(await ask(many(300))), [431])
})

test('half a request is given up after a while, and takes nothing with it', async () => {
  const startedAt = performance.now()
  const answers = await Promise.all([
    send(`GET /healthz HTTP/1.1\r\n${host()}X-Never: en`),
    send('GET'),
    send(post('Content-Length: 12\r\n', '{"na')),
  ])

  assert.ok(performance.now() - startedAt < 20_000)
  for (const answer of answers) assert.deepEqual(statusesOf(answer), [408])
  assert.match(answers[0] ?? '', /application\/problem\+json/)
  assert.deepEqual(server.tenants['t1']?.acts, [])
})

test('a body that trickles in is cut off in time', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const startedAt = performance.now()
  const socket = connect(port, '127.0.0.1', () => socket.write(post('Content-Length: 1000000\r\n', '{"name":"')))
  const drip = setInterval(() => socket.writable && socket.write('x'), 50)
  socket.on('close', resolve)
  socket.on('error', () => {})
  socket.resume()

  await promise
  clearInterval(drip)

  assert.ok(performance.now() - startedAt < 20_000)
})

test('a client that goes away in the middle of its request disturbs nobody', async () => {
  for (let count = 0; count < 20; count += 1) {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(post('Content-Length: 12\r\n', '{"na'))
      socket.resetAndDestroy()
    })
    socket.on('error', () => {})
  }
  await sleep(100)

  const response = await fetch(`http://localhost:${port}/healthz`)

  assert.equal(response.status, 200)
  assert.doesNotMatch(server.logged(), /"level":"error"/)
})

test('more connections than there may be are dropped, and those that are there are served', async () => {
  const idle = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const { promise, resolve } = Promise.withResolvers<Socket>()
      const socket = connect(port, '127.0.0.1', () => resolve(socket))
      socket.on('error', () => resolve(socket))
      return await promise
    }),
  )
  const open = () => idle.filter((socket) => !socket.destroyed && socket.readyState === 'open')
  await until(
    () => open().length <= 40,
    () => `${open().length} are open`,
  )
  for (const socket of idle) socket.destroy()
  await until(() =>
    fetch(`http://localhost:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )

  const response = await fetch(`http://localhost:${port}/api/v1/seals`, { headers: as('owner') })

  assert.equal(response.status, 200)
})

for (const [how, head, body] of [
  ['announced', 'Content-Length: 10000000000', 'x'.repeat(60_000)],
  ['in chunks', 'Transfer-Encoding: chunked', `fa0\r\n${'x'.repeat(4_000)}\r\n`],
] as const) {
  test(`a body that is too large for a relying party's route, ${how}, ends the connection with one answer`, async () => {
    const answer = await send(`POST /echo/a/b HTTP/1.1\r\n${host()}${head}\r\n\r\n${body}`)

    assert.deepEqual(statusesOf(answer), [413])
    assert.match(answer, /\r\nconnection: close\r\n/i)
  })
}

test('an answer of octets has each header once', async () => {
  const get = await send(`GET /octets HTTP/1.1\r\n${host()}Connection: close\r\n\r\n`)
  const post = await send(`POST /octets HTTP/1.1\r\n${host()}Connection: close\r\nContent-Length: 0\r\n\r\n`)

  for (const answer of [get, post]) {
    const [head = '', body] = answer.split('\r\n\r\n')
    const names = head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(':')[0]?.toLowerCase())
    assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted())
    assert.ok(names.includes('content-length') && names.includes('etag'))
    assert.equal(body, 'a\xffb')
  }
})
