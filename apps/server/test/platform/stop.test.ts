import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { Agent, get } from 'node:http'
import { test } from 'node:test'
import { until } from '../../../../test/support/until.ts'
import { silentLog } from '../../src/platform/log.ts'
import { type ServedProcess, serve } from '../../src/platform/serve.ts'
import { as, type SmallServer, smallServer } from './small-server.ts'

/** A process that can be sent signals and notes how it ended. */
function fakeProcess(): {
  readonly process: ServedProcess
  readonly signal: (name: string) => void
  readonly exits: number[]
} {
  const events = new EventEmitter()
  const exits: number[] = []
  const process = {
    on: (event: string, listener: () => void) => events.on(event, listener),
    off: (event: string, listener: () => void) => events.off(event, listener),
    exit: (code: number): never => {
      exits.push(code)
      throw new Error('the process has ended')
    },
  }
  return { process, signal: (name) => events.emit(name), exits }
}

function start(server: SmallServer, broken?: Promise<Error>) {
  const { process, signal, exits } = fakeProcess()
  const events: string[] = []
  const { promise: announced, resolve } = Promise.withResolvers<void>()
  const close = async () => void events.push('closed')
  const ended = serve({
    ...{ http: server.http, log: silentLog, close, announce: resolve, process },
    ...(broken && { broken }),
  }).then(() => events.push('ended'))
  return { announced, ended, signal, exits, events }
}

function slowPost({ config }: SmallServer, waitMs: number, signal?: AbortSignal) {
  return fetch(`${config.url}/api/v1/authorities/ca-1/seals`, {
    method: 'POST',
    headers: { ...as('owner'), 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'slow', waitMs }),
    ...(signal && { signal }),
  })
}

/** Resolves when a call is worked on. */
function begun({ tenants }: SmallServer): Promise<void> {
  return until(() => tenants['t1']?.begun.length !== 0)
}

/** A call that is worked on, and whose client has gone. */
async function leftAlone(server: SmallServer, waitMs: number): Promise<void> {
  const leaves = new AbortController()
  const gone = slowPost(server, waitMs, leaves.signal)
  await begun(server)
  leaves.abort()
  await assert.rejects(gone)
}

test('a request in flight is answered, then the rest is closed', async () => {
  const server = await smallServer()
  const running = start(server)
  await running.announced

  const arrived = once(server.http.app.server, 'request')
  const slow = slowPost(server, 300)
  await arrived
  const startedAt = performance.now()
  running.signal('SIGTERM')
  const response = await slow
  await running.ended

  assert.equal(response.status, 201)
  assert.equal(server.tenants['t1']?.acts.length, 1)
  assert.deepEqual(running.events, ['closed', 'ended'])
  assert.ok(performance.now() - startedAt < 20_000, 'nothing waits for kept connections')
  await assert.rejects(fetch(`${server.config.url}/healthz`), 'nobody listens any more')
})

test('a kept connection that is idle does not hold the stop', async () => {
  const server = await smallServer()
  const running = start(server)
  await running.announced
  const agent = new Agent({ keepAlive: true })
  const { promise, resolve } = Promise.withResolvers<void>()
  get(`${server.config.url}/healthz`, { agent }, (response) => response.resume().on('end', resolve))
  await promise

  const startedAt = performance.now()
  running.signal('SIGINT')
  await running.ended
  agent.destroy()

  assert.ok(performance.now() - startedAt < 20_000)
})

test('while it stops it says that it is not ready', async () => {
  const server = await smallServer()
  await server.http.listen()
  const host = new URL(server.config.url).host
  const slow = slowPost(server, 1_500)
  await begun(server)

  assert.equal((await fetch(`${server.config.url}/readyz`)).status, 200)
  // A client that keeps its connection busy asks again on it after the stop began.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = async (path: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
    get({ host: '127.0.0.1', port: server.config.http.port, path, agent, headers: { host } }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    }).on('error', reject)
    return await promise
  }
  const asked = Promise.all([ask('/echo/a/b'), ask('/readyz')])
  const stopped = server.http.stop()
  const [, ready] = await asked.catch(() => [undefined, 503])
  await Promise.all([slow, stopped])
  agent.destroy()

  assert.equal(ready, 503)
  assert.equal(server.http.isStopping(), true)
})

test('a request that never ends is cut off when the time is over', async () => {
  const server = await smallServer({}, { limits: { stopTimeout: 300 } })
  const running = start(server)
  await running.announced
  const never = slowPost(server, 10_000).then(
    () => 'answered',
    () => 'cut off',
  )
  await begun(server)

  const startedAt = performance.now()
  running.signal('SIGTERM')
  await running.ended

  assert.equal(await never, 'cut off')
  assert.ok(performance.now() - startedAt < 8_000)
  assert.deepEqual(running.events, ['closed', 'ended'])
})

test('work whose client has gone away is finished before the rest is closed', async () => {
  const server = await smallServer()
  const running = start(server)
  await running.announced
  await leftAlone(server, 600)

  running.signal('SIGTERM')
  await running.ended

  assert.equal(server.tenants['t1']?.acts.length, 1, 'it had what it works with until its end')
})

test('work that never ends is not waited for longer than any other', async () => {
  const server = await smallServer({}, { limits: { stopTimeout: 300 } })
  const running = start(server)
  await running.announced
  await leftAlone(server, 10_000)

  const startedAt = performance.now()
  running.signal('SIGTERM')
  await running.ended

  assert.ok(performance.now() - startedAt < 8_000)
})

test('a second signal ends the process at once', async () => {
  const server = await smallServer()
  const running = start(server)
  await running.announced
  const slow = slowPost(server, 500)
  await begun(server)

  running.signal('SIGINT')
  assert.throws(() => running.signal('SIGINT'), /the process has ended/)

  assert.deepEqual(running.exits, [130])
  await Promise.all([slow, running.ended])
})

test('what broke for this process ends it with an error, once requests in flight are answered', async () => {
  const server = await smallServer()
  const { promise: broken, resolve: breaks } = Promise.withResolvers<Error>()
  const running = start(server, broken)
  const ended = assert.rejects(running.ended, /the process has ended/)
  await running.announced
  const slow = slowPost(server, 300)
  await begun(server)

  breaks(new Error('the disk failed'))

  assert.equal((await slow).status, 201)
  await ended
  assert.deepEqual([running.exits, running.events], [[1], []], 'nothing is closed as if it was well')
})

test('an address that is taken is said so, and what was opened is closed again', async () => {
  const first = await smallServer()
  await first.http.listen()
  const second = await smallServer({ CHANCERY_HTTP: `127.0.0.1:${first.config.http.port}` })
  const running = start(second)

  await assert.rejects(running.ended, /is taken by another program\. Set CHANCERY_HTTP to another port/)

  assert.deepEqual(running.events, ['closed'])
  await first.http.stop()
})
