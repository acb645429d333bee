import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import { longAnswers } from '../../src/platform/long-answers.ts'
import { routesOf } from '../../src/platform/routes.ts'
import { as, ROWS, type Seals, smallServer } from './small-server.ts'

/** A server with an export that goes on until `finish` is called. */
async function exporting(t: TestContext) {
  const streams: Readable[] = []
  const row = routesOf<Seals>()({
    method: 'GET',
    path: '/api/v1/exports/:id',
    role: 'auditor',
    reach: 'tenant',
    operationId: 'export',
    summary: 'Exports',
    isLong: true,
    schema: { params: Type.Object({ id: Type.String() }), response: { 200: Type.Unsafe<Readable>({}) } },
    mediaTypes: ['application/x-ndjson'],
    handle: async ({ params }) => {
      if (params.id === 'refused') throw new Refusal('not-found', 'There is no such thing.')
      const body = new Readable({ read: () => {} })
      body.push('first\n')
      streams.push(body)
      return { status: 200, body }
    },
  })
  const { http, config } = await smallServer({}, { rows: [...ROWS, row] })
  await http.listen()
  t.after(() => http.stop())
  const get = (token: Parameters<typeof as>[0], id = 'all', more: RequestInit = {}) =>
    fetch(new URL(`/api/v1/exports/${id}`, config.url), { headers: as(token), ...more })
  const finish = async () => {
    const stream = streams.shift()
    assert.ok(stream)
    stream.push(null)
    await once(stream, 'close')
  }
  return { get, finish, streams }
}

test('two exports of one account run at once, whatever its tokens; the third is told when to come again', async (t) => {
  const { get, finish, streams } = await exporting(t)
  const [first, second] = [await get('owner'), await get('auditor')]

  const third = await get('owner')
  const stranger = await get('stranger')

  assert.deepEqual([first.status, second.status, third.status, stranger.status], [200, 200, 429, 200])
  assert.equal(third.headers.get('retry-after'), '30')
  assert.deepEqual(Object(await third.json()).code, 'rate-limited')
  await finish()
  assert.equal(await first.text(), 'first\n')
  const again = await get('owner')
  assert.equal(again.status, 200)
  while (streams.length > 0) await finish()
  await Promise.all([second, stranger, again].map((response) => response.text()))
})

test('an export whose client has gone runs no more, nor one that was refused or only asked about', async (t) => {
  const { get, finish, streams } = await exporting(t)
  for (let turn = 0; turn < 3; turn++) {
    assert.equal((await get('owner', 'refused')).status, 404)
    assert.equal((await get('owner', 'all', { method: 'HEAD' })).status, 200)
  }
  streams.length = 0
  const client = new AbortController()
  // Held, because an answer that the garbage collector takes is an export whose client has gone.
  const held = [
    await get('owner', 'all', { signal: client.signal }),
    await get('owner', 'all', { signal: client.signal }),
  ]
  assert.equal((await get('owner')).status, 429)

  client.abort()

  assert.deepEqual(
    held.map((response) => response.status),
    [200, 200],
  )
  await Promise.all(streams.splice(0).map((stream) => stream.destroyed || once(stream, 'close')))
  await wait(10)
  const [one, other] = [await get('owner'), await get('owner')]
  assert.deepEqual([one.status, other.status], [200, 200])
  await finish()
  await finish()
  await Promise.all([one.text(), other.text()])
})

test('a server runs so many exports at once and no more, whose they are', async () => {
  const run = longAnswers({ byAccount: 2, inAll: 3, retryAfterSeconds: 7 })
  const bodies: Readable[] = []
  const answer = async () => {
    const body = new Readable({ read: () => {} })
    bodies.push(body)
    return { status: 200, body } as const
  }
  for (const account of ['a', 'a', 'b']) await run(account, answer)

  await assert.rejects(run('c', answer), { code: 'rate-limited', headers: { 'retry-after': '7' } })
  const [first] = bodies
  assert.ok(first)
  first.destroy()
  await once(first, 'close')

  await run('c', answer)
  await assert.rejects(run('d', answer), { code: 'rate-limited' })
  await assert.rejects(run('c', answer), { code: 'rate-limited' })
})
