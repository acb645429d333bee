import { randomBytes } from 'node:crypto'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import { freePort } from '../../../../test/support/free-port.ts'
import type { Principal, Standing } from '../../src/accounts/roles.ts'
import type { Act, IdempotencyClaim } from '../../src/audit/audit-record.ts'
import { systemClock, systemRandom } from '../../src/platform/clock-and-random.ts'
import { type Config, loadConfig } from '../../src/platform/config.ts'
import { healthRoutes } from '../../src/platform/health.ts'
import { createHttpServer, type HttpServer } from '../../src/platform/http-server.ts'
import type { Limits } from '../../src/platform/limits.ts'
import { createLog, type Log } from '../../src/platform/log.ts'
import { mountPublicRoutes } from '../../src/platform/mount-public-routes.ts'
import { mountRoutes } from '../../src/platform/mount-routes.ts'
import { apiDescriptionRoutes, openApiText } from '../../src/platform/openapi.ts'
import type { PublicRoute } from '../../src/platform/public-routes.ts'
import { aboveRoutesOf, type RouteRow, routesOf } from '../../src/platform/routes.ts'
import type { TlsIdentity } from '../../src/platform/tls-identity.ts'

/** A domain as small as can be: seals that belong to CAs of a tenant, kept in memory. */
export interface Seals {
  readonly all: { readonly id: string; readonly authority: string; readonly name: string }[]
  readonly acts: Act[]
  /** Names of the seals that somebody began to make. */
  readonly begun: string[]
  /** What was made under an `Idempotency-Key`. */
  readonly made: (IdempotencyClaim & { readonly object: { readonly id: string } })[]
}

/** An auditor of the tenant, and an administrator of one CA. */
const MIXED = [{ role: 'auditor' }, { role: 'administrator', authority: 'ca-1' }] as const

/** Who can be signed in, by the value of the cookie. */
const PEOPLE: Readonly<Record<string, Standing>> = {
  ann: { operator: false, tenants: new Map([['t1', [{ role: 'owner' }]]]) },
  lonely: { operator: false, tenants: new Map() },
  operator: { operator: true, tenants: new Map() },
  member: { operator: false, tenants: new Map([['t1', MIXED]]) },
  twice: {
    operator: false,
    tenants: new Map([
      ['t1', [{ role: 'auditor' }]],
      ['t2', [{ role: 'owner' }]],
    ]),
  },
}

/** Tokens by role and reach; each tenant has seals at two CAs, `ca-1` and `ca-2`. */
export const PRINCIPALS: Readonly<Record<string, Principal>> = {
  owner: { tenant: 't1', account: 'a1', token: 'k-owner', roles: [{ role: 'owner' }] },
  auditor: { tenant: 't1', account: 'a1', token: 'k-auditor', roles: [{ role: 'auditor' }] },
  bound: { tenant: 't1', account: 'a1', token: 'k-bound', roles: [{ role: 'administrator', authority: 'ca-1' }] },
  mixed: { tenant: 't1', account: 'a1', token: 'k-mixed', roles: MIXED },
  stranger: { tenant: 't2', account: 'a2', token: 'k-stranger', roles: [{ role: 'owner' }] },
}

const Seal = Type.Object(
  { id: Type.String(), authority: Type.String(), name: Type.String() },
  { additionalProperties: false },
)
const route = routesOf<Seals>()
const aboveRoute = aboveRoutesOf<{ readonly acts: Act[] }>()

function found(domain: Seals, id: string) {
  const seal = domain.all.find((one) => one.id === id)
  if (seal === undefined) throw new Refusal('not-found', 'There is no such thing.')
  return seal
}

const Key = Type.Union([
  Type.Object({ kind: Type.Literal('generate'), type: Type.String() }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal('import'), pem: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
])

/** A table of routes with one of each kind. */
export const ROWS: readonly RouteRow<Seals>[] = [
  route({
    method: 'GET',
    path: '/api/v1/seals',
    role: 'auditor',
    reach: { authorityOfItem: (item) => Object(item).authority },
    operationId: 'listSeals',
    summary: 'Lists seals',
    schema: {
      querystring: Type.Object({
        authority: Type.Optional(Type.String()),
        limit: Type.Optional(Type.Integer({ minimum: 1 })),
        leak: Type.Optional(Type.Boolean()),
      }),
      response: { 200: Type.Object({ items: Type.Array(Seal), next: Type.Optional(Type.String()) }) },
    },
    handle: async ({ domain, query, authorities }) => {
      const all = domain.all.filter(
        ({ authority }) =>
          query.leak === true ||
          ([undefined, authority].includes(query.authority) && (authorities?.includes(authority) ?? true)),
      )
      return { status: 200, body: { items: all.slice(0, query.limit ?? 50) } }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/seals/:id',
    role: 'auditor',
    reach: { authorityOf: async ({ domain, params }) => domain.all.find(({ id }) => id === params.id)?.authority },
    operationId: 'showSeal',
    summary: 'Shows a seal',
    schema: { params: Type.Object({ id: Type.String({ maxLength: 30 }) }), response: { 200: Seal } },
    handle: async ({ domain, params }) => ({ status: 200, body: found(domain, params.id) }),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/seals/:id',
    role: 'administrator',
    reach: { authorityOf: async ({ domain, params }) => domain.all.find(({ id }) => id === params.id)?.authority },
    operationId: 'breakSeal',
    summary: 'Breaks a seal',
    schema: { params: Type.Object({ id: Type.String() }), response: { 204: Type.Null() } },
    handle: async ({ domain, params }) => {
      domain.all.splice(domain.all.indexOf(found(domain, params.id)), 1)
      return { status: 204, body: null }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/authorities/:authority/seals',
    role: 'officer',
    reach: { authorityParam: 'authority' },
    operationId: 'makeSeal',
    summary: 'Makes a seal',
    schema: {
      params: Type.Object({ authority: Type.String() }),
      body: Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 40 }),
          days: Type.Optional(Type.Integer({ maximum: 10 })),
          key: Type.Optional(Key),
          startsAt: Type.Optional(Type.String({ format: 'date-time' })),
          waitMs: Type.Optional(Type.Integer()),
        },
        { additionalProperties: false },
      ),
      response: { 201: Seal },
    },
    creates: { present: async ({ domain }, id) => ({ status: 201, body: found(domain, id) }) },
    handle: async ({ domain, params, body, act }) => {
      if (body.name === 'refused')
        throw new Refusal('name-not-allowed', 'That name is taken.', [{ field: '/name', detail: 'Taken.' }])
      if (body.name === 'broken') throw new Error('inner detail: password=hunter2')
      domain.begun.push(body.name)
      await new Promise((resolve) => setTimeout(resolve, body.waitMs ?? 0))
      const seal = { id: `s-${domain.all.length}-${act.tenant}`, authority: params.authority, name: body.name }
      domain.all.push(seal)
      domain.acts.push(act)
      if (act.idempotency !== undefined) domain.made.push({ ...act.idempotency, object: { id: seal.id } })
      return { status: 201, body: seal, location: `/api/v1/seals/${seal.id}` }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/seals/:id/wax',
    role: 'auditor',
    reach: 'tenant',
    operationId: 'fetchWax',
    summary: 'Fetches the wax',
    schema: { params: Type.Object({ id: Type.String() }), response: { 200: Type.Unsafe<Uint8Array>({}) } },
    mediaTypes: ['application/pkix-cert'],
    handle: async () => ({ status: 200, body: new Uint8Array([0x30, 0x00]) }),
  }),
]

/** One above tenants for each who may call there, and one that only people call. */
export const ABOVE_ROWS = [
  ...(['operator', 'account', 'anyone'] as const).map((role) =>
    aboveRoute({
      method: 'POST',
      path: `/api/v1/bells/${role}`,
      role,
      operationId: `ring-${role}`,
      summary: 'Rings',
      schema: { response: { 200: Type.Object({ by: Type.String() }) } },
      handle: async ({ domain, act, caller }) => {
        domain.acts.push(act)
        return { status: 200, body: { by: caller?.account ?? 'a stranger' } }
      },
    }),
  ),
  route({
    method: 'POST',
    path: '/api/v1/wishes',
    role: 'administrator',
    reach: 'tenant',
    forPeople: true,
    operationId: 'wish',
    summary: 'Wishes',
    schema: { response: { 204: Type.Null() } },
    handle: async () => ({ status: 204, body: null }),
  }),
] as const

export const PUBLIC_ROWS: readonly PublicRoute[] = [
  {
    audience: 'relying-parties',
    methods: ['GET', 'POST'],
    path: '/echo/:name/*',
    summary: 'Says what came',
    bodyLimit: 1_000,
    handle: ({ method, rawPath, rawQuery, params, body }) => ({
      status: 200,
      mediaType: 'application/json',
      etag: '"v1"',
      lastModifiedAt: 1_700_000_000_500,
      body: JSON.stringify({ method, rawPath, rawQuery, params, body: Buffer.from(body).toString('hex') }),
    }),
  },
  {
    audience: 'relying-parties',
    methods: ['GET', 'POST'],
    path: '/octets',
    summary: 'Says octets, and how many, as a route does that answers HEAD without making them',
    handle: () => ({
      status: 200,
      mediaType: 'application/octet-stream',
      etag: '"v1"',
      headers: { 'content-length': '3' },
      body: new Uint8Array([0x61, 0xff, 0x62]),
    }),
  },
]

export interface SmallServer {
  readonly http: HttpServer
  readonly config: Config
  readonly tenants: Readonly<Record<string, Seals>>
  /** The acts of calls above tenants. */
  readonly aboveTenants: readonly Act[]
  readonly logged: () => string
  readonly readiness: { failing: boolean }
}

export interface SmallServerOptions {
  readonly rows?: typeof ROWS
  readonly limits?: Partial<Limits>
  /** What it proves itself by, where it listens for https. */
  readonly identity?: TlsIdentity
}

/** A whole server over the small domain. `listen` gives it a free port. Its log is kept in memory. */
export async function smallServer(
  env: Readonly<Record<string, string>> = {},
  { rows = ROWS, limits = {}, identity }: SmallServerOptions = {},
): Promise<SmallServer> {
  const port = await freePort()
  const config = loadConfig({
    CHANCERY_HTTP: `127.0.0.1:${port}`,
    CHANCERY_URL: `http://localhost:${port}`,
    CHANCERY_LOG_LEVEL: 'debug',
    ...env,
  })
  const lines: string[] = []
  const log: Log = createLog(config.logLevel, { write: (line: string) => lines.push(line) })
  const tenants = { t1: sealsOf('t1'), t2: sealsOf('t2') }
  const readiness = { failing: false }
  const aboveTenants: Act[] = []
  const http = await createHttpServer({
    config,
    log,
    now: systemClock,
    random: systemRandom,
    limits,
    describes: true,
    ...(identity && { identity }),
  })
  await mountRoutes(http, [...rows, ...ABOVE_ROWS], {
    principalOf: async (token) => (Object.hasOwn(PRINCIPALS, token) ? PRINCIPALS[token] : undefined),
    sessionOf: async (cookies) => {
      const account = /^session=(\w+)$/.exec(cookies ?? '')?.[1]
      return account === undefined ? undefined : { account, session: `session of ${account}`, way: 'password' }
    },
    standingOf: async (account) => (Object.hasOwn(PEOPLE, account) ? PEOPLE[account] : undefined),
    above: { acts: aboveTenants },
    domainFor: ({ tenant }) => (tenant === 't1' ? tenants.t1 : tenants.t2),
    findRepeated: async (scope, key) =>
      Object.values(tenants)
        .flatMap(({ made }) => made)
        .find((one) => one.scope === scope && one.key === key),
    rateLimits: { windowMs: 60_000, byPrincipal: 200, failuresByAddress: 20, strangersByAddress: 20 },
  })
  await mountPublicRoutes(http, [
    ...PUBLIC_ROWS,
    ...apiDescriptionRoutes(() => openApiText(http.app)),
    ...healthRoutes({
      parts: { database: async () => failIf(readiness.failing) },
      isStopping: http.isStopping,
      now: systemClock,
      log,
    }),
  ])
  return { http, config, tenants, aboveTenants, logged: () => lines.join(''), readiness }
}

/** Headers of a call with a token, as JSON. */
export function as(token: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { authorization: `Bearer ${token}`, ...more }
}

function sealsOf(tenant: string): Seals {
  return {
    all: [
      { id: `first-${tenant}`, authority: 'ca-1', name: randomBytes(4).toString('hex') },
      { id: `second-${tenant}`, authority: 'ca-2', name: randomBytes(4).toString('hex') },
    ],
    acts: [],
    begun: [],
    made: [],
  }
}

function failIf(failing: boolean): void {
  if (failing) throw new Error('connection refused by postgres://chancery:hunter2@db/x')
}
