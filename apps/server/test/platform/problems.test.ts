import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { PROBLEM_CODES, Problem, SCHEMAS } from '@chancery/api'
import { REFUSAL_CODES } from '@chancery/pki'
import { Ajv } from 'ajv'
import type { InjectOptions } from 'fastify'
import { processorTime } from '../../../../test/support/processor-time.ts'
import { PROBLEMS } from '../../src/platform/problem.ts'
import { as, type SmallServer, smallServer } from './small-server.ts'

const PATH = '/api/v1/authorities/ca-1/seals'
const isProblem = new Ajv({ strict: false, formats: { 'date-time': true } }).addSchema([...SCHEMAS]).compile(Problem)
let server: SmallServer

before(async () => {
  server = await smallServer()
})

async function call(options: InjectOptions, token = 'owner') {
  const host = new URL(server.config.url).host
  const response = await server.http.app.inject({ ...options, headers: { host, ...as(token), ...options.headers } })
  return { status: response.statusCode, headers: response.headers, payload: response.payload }
}

/** The answer as a problem: its media type and shape are those of RFC 9457 whatever went wrong. */
async function problem(
  options: InjectOptions,
  token = 'owner',
): Promise<Problem & { headers: Record<string, unknown> }> {
  const { status, headers, payload } = await call(options, token)
  const body: unknown = JSON.parse(payload)
  assert.ok(isProblem(body), JSON.stringify(isProblem.errors))
  assert.match(String(headers['content-type']), /^application\/problem\+json/)
  assert.equal(headers['cache-control'], 'no-store')
  const shown = JSON.parse(payload)
  assert.equal(shown.status, status)
  return { ...shown, headers }
}

const json = (payload: string) => ({
  method: 'POST' as const,
  url: PATH,
  payload,
  headers: { 'content-type': 'application/json' },
})

test('every way to decline has a status and a title of its own', () => {
  assert.deepEqual(Object.keys(PROBLEMS).toSorted(), PROBLEM_CODES.toSorted())
  for (const code of REFUSAL_CODES) assert.ok(PROBLEMS[code][0] >= 400 && PROBLEMS[code][0] < 600)
  const titles = Object.values(PROBLEMS).map(([, title]) => title)
  assert.equal(new Set(titles).size, titles.length)
})

test('a body with several faults is answered with all of them, each with its JSON pointer and what is expected', async () => {
  const { code, status, errors } = await problem({
    method: 'POST',
    url: PATH,
    payload: { nam: 'x', days: '12', key: { kind: 'import', pme: 'x' }, startsAt: '2026-02-30T00:00:00Z' },
  })

  assert.deepEqual([status, code], [400, 'malformed'])
  assert.deepEqual(
    errors?.map(({ field, detail }) => `${field} ${detail}`),
    [
      '/name It is missing.',
      '/nam It is no field here; perhaps "name" was meant.',
      '/days It has to be an integer.',
      '/startsAt It has to be a date-time.',
      '/key/pem It is missing.',
      '/key/pme It is no field here; perhaps "pem" was meant.',
    ],
  )
})

test('an alternative that fits no form is answered with the forms that there are', async () => {
  for (const key of [{ kind: 'other' }, 7, null, []]) {
    const { errors } = await problem({ method: 'POST', url: PATH, payload: { name: 'x', key } })

    assert.deepEqual(errors, [{ field: '/key', detail: 'It has to hold one of "kind": "generate", "kind": "import".' }])
  }
})

test('a query is text and therefore coerced, and a misspelt parameter is refused', async () => {
  assert.equal((await call({ url: '/api/v1/seals?limit=1' })).status, 200)

  const { errors } = await problem({ url: '/api/v1/seals?autority=ca-1&limit=many' })

  assert.deepEqual(errors, [
    { field: '?autority', detail: 'It is no field here; perhaps "authority" was meant.' },
    { field: '?limit', detail: 'It has to be an integer.' },
  ])
})

test('a field that would change an object behind JSON is an unknown field like any other', async () => {
  const { errors } = await problem(json('{"name":"x","__proto__":{"admin":true},"constructor":{}}'))

  assert.deepEqual(errors?.map(({ field }) => field).toSorted(), ['/__proto__', '/constructor'])
})

test('a broken body says where it breaks and quotes nothing of it', async () => {
  const broken = await problem(json('{"name": "hunter2" "x"}'))
  assert.match(broken.detail, /not JSON in UTF-8/)
  assert.doesNotMatch(JSON.stringify(broken), /hunter2/)

  for (const payload of ['{"name":', 'null', '[]', '"x"', '7', '\u0000']) {
    assert.equal((await problem(json(payload))).code, 'malformed', payload)
  }
  const latin1 = await call({ ...json(''), payload: Buffer.from('{"name":"caf\u00e9"}', 'latin1') })
  assert.match(latin1.payload, /not JSON in UTF-8/)
})

test('a deeply nested body is refused like any other that does not fit', async () => {
  const depth = 200_000

  const { code } = await problem(json(`${'{"key":'.repeat(depth)}1${'}'.repeat(depth)}`.slice(0, 1_000_000)))

  assert.equal(code, 'malformed')
})

test('a body with a hundred thousand faults is answered quickly with a few of them', async () => {
  const payload = `{${Array.from({ length: 60_000 }, (_, i) => `"f${i}":1`).join(',')}}`

  const startedAt = processorTime()
  const { errors = [] } = await problem(json(payload))

  assert.ok(errors.length >= 1 && errors.length <= 20)
  assert.ok(processorTime() - startedAt < 1_000)
})

test('a missing body, a body of another media type and a body that is too large are three different refusals', async () => {
  assert.equal((await problem({ method: 'POST', url: PATH })).detail, 'A JSON body is needed.')
  const other = await problem({ method: 'POST', url: PATH, payload: 'x', headers: { 'content-type': 'text/plain' } })
  assert.deepEqual([other.status, other.code], [415, 'unsupported-media-type'])
  const large = await problem(json(`{"name":"${'x'.repeat(1024 * 1024)}"}`))
  assert.deepEqual([large.status, large.code], [413, 'too-large'])
  assert.match(large.detail, /: \d+ octets at the most\.$/)
})

test('an address that takes no body refuses one', async () => {
  const { detail } = await problem({ method: 'DELETE', url: '/api/v1/seals/first-t1', payload: { force: true } })

  assert.equal(detail, 'This address takes no body.')
})

test('a method that an address does not take is answered with those that it does', async () => {
  const { status, headers } = await problem({ method: 'PUT', url: '/api/v1/seals/first-t1', payload: { x: 1 } })
  assert.equal(status, 405)
  assert.equal(headers['allow'], 'DELETE, GET, HEAD, OPTIONS')

  const options = await call({ method: 'OPTIONS', url: '/api/v1/seals' })
  assert.deepEqual([options.status, options.headers['allow']], [204, 'GET, HEAD, OPTIONS'])
})

test('what is not there, badly encoded or too long is answered as a problem too', async () => {
  assert.equal((await problem({ url: '/api/v1/nothing' })).code, 'not-found')
  assert.equal((await problem({ url: '/api/v1/seals/%zz' })).code, 'malformed')
  const long = await problem({ url: `/api/v1/seals/${'x'.repeat(200)}` })
  assert.deepEqual([long.status, long.code], [414, 'address-too-long'])
})

test('a refusal of the domain is shown with its problems, a fault only by its reference', async () => {
  const refused = await problem({ method: 'POST', url: PATH, payload: { name: 'refused' } })
  assert.deepEqual([refused.status, refused.code, refused.detail], [422, 'name-not-allowed', 'That name is taken.'])
  assert.deepEqual(refused.errors, [{ field: '/name', detail: 'Taken.' }])

  const fault = await problem({ method: 'POST', url: PATH, payload: { name: 'broken' } })
  assert.deepEqual([fault.status, fault.code], [500, 'fault'])
  assert.match(fault.reference ?? '', /^[0-9A-Za-z]{10}-[0-9a-z]+$/)
  assert.doesNotMatch(JSON.stringify(fault), /inner|hunter2/)
})
