import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { Agent, get, request } from 'node:https'
import { connect as connectPlain, type Socket } from 'node:net'
import { before, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type TLSSocket } from 'node:tls'
import { freePort } from '../../../../test/support/free-port.ts'
import { needs } from '../../../../test/support/system-program.ts'
import { PATIENCE_MS, until } from '../../../../test/support/until.ts'
import { hostRule } from '../../src/platform/host-rule.ts'
import type { TlsIdentity } from '../../src/platform/tls-identity.ts'
import { opensslIdentity } from '../support/tls-identity.ts'
import { as, type SmallServer, type SmallServerOptions, smallServer } from './small-server.ts'

const OPENSSL = needs('openssl')
let identity: TlsIdentity
let another: TlsIdentity
before(async () => {
  if (OPENSSL.skip) return
  identity = await opensslIdentity()
  another = await opensslIdentity()
})

interface SecureServer extends SmallServer {
  readonly port: number
}

/** A small server that listens for https too; stopped with its test. */
async function secureServer(
  t: TestContext,
  options: SmallServerOptions = {},
  env: Readonly<Record<string, string>> = {},
): Promise<SecureServer> {
  const port = await freePort()
  const settings = { CHANCERY_URL: `https://localhost:${port}`, CHANCERY_HTTPS: `127.0.0.1:${port}`, ...env }
  const server = await smallServer(settings, { identity, ...options })
  await server.http.listen()
  t.after(() => server.http.stop())
  return { ...server, port }
}

interface Answered {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly fingerprint: string | undefined
  /** The port of our end: of the connection that was used. */
  readonly from: number | undefined
}

function ask(
  port: number,
  path: string,
  { agent, host = `localhost:${port}` }: { readonly agent?: Agent; readonly host?: string } = {},
): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>()
  const ca = [identity.certificate, another.certificate]
  const options = { host: '127.0.0.1', servername: 'localhost', port, path, ca, headers: { host, ...as('owner') } }
  get({ ...options, agent: agent ?? new Agent({ keepAlive: false }) }, (answer) => {
    const { socket } = answer
    const peer = isTls(socket) ? socket.getPeerX509Certificate()?.fingerprint256 : undefined
    const { statusCode: status, headers } = answer
    answer.resume().on('end', () => resolve({ status, headers, fingerprint: peer, from: socket.localPort }))
  }).on('error', reject)
  return promise
}

function isTls(socket: Socket): socket is TLSSocket {
  return 'encrypted' in socket
}

const fingerprintOf = ({ certificate }: TlsIdentity) => new X509Certificate(certificate).fingerprint256

test('https serves everything, to who names a configured host', OPENSSL, async (t) => {
  const { port } = await secureServer(t)

  const api = await ask(port, '/api/v1/seals')
  const foreign = await ask(port, '/api/v1/seals', { host: 'evil.example' })
  const crl = await ask(port, '/echo/a/b', { host: 'evil.example' })

  assert.deepEqual([api.status, foreign.status, crl.status], [200, 421, 200])
})

test('a new certificate is served from the next handshake on, and no connection is dropped', OPENSSL, async (t) => {
  const { http, port } = await secureServer(t)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const before = await ask(port, '/healthz', { agent })

  http.useIdentity(another)
  const kept = await ask(port, '/healthz', { agent })
  const fresh = await ask(port, '/healthz')

  assert.deepEqual([before.status, kept.status, fresh.status], [200, 200, 200])
  assert.equal(kept.from, before.from, 'the same connection')
  assert.equal(before.fingerprint, fingerprintOf(identity))
  assert.equal(fresh.fingerprint, fingerprintOf(another))
})

test('a session of TLS that began under the old certificate is not resumed under the new one', OPENSSL, async (t) => {
  const { http, port } = await secureServer(t)
  const shake = async (session?: Buffer) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ session: Buffer; resumed: boolean }>()
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: [identity.certificate, another.certificate],
      maxVersion: 'TLSv1.2',
      ...(session && { session }),
    })
    socket.on('error', reject)
    socket.on('secureConnect', () => {
      resolve({ session: socket.getSession() ?? Buffer.alloc(0), resumed: socket.isSessionReused() })
      socket.destroy()
    })
    return await promise
  }

  const { session } = await shake()
  const again = await shake(session)
  http.useIdentity(another)
  const after = await shake(session)

  assert.deepEqual([again.resumed, after.resumed], [true, false])
})

test('a request that is in flight on https is answered when the server stops', OPENSSL, async (t) => {
  const server = await secureServer(t)
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const slow = request({
    host: '127.0.0.1',
    port: server.port,
    servername: 'localhost',
    ca: identity.certificate,
    method: 'POST',
    path: '/api/v1/authorities/ca-1/seals',
    headers: { ...as('owner'), host: `localhost:${server.port}`, 'content-type': 'application/json' },
    agent: new Agent({ keepAlive: true }),
  })
  slow.on('response', (answer) => answer.resume().on('end', () => resolve(answer.statusCode))).on('error', reject)
  slow.end(JSON.stringify({ name: 'slow', waitMs: 400 }))
  await until(() => server.tenants['t1']?.begun.length !== 0)

  const startedAt = performance.now()
  const stopped = server.http.stop()

  assert.equal(await promise, 201)
  await stopped
  assert.ok(performance.now() - startedAt < 30_000, 'the kept connection does not hold the stop')
  await assert.rejects(ask(server.port, '/healthz'), { code: 'ECONNREFUSED' })
})

test('neither a kept connection nor a handshake that does not go on holds the stop', OPENSSL, async (t) => {
  const server = await secureServer(t)
  const agent = new Agent({ keepAlive: true })
  await ask(server.port, '/healthz', { agent })
  const silent = connectPlain(server.port, '127.0.0.1').on('error', () => {})
  await new Promise((resolve) => silent.once('connect', resolve))
  await sleep(100)

  const startedAt = performance.now()
  await server.http.stop()

  assert.ok(performance.now() - startedAt < 9_000, 'well before a handshake or a kept connection has to end')
  agent.destroy()
})

test('who does not go on with the handshake, or with the request after it, is cut off', OPENSSL, async (t) => {
  const limits = { headersTimeout: 500, requestTimeout: 1_000, timeoutCheckInterval: 100 }
  const { port } = await secureServer(t, { limits })
  const closed = (socket: Socket) => new Promise<true>((resolve) => socket.on('close', () => resolve(true)))
  const hello = connectPlain(port, '127.0.0.1').on('error', () => {})
  hello.write(Buffer.from('1603010200010001fc', 'hex'))
  const secure = connect({ host: '127.0.0.1', port, servername: 'localhost', ca: identity.certificate })
  secure.on('error', () => {}).on('secureConnect', () => secure.write('GET /healthz HTTP/1.1\r\nHost: lo'))

  const ends = await Promise.race([
    Promise.all([closed(hello), closed(secure.resume())]),
    sleep(PATIENCE_MS, 'still open', { ref: false }),
  ])

  assert.deepEqual(ends, [true, true])
})

test('plain HTTP on the https listener ends the connection, and the server goes on', OPENSSL, async (t) => {
  const { port, logged } = await secureServer(t)

  await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`))

  assert.equal((await ask(port, '/healthz')).status, 200)
  assert.doesNotMatch(logged(), /"level":"error"/)
})

test('an address that is taken is said by its variable, and the plain listener is closed again', OPENSSL, async (t) => {
  const { port } = await secureServer(t)
  const second = await smallServer(
    { CHANCERY_URL: `https://localhost:${port}`, CHANCERY_HTTPS: `127.0.0.1:${port}` },
    { identity },
  )

  await assert.rejects(second.http.listen(), /is taken by another program\. Set CHANCERY_HTTPS to another port/)

  await assert.rejects(fetch(`http://127.0.0.1:${second.config.http.port}/healthz`))
})

test('browsers are told to remember https only where they can follow it', OPENSSL, async () => {
  const hstsOf = async (url: string) => {
    const { http } = await smallServer({ CHANCERY_URL: url, CHANCERY_TLS: 'proxy' })
    const headers = { host: new URL(url).host, ...as('owner') }
    return (await http.app.inject({ url: '/api/v1/seals', headers })).headers['strict-transport-security']
  }

  assert.equal(await hstsOf('https://pki.example.com'), 'max-age=31536000')
  assert.equal(await hstsOf('https://pki.example.com:8443'), undefined)
  assert.equal(await hstsOf('https://localhost'), undefined)
})

test('a whole URL as the target of a plain request becomes no part of where it is sent', OPENSSL, async () => {
  const server = await smallServer({ CHANCERY_URL: 'https://pki.example.com' }, { identity })
  const rule = hostRule(server.config)
  const locationOf = (target: string) => rule({ method: 'GET', scheme: 'http', host: 'pki.example.com', target })

  assert.equal(locationOf('/x?y'), 'https://pki.example.com/x?y')
  assert.equal(locationOf('http://.evil.example/x'), 'https://pki.example.com/')
  assert.equal(locationOf('*'), 'https://pki.example.com/')
})
