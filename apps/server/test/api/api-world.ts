import assert from 'node:assert/strict'
import type { Principal, Role } from '../../src/accounts/roles.ts'
import { ROLES } from '../../src/accounts/roles.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { createHttpServer, type HttpServer } from '../../src/platform/http-server.ts'
import { RATE_LIMITS } from '../../src/platform/limits.ts'
import { createLog } from '../../src/platform/log.ts'
import { mountPublicRoutes } from '../../src/platform/mount-public-routes.ts'
import { mountRoutes } from '../../src/platform/mount-routes.ts'
import { apiDescriptionRoutes, openApiText } from '../../src/platform/openapi.ts'
import { API_ROUTES } from '../../src/protocols/api/api-routes.ts'
import { mountSignIn } from '../../src/sign-in/mount-sign-in.ts'
import { SIGN_IN_ROUTES } from '../../src/sign-in/sign-in-routes.ts'
import { ACCOUNT, type Ending, type World, type WorldOptions, world } from '../support/world.ts'

// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests look at
export type Json = any

/** An answer of the API. */
export interface Reply {
  readonly status: number
  readonly body: Json
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, unknown>>
}

export interface CallOptions {
  /** Whose token: a role, `stranger` (an owner of another tenant), or a role and a CA: `officer@01h…`. */
  readonly as?: string
  readonly body?: unknown
  /** The `Idempotency-Key`. */
  readonly key?: string
}

/** A whole server over a world, without a port. */
export interface ApiWorld extends World {
  readonly http: HttpServer
  readonly stranger: string
  call(method: string, path: string, options?: CallOptions): Promise<Reply>
  get(path: string, options?: CallOptions): Promise<Reply>
  post(path: string, body: unknown, options?: CallOptions): Promise<Reply>
  /** Makes something, and returns it. */
  make(path: string, body: unknown, options?: CallOptions): Promise<Json>
  /** What the server wrote to its log. */
  readonly logged: () => string
}

export async function apiWorld(t: Ending, options: WorldOptions = {}): Promise<ApiWorld> {
  const built = await world(t, options)
  const { installation, stores, now, random } = built
  const config = loadConfig({})
  const lines: string[] = []
  const log = createLog('info', { write: (line: string) => lines.push(line) })
  const http = await createHttpServer({ config, log, now, random, describes: true })
  const stranger = await built.newTenant()
  const deps = {
    principalOf: async (token: string) => principalOf(token, built.tenant, stranger),
    sessionOf: async () => undefined,
    standingOf: (account: string) => stores.system.accounts.standing(account),
    domainFor: ({ tenant }: Principal) => installation.for(tenant),
    findRepeated: stores.system.idempotency.find,
    // How often one address may fail is another test's matter: here it asks for every operation.
    rateLimits: { ...RATE_LIMITS, failuresByAddress: 10_000 },
  }
  await mountRoutes(http, API_ROUTES, {
    ...deps,
    above: {
      ...stores.system,
      tenantOf: (tenant: string) => stores.for(tenant).self,
      health: async () => ({}),
      mail: installation.mail,
      tenantDomain: installation.for,
      renewalSecret: 'a secret',
      pace: { take: async () => undefined, forgive: async () => undefined },
      url: 'https://pki.example.com',
      newId: built.newId,
      random,
    },
  })
  // Nobody signs in here: for the description, which names these calls too.
  await mountSignIn(http, noSignIn)
  await mountRoutes(http, SIGN_IN_ROUTES, {
    ...deps,
    get above() {
      return noSignIn()
    },
  })
  await mountPublicRoutes(
    http,
    apiDescriptionRoutes(() => openApiText(http.app)),
  )
  t.after(() => http.app.close())

  const host = new URL(config.url).host
  const call = async (method: string, path: string, { as = 'owner', body, key }: CallOptions = {}): Promise<Reply> => {
    const response = await http.app.inject({
      method: method as 'GET',
      url: path.startsWith('/api/') ? path : `/api/v1${path}`,
      headers: {
        host,
        authorization: `Bearer ${as.replace('@', '.')}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const { statusCode: status, headers, rawPayload: bytes } = response
    const isJson = /json(;|$)/.test(String(headers['content-type'])) && !String(headers['content-type']).includes('nd')
    return { status, headers, bytes, body: isJson ? response.json() : undefined }
  }
  const post = (path: string, body: unknown, more: CallOptions = {}) => call('POST', path, { ...more, body })
  return {
    ...built,
    http,
    stranger,
    call,
    get: (path, more) => call('GET', path, more),
    post,
    make: async (path, body, more) => {
      const reply = await post(path, body, more)
      assert.equal(reply.status, 201, JSON.stringify(reply.body))
      return reply.body
    },
    logged: () => lines.join(''),
  }
}

/** `officer`, `officer.<id of a CA>`, `stranger`. */
function principalOf(token: string, tenant: string, strangers: string): Principal | undefined {
  const [name = '', authority] = token.split('.')
  if (name === 'stranger')
    return { tenant: strangers, account: 'a-stranger', token: `token-${token}`, roles: [{ role: 'owner' }] }
  if (!isRole(name)) return undefined
  return {
    tenant,
    account: ACCOUNT,
    token: `token-${token}`,
    roles: [{ role: name, ...(authority !== undefined && { authority }) }],
  }
}

function isRole(name: string): name is Role {
  return (ROLES as readonly string[]).includes(name)
}

/** A root by one call. */
export function makeRoot({ make }: Pick<ApiWorld, 'make'>, name = 'Example Root', more: object = {}): Promise<Json> {
  return make('/authorities', { kind: 'root', subject: [{ type: 'commonName', value: name }], ...more })
}

/** The first template of a CA: Web Server. */
export async function webServer({ get }: Pick<ApiWorld, 'get'>, authority: string): Promise<Json> {
  const { body } = await get(`/templates?authority=${authority}`)
  return body.items.at(-1)
}

function noSignIn(): never {
  throw new Error('Nobody signs in here.')
}
