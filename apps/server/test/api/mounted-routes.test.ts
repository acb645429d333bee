import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { METHODS } from 'node:http'
import { after, test } from 'node:test'
import { isAtLeast, type Role, roleAnywhere, roleFor } from '../../src/accounts/roles.ts'
import { type AnyRow, isAbove, type RouteRow } from '../../src/platform/routes.ts'
import type { AboveDomain } from '../../src/protocols/api/above-domain.ts'
import type { ApiDomain } from '../../src/protocols/api/api-domain.ts'
import { API_ROUTES } from '../../src/protocols/api/api-routes.ts'
import { ENDPOINTS, type Endpoint } from '../../src/sign-in/endpoints.ts'
import type { SignInDomain } from '../../src/sign-in/sign-in-domain.ts'
import { SIGN_IN_ROUTES } from '../../src/sign-in/sign-in-routes.ts'
import { type All, harmless, OPERATIONS, PEOPLE_OPERATIONS, type People } from './example-calls.ts'
import { type Caller, mountedWorld } from './mounted-world.ts'

const api = await mountedWorld({ after, fullName: 'mounted routes' })
const [own, other] = api.here.authorities
const [foreign] = api.elsewhere.authorities
assert.ok(own && other && foreign)

/** What is mounted and asks nobody who they are: each is a decision that stands here. */
const PUBLIC = [
  'GET /',
  'GET /api/docs',
  'GET /api/openapi.json',
  'GET /claim/:token',
  'GET /cps/:authority/renewal',
  'GET /request/:publicId',
  'GET /request-status/:token',
  'GET /style.css',
  'GET /healthz',
  'GET /readyz',
  'GET /platform-ca.pem',
  'GET /setup',
  'GET /console',
  'GET /console/*',
  'GET /sign-in',
  'GET /register',
  'GET /invitation',
  'GET /forgot-password',
  'GET /new-password',
  'GET /assets/:name',
  'GET /crl/:generation.crl',
  'GET /crl/:generation/:partition.crl',
  'GET /crl/:generation/delta.crl',
  'GET /aia/:generation.cer',
  'GET /aia/:generation.p7c',
  'GET /aia/:generation.pem',
  'GET /cps/:authority',
  'GET /ocsp/:generation',
  'POST /ocsp/:generation',
  'GET /ocsp/:generation/*',
  'POST /ocsp/:generation/*',
  // Each address of ACME but three is signed for, and two of them may be (RFC 8555 §6.3).
  ...['/acme', '/acme/:policy'].flatMap((base) => [
    `GET ${base}/renewal-info/:certificate`,
    ...['directory', 'new-nonce'].flatMap((path) => [`GET ${base}/${path}`, `POST ${base}/${path}`]),
    ...[
      ...[
        'new-account',
        'account/:id',
        'account/:id/orders',
        'key-change',
        'new-order',
        'order/:id',
        'order/:id/finalize',
      ],
      ...['authorization/:id', 'challenge/:id', 'certificate/:id', 'certificate/:id/:alternate', 'revoke-cert'],
    ].map((path) => `POST ${base}/${path}`),
  ]),
]

type Row = AnyRow<ApiDomain, AboveDomain & SignInDomain>
type TenantRow = RouteRow<ApiDomain>

const ROWS: readonly Row[] = [...API_ROUTES, ...SIGN_IN_ROUTES]

/** The endpoints of sign-in, which have a table of their own, because they answer before anybody is known. */
const AUTH = ENDPOINTS.map((endpoint: Endpoint) => ({
  ...endpoint,
  route: `${endpoint.method} /api/auth${endpoint.path}`,
}))

const rowAt = (method: string, url: string) => ROWS.find((row) => row.method === method && row.path === url)

test('every route of the router stands in the table, or among those that are public', () => {
  const answering = api.mounted.filter(({ config }) => config['otherMethods'] !== true)
  const untabled = answering
    .map(({ method, url }) => `${method === 'HEAD' ? 'GET' : method} ${url}`)
    .filter((route) => rowAt(...(route.split(' ') as [string, string])) === undefined)

  assert.deepEqual([...new Set(untabled)].sort(), [...PUBLIC, ...AUTH.map(({ route }) => route)].sort())
  for (const { method, url, config } of answering) {
    const row = rowAt(method === 'HEAD' ? 'GET' : method, url)
    if (row !== undefined) assert.equal(config['operationId'], row.operationId, `${method} ${url}`)
  }
})

test('every row of the table is mounted, once, and has a call of its own here', () => {
  const operations = api.mounted
    .filter(({ method, config }) => config['operationId'] !== undefined && method !== 'HEAD')
    .map(({ config }) => config['operationId'])

  const auth = AUTH.map(({ operationId }) => operationId)
  const examples = [...Object.keys(OPERATIONS), ...Object.keys(PEOPLE_OPERATIONS)]

  assert.deepEqual(operations.toSorted(), [...ROWS.map(({ operationId }) => operationId), ...auth].sort())
  assert.deepEqual(operations.toSorted(), [...examples, ...auth].sort())
})

/** A call of an operation about this CA and these people; and whether it names something that a tenant owns. */
function callOf(operationId: string, all: All, people: People) {
  const ofPeople = PEOPLE_OPERATIONS[operationId]
  if (ofPeople !== undefined) return { call: ofPeople[1](people), kind: ofPeople[0] }
  const operation = OPERATIONS[operationId]
  assert.ok(operation, operationId)
  return { call: operation[2](all), kind: operation[1] }
}

/** What the table says of a caller on a row, for an object of this CA: let in, or the status that refuses. */
function judge(row: Row, caller: Caller, authority: string): 'in' | 401 | 403 | 404 {
  if (isAbove(row) && row.role === 'anyone') return 'in'
  if (caller.by === 'nothing good') return 401
  if (isAbove(row)) return caller.by === 'session' && (row.role === 'account' || caller.operator) ? 'in' : 403
  return judgeInTenant(row, caller, authority)
}

function judgeInTenant(row: TenantRow, { by, roles }: Caller, authority: string): 'in' | 403 | 404 {
  const has = (role: Role | undefined) => role !== undefined && isAtLeast(role, row.role)
  if (!has(roleAnywhere({ roles })) || (row.forPeople === true && by === 'token')) return 403
  if (has(roleAnywhere({ roles: roles.filter((one) => one.authority === undefined) }))) return 'in'
  if (row.reach === 'tenant') return 403
  if (row.reach === 'anywhere') return 'in'
  // What is looked up first is not there; a CA that the call itself names is judged by the caller's roles alone.
  if (authority === foreign?.authority && isLookedUp(row)) return 404
  const there = roleFor({ roles }, authority)
  if (there === undefined) return 404
  return has(there) ? 'in' : 403
}

function isLookedUp({ reach, operationId }: TenantRow): boolean {
  return typeof reach === 'object' && 'authorityOf' in reach && operationId !== 'createTemplate'
}

for (const row of ROWS) {
  test(`${row.method} ${row.path} lets in whom the table names, and nobody else`, async () => {
    const { call } = callOf(row.operationId, own, api.here.people)
    for (const caller of api.callers) {
      const expected = judge(row, caller, own.authority)
      const [method, path, body] = expected === 'in' ? harmless(call) : call

      const answer = await api.send(method, path, caller.headers, body)

      const status = expected !== 'in' ? expected : method === 'GET' ? 200 : 400
      assert.equal(answer.status, status, `${caller.name}, ${caller.by}: ${answer.text.slice(0, 300)}`)
      if (method !== 'GET') continue
      const head = await api.send('HEAD', path, caller.headers)
      assert.deepEqual([head.status, head.text], [status, ''], `HEAD by ${caller.name}, ${caller.by}`)
    }
  })
}

for (const row of ROWS) {
  const { call, kind } = callOf(row.operationId, foreign, api.elsewhere.people)
  if (isAbove(row) || kind === 'free' || kind === 'tenant' || kind === 'whole') continue
  test(`${row.method} ${row.path} finds nothing of another tenant, whoever calls`, async () => {
    const [method, path, body] = call
    for (const caller of api.callers) {
      const expected = judge(row, caller, foreign.authority)

      const answer = await api.send(method, path, caller.headers, body)

      const where = `${caller.name}, ${caller.by}: ${answer.text.slice(0, 300)}`
      if (expected !== 'in') assert.equal(answer.status, expected, where)
      else if (kind === 'list') assert.deepEqual([answer.status, answer.body.items], [200, []], where)
      else if (answer.status === 200) assert.deepEqual(outcomes(answer.body), [['refused', 'not-found']], where)
      else assert.equal(answer.status, 404, where)
      assert.doesNotMatch(answer.text, /Foreign Root/)
    }
  })
}

/** Of a bulk: what became of each. */
function outcomes(body: {
  readonly items?: readonly { readonly outcome: string; readonly problem: { readonly code: string } }[]
}) {
  return body.items?.map(({ outcome, problem }) => [outcome, problem.code])
}

test('endpoints of sign-in that are for who is signed in refuse everybody else', async () => {
  const strangers = api.callers.filter(({ by }) => by !== 'session')
  const some = AUTH.filter(({ signedIn }) => signedIn === true)
  assert.ok(some.length > 5)
  for (const { method, path, body } of some) {
    for (const caller of strangers) {
      const { status } = await api.send(method, `/api/auth${path}`, caller.headers, body === undefined ? undefined : {})
      assert.ok([400, 401].includes(status), `${method} ${path} by ${caller.name}: ${status}`)
      if (body === undefined) assert.equal(status, 401, `${method} ${path} by ${caller.name}`)
    }
  }
})

test('other methods do nothing: OPTIONS says what there is, all others are refused', async () => {
  const paths = new Set(ROWS.map(({ path }) => path))
  const owner = api.callers.find(({ name, by }) => name === 'owner of the tenant' && by === 'session')
  assert.ok(owner)
  for (const path of paths) {
    const url = path.replaceAll(/:\w+/g, own.authority)
    const taken = ROWS.filter((row) => row.path === path).map(({ method }) => method as string)
    const allow = [...taken, ...(taken.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort()
    for (const headers of [{}, owner.headers]) {
      const options = await api.send('OPTIONS', url, headers)
      assert.deepEqual([options.status, options.headers['allow'], options.text], [204, allow.join(', '), ''], path)
      for (const method of METHODS.filter((one) => !allow.includes(one) && one !== 'CONNECT')) {
        const { status } = await api.send(method, url, headers)
        assert.equal(status, 405, `${method} ${path}`)
      }
    }
  }
})

test('the description that a server gives is the one that is committed', async () => {
  const { status, text } = await api.send('GET', '/api/openapi.json', {})

  assert.equal(status, 200)
  assert.equal(text, readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'))
})

test('where there is nothing, every method is told so', async () => {
  for (const method of METHODS.filter((one) => one !== 'CONNECT')) {
    for (const url of ['/nope', '/api/v1/nope', '/api/auth/nope', '/acme/nope/nope', '/crl/nope', '/ocsp']) {
      const { status } = await api.send(method, url, {})
      assert.equal(status, 404, `${method} ${url}`)
    }
  }
})

test('a list of a member of two CAs holds what is of both, page by page, and nothing else', async () => {
  const caller = api.callers.find(
    ({ name, by }) => name === 'auditor of the CA and owner of another' && by === 'session',
  )
  assert.ok(caller)
  for (const list of [
    'authorities',
    'templates',
    'requests',
    'certificates',
    'certificates?status=valid',
    'certificates?name=www',
  ]) {
    const mark = list.includes('?') ? '&' : '?'
    const found: string[] = []
    let next = ''
    do {
      const after = next === '' ? '' : `&after=${next}`
      const { status, body } = await api.send('GET', `/${list}${mark}limit=1${after}`, caller.headers)
      assert.equal(status, 200, JSON.stringify(body))
      found.push(...body.items.map((item: { id: string }) => item.id))
      next = body.next ?? ''
    } while (next !== '')
    const byCa: string[][] = await Promise.all(
      [own, other].map(async ({ authority }) => {
        const { body } = await api.send('GET', `/${list}${mark}authority=${authority}`, caller.headers)
        return body.items.map((item: { id: string }) => item.id)
      }),
    )
    assert.ok(byCa.every((some) => some.length > 0) || list.includes('name'), list)
    assert.deepEqual(found.toSorted(), byCa.flat().toSorted(), list)
  }
})

test('after all these calls everything is as it was', async () => {
  for (const tenant of [api.here, api.elsewhere]) {
    const stores = api.stores.for(tenant.tenant)
    assert.deepEqual((await stores.members.find(tenant.people.member))?.roles, [{ role: 'auditor' }])
    assert.ok(await stores.invitations.find(tenant.people.invitation))
    assert.equal((await stores.tokens.find(tenant.people.token))?.revokedAt, undefined)
    assert.equal((await stores.invitations.list({ limit: 10 })).items.length, 1)
    for (const { authority, template, request, certificate } of tenant.authorities) {
      assert.equal((await stores.authorities.find(authority))?.status, 'active')
      assert.equal((await stores.templates.find(template.id))?.revision, 1)
      assert.equal((await stores.requests.find(request))?.status, 'pending')
      assert.equal((await stores.certificates.find(certificate))?.revocation, undefined)
    }
  }
  assert.equal(await api.stores.system.installation.get('open-registration'), undefined)
  await api.checkInvariants()
})
