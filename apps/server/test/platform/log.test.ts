import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { createLog } from '../../src/platform/log.ts'
import { as, smallServer } from './small-server.ts'

const TOKEN = `chancery_${'Zx9_-'.repeat(8)}abc`
const CLAIM = 'Q7vv0aQ2SfXUsGx5mQ0eVqE3m2g'
const PASSWORD = 'correct-horse-battery'
const { privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const KEY_BODY = privateKey.split('\n')[1] ?? 'none'

/** What must never be in a log, whatever way it came. */
const SECRETS = [TOKEN, TOKEN.slice(9), CLAIM, PASSWORD, KEY_BODY, 'c2VjcmV0LWJhc2lj']

test('no kind of secret reaches the log, by field or inside a text', () => {
  const lines: string[] = []
  const log = createLog('debug', { write: (line: string) => lines.push(line) })

  const cause = new Error(`could not connect to postgres://chancery:${PASSWORD}@db.example.com/chancery`)
  log.info(`called with Authorization: Bearer ${TOKEN}`, { token: TOKEN })
  log.info('headers', { headers: { authorization: `Basic c2VjcmV0LWJhc2lj`, cookie: `session=${CLAIM}` } })
  log.warn('input', { body: { password: PASSWORD, newPassword: PASSWORD, nested: [{ passphrase: PASSWORD }] } })
  log.error(`imported ${privateKey}`, { pem: privateKey, error: new Error(privateKey, { cause }) })
  log.error('cut', { pem: privateKey.slice(0, 90) })
  log.debug(`GET /claim/${CLAIM}?token=${TOKEN}`, { url: `https://pki.example.com/claim/${CLAIM}#secret=${CLAIM}` })
  log.debug('bytes', { sealed: Buffer.from(PASSWORD), masterKey: Buffer.from(PASSWORD), privateKey })
  log.debug('key of a field', { [TOKEN]: 1, [`Bearer ${TOKEN}`]: 2 })

  const text = lines.join('')
  assert.equal(lines.length, 8)
  for (const secret of SECRETS) assert.ok(!text.includes(secret), `${secret} stands in the log`)
  assert.ok(text.includes('postgres://chancery:[password]@db.example.com/chancery'), 'what is not secret stays')
})

test('a line is JSON with level, time and message, and an error with its causes', () => {
  const lines: string[] = []
  const log = createLog('info', { write: (line: string) => lines.push(line) })

  log.debug('not shown')
  log.error('failed', { error: new Error('outer', { cause: new TypeError('inner') }), serial: 12n, at: 7 })

  assert.equal(lines.length, 1)
  const line = JSON.parse(lines[0] ?? '')
  assert.equal(line.level, 'error')
  assert.equal(line.message, 'failed')
  assert.match(line.time, /^\d{4}-\d\d-\d\dT/)
  assert.equal(line.error.message, 'outer')
  assert.deepEqual([line.error.cause.type, line.error.cause.message], ['TypeError', 'inner'])
  assert.equal(line.serial, '12')
})

test('what is logged is bounded in depth, width and length', () => {
  const lines: string[] = []
  const log = createLog('info', { write: (line: string) => lines.push(line) })
  const round: Record<string, unknown> = {
    text: 'x'.repeat(1_000_000),
    list: Array.from({ length: 10_000 }, (_, i) => i),
  }
  round['self'] = round

  log.info('large', round)

  assert.ok((lines[0] ?? '').length < 60_000)
})

test('the log of requests holds routes, statuses and references, and nothing that came with the request', async () => {
  const { http, config, logged } = await smallServer()
  const headers = { host: new URL(config.url).host, 'x-secret': CLAIM, cookie: `s=${CLAIM}`, ...as('owner') }

  await http.app.inject({ url: `/api/v1/seals/${CLAIM}?limit=1`, headers: { ...headers, ...as(TOKEN) } })
  await http.app.inject({ url: `/api/v1/seals/${CLAIM.slice(0, 20)}`, headers })
  await http.app.inject({ url: `/claim/${CLAIM}`, headers })
  const failed = await http.app.inject({
    method: 'POST',
    url: '/api/v1/authorities/ca-1/seals',
    headers: { ...headers, 'idempotency-key': CLAIM },
    payload: { name: 'broken', key: { kind: 'import', pem: privateKey } },
  })

  const { reference } = failed.json()
  const lines = logged()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(failed.statusCode, 500)
  assert.ok(lines.some((line) => line.level === 'error' && line.reference === reference))
  assert.ok(lines.some((line) => line.route === '/api/v1/seals/:id' && line.status === 404 && line.durationMs >= 0))
  for (const secret of [...SECRETS, CLAIM.slice(0, 20), 'hunter2']) assert.ok(!logged().includes(secret), secret)
  assert.ok(!failed.payload.includes('hunter2'))
})
