import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { Type } from 'typebox'
import { type RouteRow, routesOf } from '../../src/platform/routes.ts'
import { as, type Seals, smallServer } from './small-server.ts'

test('a HEAD reads nothing of what a GET would send for minutes', async () => {
  let read = 0
  async function* pages() {
    for (let page = 0; page < 1_000; page++) {
      read++
      yield 'a'.repeat(1_000)
    }
  }
  const row: RouteRow<Seals> = routesOf<Seals>()({
    method: 'GET',
    path: '/api/v1/pages',
    role: 'auditor',
    reach: 'tenant',
    operationId: 'readPages',
    summary: 'Reads pages',
    schema: { response: { 200: Type.Unsafe<Readable>(Type.String()) } },
    mediaTypes: ['text/plain'],
    handle: async () => ({ status: 200, body: Readable.from(pages()) }),
  })
  const { http, config } = await smallServer({}, { rows: [row] })
  const ask = (method: 'HEAD' | 'GET') =>
    http.app.inject({ method, url: '/api/v1/pages', headers: { host: new URL(config.url).host, ...as('auditor') } })

  const head = await ask('HEAD')
  assert.deepEqual([head.statusCode, head.headers['content-type'], head.payload], [200, 'text/plain', ''])
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.equal(read, 0)
  assert.equal((await ask('GET')).payload.length, 1_000_000)
  await http.stop()
})
