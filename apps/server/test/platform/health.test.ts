import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { healthRoutes } from '../../src/platform/health.ts'
import { silentLog } from '../../src/platform/log.ts'
import { smallServer } from './small-server.ts'

test('a process that lives says so, and one that can work says that it is ready', async () => {
  const { http } = await smallServer()
  const get = async (url: string) => {
    const { statusCode, payload, headers } = await http.app.inject({ url, headers: { host: '10.0.0.1' } })
    return [statusCode, JSON.parse(payload), headers['cache-control']]
  }

  assert.deepEqual(await get('/healthz'), [200, { status: 'alive' }, 'no-store'])
  assert.deepEqual(await get('/readyz'), [200, { status: 'ready', parts: { database: 'ready' } }, 'no-store'])
})

test('a part that fails is named, and why stays in the log', async () => {
  const { http, readiness, logged } = await smallServer()
  readiness.failing = true

  const failing = await http.app.inject({ url: '/readyz', headers: { host: 'x' } })
  readiness.failing = false
  await sleep(600)
  const mended = await http.app.inject({ url: '/readyz', headers: { host: 'x' } })
  const alive = await http.app.inject({ url: '/healthz', headers: { host: 'x' } })

  assert.deepEqual([failing.statusCode, failing.json()], [503, { status: 'not-ready', parts: { database: 'failing' } }])
  assert.match(logged(), /connection refused by postgres:\/\/chancery:\[password\]@db/)
  assert.equal(mended.statusCode, 200)
  assert.equal(alive.statusCode, 200)
})

test('a thousand who ask at once cost one look', async () => {
  let looks = 0
  const [, readyz] = healthRoutes({
    parts: {
      database: async () => {
        looks += 1
      },
    },
    isStopping: () => false,
    now: () => 0,
    log: silentLog,
  })
  const request = {
    method: 'GET',
    rawPath: '/readyz',
    rawQuery: '',
    params: {},
    headers: {},
    address: () => '192.0.2.1',
    body: new Uint8Array(),
  } as const

  await Promise.all(Array.from({ length: 1_000 }, () => readyz?.handle(request)))

  assert.equal(looks, 1)
})
