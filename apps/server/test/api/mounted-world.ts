import type { HTTPMethods } from 'fastify'
import { ROLES, type Role, type ScopedRole } from '../../src/accounts/roles.ts'
import { hashSessionToken, sessionCookieName } from '../../src/accounts/session-of.ts'
import { createToken } from '../../src/accounts/tokens.ts'
import { mountEverything } from '../../src/mount-everything.ts'
import { openAcme } from '../../src/open-acme.ts'
import { systemRandom } from '../../src/platform/clock-and-random.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { createHttpServer } from '../../src/platform/http-server.ts'
import { silentLog } from '../../src/platform/log.ts'
import { fakeAcme } from '../protocols/acme/fake-acme.ts'
import {
  anyRoles,
  newAccount,
  recordOf,
  sampleInvitation,
  sampleMail,
  sampleSession,
  setRoles,
} from '../support/accounts.ts'
import { recordIn } from '../support/samples.ts'
import { sampleDelivery, sampleWebhook } from '../support/webhooks.ts'
import { type Ending, type World, world } from '../support/world.ts'
import type { Json } from './api-world.ts'
import { type All, authorityWithAll, type People } from './example-calls.ts'

/** A route as the router has it. */
export interface MountedRoute {
  readonly method: string
  readonly url: string
  readonly config: Readonly<Record<string, unknown>>
}

/** Somebody who calls, by what they send along. */
export interface Caller {
  readonly name: string
  readonly by: 'token' | 'session' | 'nothing good'
  readonly headers: Readonly<Record<string, string>>
  /** In the tenant. */
  readonly roles: readonly ScopedRole[]
  readonly operator: boolean
}

const CONFIG = loadConfig({})
const HOST = new URL(CONFIG.url).host

/**
 * The whole server as it is served, over a real database with real objects of two tenants; nothing of it knows that it is tested.
 * `mounted` is what the router was given, whoever gave it.
 */
export async function mountedWorld(t: Ending) {
  const built = await world(t, { now: Date.now() })
  const { stores, installation, newId } = built
  const http = await createHttpServer({ config: CONFIG, log: silentLog, now: Date.now, random: systemRandom })
  const mounted: MountedRoute[] = []
  http.app.addHook('onRoute', ({ method, url, config = {} }) => {
    for (const one of [method].flat()) mounted.push({ method: one, url, config: { ...config } })
  })
  const parts = { stores, installation, newId, sealer: built.sealer, signInSecret: 'x'.repeat(43) }
  const acme = await openAcme({ ...parts, nonceSecret: systemRandom(32) }, CONFIG, fakeAcme(built))
  await mountEverything(http, CONFIG, parts, silentLog, { acme })
  t.after(() => http.app.close())

  let count = 0
  const send = async (method: string, path: string, headers: Caller['headers'], body?: unknown) => {
    const response = await http.app.inject({
      method: method as HTTPMethods as 'GET',
      // Each call from an address of its own: how many failures one address may have is another test's matter.
      remoteAddress: `10.${++count >> 16}.${(count >> 8) & 255}.${count & 255}`,
      url: /^\/api\//.test(path) || !path.startsWith('/') ? path : `/api/v1${path}`,
      headers: { host: HOST, ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    })
    const isJson = /json$|json;/.test(String(response.headers['content-type'])) && response.payload !== ''
    const parsed: Json =
      isJson && !String(response.headers['content-type']).includes('ndjson') ? response.json() : undefined
    return { status: response.statusCode, headers: response.headers, body: parsed, text: response.payload }
  }

  const here = await tenantWithAll(built, built.tenant, ['Own Root', 'Other Root'], send)
  const elsewhere = await tenantWithAll(built, await built.newTenant(), ['Foreign Root'], send)
  return { ...built, http, mounted, send, here, elsewhere, callers: await callersOf(built, here, elsewhere) }
}

type Send = (method: string, path: string, headers: Caller['headers'], body?: unknown) => Promise<Json>
type Tenant = Awaited<ReturnType<typeof tenantWithAll>>

/** CAs with one of everything each, and people. */
async function tenantWithAll(built: World, tenant: string, names: readonly string[], send: Send) {
  const owner = await newAccount(built)
  await setRoles(built, tenant, owner, [{ role: 'owner' }])
  const headers = await tokenOf(built, tenant, owner, { role: 'owner' })
  const api = {
    get: async (path: string) => send('GET', path, headers),
    make: async (path: string, body: unknown) => {
      const { status, body: made } = await send('POST', path, headers, body)
      if (status !== 201) throw new Error(`${path}: ${JSON.stringify(made)}`)
      return made
    },
  }
  const authorities: All[] = []
  for (const name of names) authorities.push(await authorityWithAll(name, api, tenant, built.stores.for(tenant)))
  const [first] = authorities
  const open = { authority: first?.authority, name: 'Open', profile: first?.template.profile }
  const { publicId } = await api.make('/templates', { ...open, enrollment: { publicRequests: true } })
  return { tenant, owner, authorities, people: { ...(await peopleOf(built, tenant, owner)), publicTemplate: publicId } }
}

async function peopleOf(built: World, tenant: string, owner: string): Promise<Omit<People, 'publicTemplate'>> {
  const member = await newAccount(built)
  await setRoles(built, tenant, member, [{ role: 'auditor' }])
  const invitation = sampleInvitation(tenant, owner, { createdAt: Date.now(), expiresAt: Date.now() + 86_400_000 })
  const mail = sampleMail(tenant)
  await built.stores.for(tenant).invitations.create(invitation, anyRoles, recordIn(tenant), mail)
  await tokenOf(built, tenant, member, { role: 'auditor' })
  const [token] = (await built.stores.for(tenant).tokens.list({ account: member }, { limit: 1 })).items
  const webhook = sampleWebhook()
  const delivery = sampleDelivery(webhook.id)
  await built.stores.for(tenant).webhooks.create(webhook, recordIn(tenant))
  await built.stores.for(tenant).webhooks.put(delivery, recordIn(tenant))
  const hook = { webhook: webhook.id, delivery: delivery.id }
  return { member, invitation: invitation.id, token: token?.id ?? '', mail: mail.id, ...hook }
}

/** Everybody: each role for the tenant and for each of its CAs, by token and by session; those from elsewhere; and nobody. */
async function callersOf(built: World, here: Tenant, elsewhere: Tenant): Promise<readonly Caller[]> {
  const [a, b] = here.authorities.map(({ authority }) => authority)
  const grants: (readonly [string, readonly ScopedRole[]])[] = ROLES.flatMap((role) => [
    [`${role} of the tenant`, [{ role }]] as const,
    [`${role} of the CA`, [{ role, authority: a }]] as const,
    [`${role} of another CA`, [{ role, authority: b }]] as const,
  ])
  grants.push(
    ['auditor of the tenant and officer of the CA', [{ role: 'auditor' }, { role: 'officer', authority: a }]],
    [
      'auditor of the CA and owner of another',
      [
        { role: 'auditor', authority: a },
        { role: 'owner', authority: b },
      ],
    ],
  )
  const callers: Caller[] = []
  for (const [name, roles] of grants) {
    const account = await newAccount(built)
    await setRoles(built, here.tenant, account, roles)
    const base = { name, roles, operator: false }
    callers.push({ ...base, by: 'session', headers: await sessionOf(built, account) })
    const [first] = roles
    // A token for all that its maker may do: it has each of the maker's roles.
    const bound = roles.length === 1 && first !== undefined ? first : ({ role: 'owner' } as const)
    callers.push({ ...base, by: 'token', headers: await tokenOf(built, here.tenant, account, bound) })
  }
  const [alone, operator, leaver] = [await newAccount(built), await newAccount(built), await newAccount(built)]
  await built.database.write((trx) =>
    trx.updateTable('account').set({ operator: 1 }).where('id', '=', operator).execute(),
  )
  await setRoles(built, here.tenant, leaver, [{ role: 'owner' }])
  const left = await tokenOf(built, here.tenant, leaver, { role: 'owner' })
  await setRoles(built, here.tenant, leaver, [])
  const nothing = { roles: [], operator: false } as const
  const inTenant = { 'chancery-tenant': here.tenant }
  const foreigner = await sessionOf(built, elsewhere.owner)
  return [
    ...callers,
    { name: 'a stranger', by: 'nothing good', headers: {}, ...nothing },
    { name: 'a token that is none', by: 'nothing good', headers: bearer(`chancery_${'x'.repeat(43)}`), ...nothing },
    { name: 'a session that is none', by: 'nothing good', headers: cookie('x'.repeat(43)), ...nothing },
    { name: 'the token of a removed member', by: 'nothing good', headers: left, ...nothing },
    { name: 'an account without a tenant', by: 'session', headers: await sessionOf(built, alone), ...nothing },
    {
      name: 'an owner of another tenant who names this one',
      by: 'session',
      headers: { ...foreigner, ...inTenant },
      ...nothing,
    },
    { name: 'an operator', by: 'session', headers: await sessionOf(built, operator), roles: [], operator: true },
    {
      name: 'an operator who names the tenant',
      by: 'session',
      headers: { ...(await sessionOf(built, operator)), ...inTenant },
      roles: [],
      operator: true,
    },
  ]
}

async function tokenOf(
  { stores, newId }: World,
  tenant: string,
  account: string,
  { role, authority }: { readonly role: Role; readonly authority?: string | undefined },
): Promise<Caller['headers']> {
  const lifetimeMs = 86_400_000
  const request = { tenant, account, name: 'x', role, lifetimeMs, ...(authority !== undefined && { authority }) }
  const act = { tenant, actor: { kind: 'command-line' }, at: Date.now() } as const
  const tokens = { ...stores.for(tenant).tokens }
  // What the maker may not have in all: it is capped when it is used.
  const deps = {
    tokensOf: () =>
      ({
        ...tokens,
        create: (token, _judge, record) => tokens.create(token, anyRoles, record),
      }) satisfies typeof tokens,
    newId,
    random: systemRandom,
  }
  return bearer((await createToken(request, act, deps)).secret)
}

async function sessionOf({ stores, random }: World, account: string): Promise<Caller['headers']> {
  const token = Buffer.from(random(32)).toString('base64url')
  const session = { createdAt: Date.now(), expiresAt: Date.now() + 86_400_000, tokenHash: hashSessionToken(token) }
  await stores.system.sessions.create(sampleSession(account, session), recordOf(account))
  return cookie(token)
}

function bearer(token: string): Caller['headers'] {
  return { authorization: `Bearer ${token}` }
}

function cookie(token: string): Caller['headers'] {
  return { cookie: `${sessionCookieName('http')}=${token}.signature`, 'sec-fetch-site': 'same-origin' }
}
