import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '@chancery/pki'
import { type FindRepeated, onceByKey } from '../../src/platform/idempotency.ts'
import { as, type SmallServer, smallServer } from './small-server.ts'

const PATH = '/api/v1/authorities/ca-1/seals'

function maker({ http, config }: SmallServer) {
  const host = new URL(config.url).host
  return (key: string | undefined, payload: object, { token = 'owner', url = PATH } = {}) =>
    http.app.inject({
      method: 'POST',
      url,
      headers: { host, ...as(token), ...(key === undefined ? {} : { 'idempotency-key': key }) },
      payload,
    })
}

test('the same key with the same body gives the same resource, made once', async () => {
  const server = await smallServer()
  const make = maker(server)

  const first = await make('k1', { name: 'x' })
  const again = await make('k1', { name: 'x' })

  assert.deepEqual([first.statusCode, again.statusCode], [201, 201])
  assert.deepEqual(again.json(), first.json())
  assert.equal(first.headers['idempotent-replayed'], undefined)
  assert.equal(again.headers['idempotent-replayed'], 'true')
  assert.equal(server.tenants['t1']?.acts.length, 1)
})

test('without a key, each call makes something', async () => {
  const server = await smallServer()
  const make = maker(server)

  await make(undefined, { name: 'x' })
  await make(undefined, { name: 'x' })

  assert.equal(server.tenants['t1']?.acts.length, 2)
})

test('the same key with another body or another path is refused', async () => {
  const make = maker(await smallServer())
  await make('k1', { name: 'x' })

  const body = await make('k1', { name: 'y' })
  const path = await make('k1', { name: 'x' }, { url: '/api/v1/authorities/ca-2/seals' })

  for (const { statusCode, payload } of [body, path]) {
    assert.equal(statusCode, 422)
    assert.equal(JSON.parse(payload).code, 'idempotency-mismatch')
  }
})

test("a key is its principal's own", async () => {
  const server = await smallServer()
  const make = maker(server)

  const ours = await make('k1', { name: 'x' })
  const another = await make('k1', { name: 'x' }, { token: 'bound' })
  const theirs = await make('k1', { name: 'x' }, { token: 'stranger' })

  assert.equal(new Set([ours, another, theirs].map((answer) => answer.json().id)).size, 3)
})

test('while the first call runs, the second is told so', async () => {
  const server = await smallServer()
  const make = maker(server)

  const [first, second] = await Promise.all([
    make('k1', { name: 'x', waitMs: 1000 }),
    make('k1', { name: 'x', waitMs: 1000 }),
  ])

  assert.deepEqual([first.statusCode, second.statusCode].toSorted(), [201, 409])
  assert.equal(server.tenants['t1']?.acts.length, 1)
  assert.equal((await make('k1', { name: 'x', waitMs: 1000 })).statusCode, 201)
})

test('a creation that was refused or failed has not spent its key', async () => {
  const make = maker(await smallServer())

  assert.equal((await make('k1', { name: 'refused' })).statusCode, 422)
  assert.equal((await make('k1', { name: 'broken' })).statusCode, 500)
  assert.equal((await make('k1', { name: 'x' })).statusCode, 201)
})

test('a key is 1 to 255 visible ASCII characters', async () => {
  const make = maker(await smallServer())

  for (const key of ['', ' ', 'with space', 'k'.repeat(256), 'é']) {
    const { statusCode, payload } = await make(key, { name: 'x' })
    assert.equal(statusCode, 400, JSON.stringify(key))
    assert.match(payload, /"field":"idempotency-key"/)
  }
  assert.equal((await make('~'.repeat(255), { name: 'x' })).statusCode, 201)
})

test('what was made before and is gone is said to be gone, not made again', async () => {
  const server = await smallServer()
  const make = maker(server)
  const { id } = (await make('k1', { name: 'x' })).json()
  const host = new URL(server.config.url).host
  await server.http.app.inject({ method: 'DELETE', url: `/api/v1/seals/${id}`, headers: { host, ...as('owner') } })

  const again = await make('k1', { name: 'x' })

  assert.deepEqual([again.statusCode, again.json().code], [410, 'gone'])
  assert.equal(server.tenants['t1']?.acts.length, 1)
})

const claim = { scope: 'token:a:POST /x', key: 'k', bodyHash: new Uint8Array([1]) }

test('of two processes that make the same, the one that comes second shows what the first made', async () => {
  let stored: Awaited<ReturnType<FindRepeated>>
  const once = onceByKey(async () => stored)

  const result = await once(claim, 0, {
    create: async () => {
      // The other process's row is there by the time that ours is written.
      stored = { bodyHash: new Uint8Array([1]), object: { id: 'theirs' } }
      throw new Refusal('conflict', 'This call was made before.')
    },
    present: async (id) => id,
  })

  assert.equal(result, 'theirs')
})

test('a conflict that has nothing to do with the key stays the conflict that it is', async () => {
  const once = onceByKey(async () => undefined)

  await assert.rejects(
    once(claim, 0, {
      create: async () => {
        throw new Refusal('conflict', 'The name is taken.')
      },
      present: async (id) => id,
    }),
    /The name is taken/,
  )
})
