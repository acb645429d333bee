import assert from 'node:assert/strict'
import type { HTTPMethods } from 'fastify'
import { createPolicy } from '../../../src/acme-policies/acme-policies.ts'
import type { AcmePolicy, AcmePolicySettings } from '../../../src/acme-policies/acme-policy.ts'
import { createBinding, type WantedBinding } from '../../../src/acme-policies/bindings.ts'
import { createCsrOnly } from '../../../src/authorities/create-csr-only.ts'
import { type AuthorityProfile, createRoot } from '../../../src/authorities/create-root.ts'
import type { ExchangeFilter, ExchangeStep } from '../../../src/exchanges/exchange-log.ts'
import type { TenantDomain } from '../../../src/installation.ts'
import { type AcmeOptions, openAcme } from '../../../src/open-acme.ts'
import { systemRandom } from '../../../src/platform/clock-and-random.ts'
import { loadConfig } from '../../../src/platform/config.ts'
import { createHttpServer } from '../../../src/platform/http-server.ts'
import { silentLog } from '../../../src/platform/log.ts'
import { mountPublicRoutes } from '../../../src/platform/mount-public-routes.ts'
import { type Ending, type World, type WorldOptions, world } from '../../support/world.ts'
import { fakeAcme } from './fake-acme.ts'
import { fakeValidation } from './fake-validation.ts'
import { type AcmeReply, binding, type KeyKind, type Send, TestClient, testKey } from './test-client.ts'

export const SHARED = 'https://localhost:8443/acme/directory'

/** What a policy lets, unless a test wants it otherwise. */
const SETTINGS: Omit<AcmePolicySettings, 'profiles'> = {
  preApproved: ['*.approved.example', '192.0.2.0/24'],
  identifiers: ['dns', 'ip'],
  wildcards: true,
  challenges: ['http-01', 'dns-01', 'tls-alpn-01'],
  caaIdentities: [],
  homeLabNames: false,
}

export interface AcmeWorld extends World {
  readonly send: Send
  readonly validation: ReturnType<typeof fakeValidation>
  /** A CA of a tenant with a policy that offers its Web Server template. */
  newPolicy(
    settings?: Partial<AcmePolicySettings>,
    of?: {
      readonly tenant?: string
      readonly authority?: AuthorityProfile
      /** The CA has no certificate yet. */
      readonly awaitsCertificate?: true
    },
  ): Promise<TestPolicy>
  /** Waits until challenges are looked at and steps are written. */
  settled(): Promise<void>
  /** The steps of the trace, oldest first. */
  steps(filter?: ExchangeFilter, tenant?: string): Promise<readonly ExchangeStep[]>
}

export interface TestPolicy {
  readonly policy: AcmePolicy
  readonly domain: TenantDomain
  readonly tenant: string
  /** The address of its own directory. */
  readonly directory: string
  readonly template: string
  bind(
    wanted?: Partial<WantedBinding>,
  ): Promise<{ readonly id: string; readonly kid: string; readonly hmacKey: string }>
  /** A client with an account: at the policy's own directory unless another is given. */
  client(options?: {
    readonly alg?: KeyKind
    readonly directory?: string
    readonly contact?: readonly string[]
  }): Promise<TestClient>
  /** A new client and what it brings to register. */
  newcomer(directory?: string): Promise<{ readonly client: TestClient; readonly payload: object }>
}

interface AcmeWorldOptions extends Partial<Pick<AcmeOptions, 'startJob'>> {
  /** Settings of the operator. */
  readonly env?: Readonly<Record<string, string>>
}

/** A whole installation that answers ACME, without a port. Names in `validation.proven` are proven, unless another job looks. */
export async function acmeWorld(
  t: Ending,
  { startJob, env = {}, ...options }: WorldOptions & AcmeWorldOptions = {},
): Promise<AcmeWorld> {
  const built = await world(t, options)
  const { stores, installation, newId, sealer, now } = built
  const config = loadConfig(env)
  const http = await createHttpServer({ config, log: silentLog, now, random: systemRandom })
  const validation = fakeValidation()
  const fakes = fakeAcme(built, validation)
  const acme = await openAcme({ stores, installation, newId, sealer, nonceSecret: systemRandom(32) }, config, {
    ...fakes,
    ...(startJob && { startJob }),
  })
  await mountPublicRoutes(http, acme.routes, [acme.words])
  t.after(async () => {
    await acme.stop()
    await http.app.close()
  })

  const send: Send = async (method, url, { body, headers, from = '198.51.100.1' } = {}) => {
    const { pathname, search } = new URL(url)
    const response = await http.app.inject({
      method: method as HTTPMethods as 'GET',
      url: `${pathname}${search}`,
      remoteAddress: from,
      headers: { host: new URL(config.url).host, ...headers },
      ...(body !== undefined && { payload: body }),
    })
    const isJson = /json/.test(String(response.headers['content-type'])) && response.payload !== ''
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.payload,
      body: isJson ? JSON.parse(response.payload) : undefined,
    }
  }

  let count = 0
  const newPolicy: AcmeWorld['newPolicy'] = async (
    settings = {},
    { tenant = built.tenant, authority: profile, awaitsCertificate = false } = {},
  ) => {
    const domain = installation.for(tenant)
    const number = ++count
    const act = () => built.act(tenant)
    const authority = await (awaitsCertificate ? createCsrOnly : createRoot)(
      { ...profile, subject: [{ type: 'commonName', value: `Test CA ${number}` }] },
      act(),
      domain.authorities,
    )
    const { items } = await domain.stores.templates.list({ authority: authority.id }, { limit: 10 })
    const template = items.find(({ name }) => name === 'Web Server')
    assert.ok(template)
    const profiles = [{ name: 'default', template: template.id, description: 'Web servers' }]
    const policy = await createPolicy(
      {
        authority: authority.id,
        name: `Policy ${number}`,
        enabled: true,
        confirmed: true,
        settings: { ...SETTINGS, profiles, ...settings },
      },
      act(),
      domain.acmePolicies,
    )
    return testPolicy(policy, template.id, tenant, domain, { act, send, url: config.url })
  }
  return {
    ...built,
    send,
    validation,
    newPolicy,
    settled: async () => {
      await fakes.settled()
      await acme.exchanges.flush()
    },
    steps: async (filter = {}, tenant = built.tenant) => {
      await fakes.settled()
      await acme.exchanges.flush()
      const { items } = await stores.for(tenant).exchanges.list(filter, { limit: 200 })
      return items.toReversed().flatMap(({ steps }) => steps)
    },
  }
}

function testPolicy(
  policy: AcmePolicy,
  template: string,
  tenant: string,
  domain: TenantDomain,
  { act, send, url }: { readonly act: () => ReturnType<World['act']>; readonly send: Send; readonly url: string },
): TestPolicy {
  const own = `${url}/acme/${policy.publicId}/directory`
  let count = 0
  const bind: TestPolicy['bind'] = async (wanted = {}) => {
    const created = await createBinding({ name: `Binding ${++count}`, ...wanted }, policy, act(), domain.acmeBindings)
    return { id: created.binding.id, kid: created.binding.kid, hmacKey: created.hmacKey }
  }
  const bound = async (client: TestClient) => ({
    termsOfServiceAgreed: true,
    externalAccountBinding: binding({
      ...(await bind()),
      url: client.directory.newAccount,
      jwk: client.key.jwk,
    }),
  })
  return {
    policy,
    domain,
    tenant,
    directory: own,
    template,
    bind,
    client: async ({ alg = 'ES256', directory = own, contact } = {}) => {
      const client = await TestClient.at(send, directory, testKey(alg))
      const reply = await client.register({ ...(await bound(client)), ...(contact && { contact }) })
      assert.equal(reply.status, 201, reply.text)
      return client
    },
    newcomer: async (directory = own) => {
      const client = await TestClient.at(send, directory)
      return { client, payload: await bound(client) }
    },
  }
}

/** Passes when an answer is this problem, in such words; with a nonce to go on by. */
export function refusedAs(reply: AcmeReply, type: string, status: number, words = /./): void {
  assert.equal(reply.body?.type, `urn:ietf:params:acme:error:${type}`, reply.text)
  assert.equal(reply.status, status, reply.text)
  assert.equal(reply.body.status, status)
  assert.match(reply.body.detail, words)
  // Without a charset: win-acme compares all of it.
  assert.equal(reply.headers['content-type'], 'application/problem+json')
}
