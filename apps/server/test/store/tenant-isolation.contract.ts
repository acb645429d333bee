import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Refusal } from '@chancery/pki'
import { sql } from 'kysely'
import { DEFAULT_NOTICES } from '../../src/notices/notice-settings.ts'
import type { TenantStores } from '../../src/store/stores.ts'
import { anyRoles, newAccount, sampleInvitation, sampleMail, sampleToken } from '../support/accounts.ts'
import {
  createCa,
  DAY,
  issue,
  NOW,
  randomBytes,
  recordIn,
  type SampleCa,
  sampleAuthority,
  sampleAuthorityCertificate,
  sampleGeneration,
  sampleIntent,
  sampleIssued,
  sampleLink,
  sampleRequest,
  sampleTemplate,
} from '../support/samples.ts'
import { newId, type OpenedStores } from '../support/stores.ts'
import { sampleDelivery, sampleWebhook } from '../support/webhooks.ts'
import { ACME_CASES } from './acme-isolation.ts'
import { createAcme, type SampleAcme } from './acme-samples.ts'
import { sealAll } from './audit-samples.ts'
import { type Engine, newTenant } from './engine.ts'

/** What another tenant owns, and what a call that reaches for it writes in its own name. */
interface Foreign {
  readonly ca: SampleCa
  readonly certificate: string
  readonly intent: SampleCaIntent
  readonly request: string
  /** The number of a seal over some of its records; others are under none. */
  readonly seal: number
  /** A member of the other tenant, with a token there, and an invitation into it. */
  readonly account: string
  readonly token: string
  readonly invitation: string
  readonly webhook: string
  readonly delivery: string
  readonly mail: string
  readonly acme: SampleAcme
  readonly tenant: string
}
type SampleCaIntent = ReturnType<typeof sampleIntent>

/** What a method answers to ids of another tenant: nothing, or a rejection. */
type Case = (own: TenantStores, foreign: Foreign) => Promise<unknown>

const PAGE = { limit: 10 }
const nothing = undefined

/** One case for each method of each store; a method without a case does not compile, or fails the last test. */
const CASES: { readonly [Store in keyof TenantStores]: { readonly [Method in keyof TenantStores[Store]]: Case } } = {
  self: {
    show: async (own, { ca }) => (await own.self.show())?.id === ca.tenant || nothing,
    rename: async (own, { ca, tenant }) =>
      (await own.self.rename('Mine', recordIn(tenant)))?.id === ca.tenant || nothing,
  },
  members: {
    list: async (own) => (await own.members.list(PAGE)).items[0],
    find: (own, { account }) => own.members.find(account),
    setRoles: async (own, { account, tenant }) =>
      (await own.members.setRoles({ account, by: account, roles: [], at: NOW }, () => recordIn(tenant))) || nothing,
  },
  invitations: {
    create: (own, { ca, account, tenant }) => {
      const invitation = sampleInvitation(tenant, account, { authority: ca.authority.id })
      return own.invitations.create(invitation, anyRoles, recordIn(tenant), sampleMail(tenant))
    },
    find: (own, { invitation }) => own.invitations.find(invitation),
    list: async (own) => (await own.invitations.list(PAGE)).items[0],
    renew: (own, { invitation, account: by, tenant }) => {
      const renewal = { secretHash: randomBytes(32), expiresAt: NOW + DAY, by }
      return own.invitations.renew(invitation, renewal, anyRoles, recordIn(tenant), sampleMail(tenant))
    },
    remove: async (own, { invitation, account, tenant }) =>
      (await own.invitations.remove(invitation, account, anyRoles, recordIn(tenant))) || nothing,
  },
  tokens: {
    create: (own, { ca, account, tenant }) =>
      own.tokens.create(sampleToken(tenant, account, { authority: ca.authority.id }), anyRoles, recordIn(tenant)),
    find: (own, { token }) => own.tokens.find(token),
    list: async (own, { account }) => (await own.tokens.list({ account }, PAGE)).items[0],
    revoke: async (own, { token, tenant }) => (await own.tokens.revoke(token, {}, recordIn(tenant))) || nothing,
  },
  authorities: {
    create: (own, { ca, tenant }) => {
      const authority = sampleAuthority(tenant)
      const generation = sampleGeneration(ca.authority)
      const born = { authority, generation, template: sampleTemplate(authority.id) }
      return own.authorities.create(born, recordIn(tenant))
    },
    find: (own, { ca }) => own.authorities.find(ca.authority.id),
    list: async (own) => (await own.authorities.list(PAGE)).items[0],
    generations: async (own, { ca }) => (await own.authorities.generations(ca.authority.id))[0],
    addGeneration: (own, { ca, tenant }) =>
      own.authorities.addGeneration(
        { ...sampleGeneration(ca.authority, { number: 2 }), tenant },
        nothing,
        recordIn(tenant),
      ),
    addCertificate: (own, { ca, tenant }) =>
      own.authorities.addCertificate(sampleAuthorityCertificate(ca.generation.id), recordIn(tenant)),
    renewKey: (own, { ca, tenant }) =>
      own.authorities.renewKey({ generation: ca.generation.id, csr: randomBytes(300) }, recordIn(tenant)),
    known: async (own) => (await own.authorities.known())[0],
    tie: async (own, { ca, certificate, tenant }) => {
      const entry = { id: newId(), serialNumber: randomBytes(16).toHex(), subject: 'CN=x', der: randomBytes(50) }
      const signedBy = ca.generation.id
      const ties = [ca.certificate.id, certificate].map((below) => ({ certificate: below, signedBy, entry }))
      assert.ok(await own.authorities.tie({ seen: 0, ties }, recordIn(tenant)))
    },
    update: (own, { ca, tenant }) => own.authorities.update(ca.authority.id, { cps: 'x' }, recordIn(tenant)),
    addEarlier: (own, { ca, tenant }) => {
      const earlier = { id: newId(), serialNumber: randomBytes(16).toHex(), subject: 'CN=x' }
      return own.authorities.addEarlier(ca.generation.id, [earlier], { historyKnown: false }, recordIn(tenant))
    },
    extent: async (own, { ca }) => Object.values(await own.authorities.extent(ca.authority.id, NOW)).find((n) => n > 0),
    liveSubordinates: async (own, { ca }) => (await own.authorities.liveSubordinates(ca.authority.id, NOW))[0],
    certifiedElsewhere: async (own, { ca }) => (await own.authorities.certifiedElsewhere(ca.authority.id, NOW))[0],
    archive: (own, { ca, tenant }) => own.authorities.archive(ca.authority.id, recordIn(tenant)),
    delete: (own, { ca, tenant }) => own.authorities.delete(ca.authority.id, NOW, recordIn(tenant)),
    dropKeys: async (own, { ca }) => {
      await own.authorities.dropKeys(ca.authority.id, NOW)
      assert.ok((await ca.stores.issuers.generation(ca.generation.id))?.sealedKey)
    },
    forgetExpired: async (own, { ca, tenant }) =>
      (await own.authorities.forgetExpired(ca.authority.id, NOW + 1000 * DAY, 10, recordIn(tenant))) || nothing,
    purge: async (own, { ca }) => (await own.authorities.purge(ca.authority.id, 10)) || nothing,
  },
  issuers: {
    version: async (own) => (await own.issuers.version()) || nothing,
    activeIssuer: (own, { ca }) => own.issuers.activeIssuer(ca.authority.id),
    generation: (own, { ca }) => own.issuers.generation(ca.generation.id),
  },
  templates: {
    create: (own, { ca, tenant }) => own.templates.create(sampleTemplate(ca.authority.id), NOW, recordIn(tenant)),
    find: (own, { ca }) => own.templates.find(ca.template.id),
    list: async (own, { ca }) =>
      (await own.templates.list({}, PAGE)).items[0] ??
      (await own.templates.list({ authority: ca.authority.id }, PAGE)).items[0],
    update: (own, { ca, tenant }) => own.templates.update(ca.template.id, 1, { name: 'x' }, recordIn(tenant)),
    countLive: async (own, { ca }) => (await own.templates.countLive(ca.template.id, NOW)) || nothing,
    delete: async (own, { ca, tenant }) =>
      (await own.templates.delete(ca.template.id, NOW, recordIn(tenant))) || nothing,
  },
  requests: {
    create: (own, { ca, tenant }) => own.requests.create(sampleRequest(ca), recordIn(tenant)),
    find: (own, { request }) => own.requests.find(request),
    list: async (own, { ca }) => {
      const filters = [{}, { authority: ca.authority.id }, { template: ca.template.id }, { status: 'pending' } as const]
      for (const filter of filters) assert.deepEqual(await own.requests.list(filter, PAGE), { items: [] })
    },
    findLatest: (own, { request }) => own.requests.findLatest(request),
    confirm: async (own, { request, tenant }) => (await own.requests.confirm(request, recordIn(tenant))) || nothing,
    approve: (own, { request, tenant }) => {
      const decision = { account: 'x', approvedAt: NOW, approved: {}, subject: '', subjectAltNames: [] }
      return own.requests.approve(request, decision, { link: sampleLink(request) }, recordIn(tenant))
    },
    resend: (own, { request, tenant }) => own.requests.resend(request, { link: sampleLink(request) }, recordIn(tenant)),
    reopen: (own, { request, certificate, tenant }) =>
      own.requests.reopen(request, certificate, { link: sampleLink(request) }, recordIn(tenant)),
    renewalOf: (own, { certificate }) => own.requests.renewalOf(certificate),
    claimOf: (own, { request }) => own.requests.claimOf(request),
    decline: (own, { request, tenant }) => own.requests.decline(request, { by: 'x', at: NOW }, recordIn(tenant)),
    tell: (own, { request, tenant }) => own.requests.tell(sampleMail(tenant), sampleLink(request)),
  },
  issuance: {
    recordIntent: async (own, { ca, tenant, request }) => {
      await assert.rejects(own.issuance.recordIntent(sampleIntent(ca), recordIn(tenant)))
      const ownCa = await createCaIn(tenant, own)
      const reach = [
        { generation: ca.generation.id },
        { generation: ca.generation.id, authority: ca.authority.id },
        { template: ca.template.id },
        { request },
      ]
      for (const over of reach) {
        await assert.rejects(
          own.issuance.recordIntent(sampleIntent(ownCa, over), recordIn(tenant)),
          JSON.stringify(over),
        )
      }
    },
    recordIssued: (own, { intent }) => own.issuance.recordIssued(sampleIssued(intent)),
    abandon: (own, { intent, tenant }) => own.issuance.abandon(intent.id, 'x', recordIn(tenant)),
    find: (own, { intent }) => own.issuance.find(intent.id),
    checkKey: (own, { intent }) => own.issuance.checkKey(intent.publicKeyHash),
  },
  certificates: {
    unexpired: async (own, { ca }) => {
      const { items } = await own.certificates.unexpired(ca.authority.id, NOW, PAGE)
      return items.length > 0 || nothing
    },
    find: (own, { certificate }) => own.certificates.find(certificate),
    list: async (own, { ca, certificate }) => {
      const found = await ca.stores.certificates.find(certificate)
      assert.ok(found?.fingerprint)
      const { serialNumber, fingerprint } = found
      const filters = [
        {},
        { authority: ca.authority.id },
        { template: ca.template.id },
        { authority: ca.authority.id, name: 'host' },
        { name: 'host' },
        { name: '.example.com' },
        { serialNumber },
        { fingerprint },
        { status: 'valid' },
        { status: 'valid', authority: ca.authority.id },
        { status: 'revoked', authority: ca.authority.id },
        { status: 'valid', template: ca.template.id },
      ] as const
      for (const filter of filters) assert.deepEqual(await own.certificates.list(filter, NOW, PAGE), { items: [] })
    },
  },
  figures: {
    ending: async (own, { ca }) => assert.deepEqual(await own.figures.ending(ca.authority.id, [0, NOW * 2]), [0]),
    issued: async (own, { ca }) => assert.deepEqual(await own.figures.issued(ca.authority.id, [0, NOW * 2]), [0]),
    ways: async (own, { ca }) => assert.deepEqual(await own.figures.ways(ca.authority.id, 0, 10), []),
  },
  names: {
    page: async (own) => (await own.names.page('', 10))[0],
    add: async (own, { certificate }) =>
      (await own.names.add([{ id: certificate, names: [{ type: 'dns', value: 'mine.example' }] }])) || nothing,
  },
  revocations: {
    revoke: (own, { certificate, tenant }) =>
      own.revocations.revoke(certificate, { revokedAt: NOW, reason: 1 }, recordIn(tenant)),
    unrevoke: (own, { certificate, tenant }) => own.revocations.unrevoke(certificate, NOW, recordIn(tenant)),
  },
  serviceCertificates: {
    current: (own, { ca }) => own.serviceCertificates.current(ca.generation.id, 'ocsp-responder'),
    add: (own, { ca, tenant, certificate }) =>
      own.serviceCertificates.add({ ...sampleService(ca, certificate), tenant }, recordIn(tenant)),
  },
  ...ACME_CASES,
  webhooks: {
    create: (own, { tenant }) => own.webhooks.create(sampleWebhook(), recordIn(tenant)),
    find: (own, { webhook }) => own.webhooks.find(webhook),
    list: async (own, { webhook }) => (await own.webhooks.list(PAGE)).items.find(({ id }) => id === webhook),
    update: (own, { webhook, tenant }) =>
      own.webhooks.update(webhook, { revision: 1, enabled: false }, recordIn(tenant)),
    rotate: (own, { webhook, tenant }) =>
      own.webhooks.rotate(webhook, { sealedSecret: randomBytes(60), previousUntil: NOW }, recordIn(tenant)),
    delete: async (own, { webhook, tenant }) => (await own.webhooks.delete(webhook, recordIn(tenant))) || nothing,
    deliveries: async (own, { webhook }) => (await own.webhooks.deliveries(webhook, {}, PAGE)).items[0],
    delivery: (own, { webhook, delivery }) => own.webhooks.delivery(webhook, delivery),
    put: async (own, { webhook, tenant }) =>
      (await own.webhooks.put(sampleDelivery(webhook), recordIn(tenant))) || nothing,
    redeliver: async (own, { webhook, tenant }) => {
      const times = { at: NOW, until: NOW + DAY, limit: 10 }
      return (await own.webhooks.redeliver(webhook, { since: 0 }, times, recordIn(tenant))) || nothing
    },
  },
  mails: {
    list: async (own, { mail }) => (await own.mails.list({}, PAGE)).items.find(({ id }) => id === mail),
    find: (own, { mail }) => own.mails.find(mail),
    resend: (own, { mail, tenant }) => own.mails.resend(mail, recordIn(tenant)),
  },
  notices: {
    show: async (own, { tenant }) => (await own.notices.show()).contacts.includes(tenant) || nothing,
    change: async (own, { tenant }) => (await own.notices.change(DEFAULT_NOTICES, recordIn(tenant))) ?? nothing,
  },
  audit: {
    list: async (own, { ca }) => (await own.audit.list({ object: ca.authority.id }, PAGE)).items[0],
    countUnsealed: async (own) => (await own.audit.countUnsealed(10)) || undefined,
    seals: async (own) => (await own.audit.seals(0, 10))[0],
    recordsOf: async (own, { seal }) => (await own.audit.recordsOf(seal, '', 10))[0],
    unsealed: async (own) => (await own.audit.unsealed(10, ''))[0],
    tail: (own, { ca }) => own.audit.tail(ca.tenant),
  },
}

export function tenantIsolationContract(engine: Engine): void {
  describe('tenants are apart', () => {
    for (const [store, methods] of Object.entries(CASES)) {
      for (const [method, attempt] of Object.entries(methods)) {
        test(`${store}.${method} finds and changes nothing of another tenant`, async () => {
          const opened = await engine.shared()
          const foreign = await foreignTenant(opened)
          const before = await rowsOf(opened, foreign.ca.tenant)

          const answer = await attempt(opened.stores.for(foreign.tenant), foreign).catch(isRefused)

          assert.equal(answer, undefined)
          assert.deepEqual(await rowsOf(opened, foreign.ca.tenant), before)
        })
      }
    }

    test('every method of every store of a tenant is tried', async () => {
      const { stores } = await engine.shared()
      const methods = (all: object) =>
        Object.entries(all).flatMap(([store, its]: [string, object]) =>
          Object.keys(its).map((name) => `${store}.${name}`),
        )

      assert.deepEqual(methods(stores.for('any')).sort(), methods(CASES).sort())
    })
  })
}

/** How a store says no to another tenant's ids: a refusal, or a fault that names what went wrong. */
function isRefused(error: unknown): void {
  if (error instanceof Refusal || (error instanceof Error && /another tenant|foreign key/i.test(error.message))) return
  throw error
}

/** A tenant with something of everything, and another one that is going to reach for it. */
async function foreignTenant(opened: OpenedStores): Promise<Foreign> {
  const ca = await createCa(opened.stores, await newTenant(opened))
  const record = () => recordIn(ca.tenant)
  const { intent: issued } = await issue(ca)
  await sealAll(opened)
  const seal = (await ca.stores.audit.tail(ca.tenant))?.number ?? 0
  const intent = sampleIntent(ca)
  await ca.stores.issuance.recordIntent(intent, record())
  const request = sampleRequest(ca)
  await ca.stores.requests.create(request, record())
  await ca.stores.serviceCertificates.add(sampleService(ca, issued.id), record())
  const account = await newAccount(opened, { tenants: [ca.tenant] })
  const token = sampleToken(ca.tenant, account)
  await ca.stores.tokens.create(token, anyRoles, record())
  const invitation = sampleInvitation(ca.tenant, account)
  const mail = sampleMail(ca.tenant)
  await ca.stores.invitations.create(invitation, anyRoles, record(), mail)
  const webhook = sampleWebhook()
  const delivery = sampleDelivery(webhook.id)
  await ca.stores.webhooks.create(webhook, record())
  await ca.stores.webhooks.put(delivery, record())
  const acme = await createAcme(ca)
  await opened.stores.system.exchanges.write([
    {
      tenant: ca.tenant,
      protocol: 'acme',
      authority: ca.authority.id,
      account: acme.account.id,
      steps: [{ at: NOW, step: 'newAccount', said: 'registered' }],
    },
  ])
  return {
    ca,
    acme,
    certificate: issued.id,
    intent,
    webhook: webhook.id,
    delivery: delivery.id,
    mail: mail.id,
    request: request.id,
    seal,
    account,
    token: token.id,
    invitation: invitation.id,
    tenant: await newTenant(opened),
  }
}

function sampleService(ca: SampleCa, certificate: string) {
  return {
    id: newId(),
    tenant: ca.tenant,
    authority: ca.authority.id,
    generation: ca.generation.id,
    purpose: 'ocsp-responder',
    certificate,
    der: randomBytes(50),
    sealedKey: randomBytes(50),
    notBefore: NOW,
    notAfter: NOW + 1,
  } as const
}

async function createCaIn(tenant: string, stores: TenantStores): Promise<SampleCa> {
  const authority = sampleAuthority(tenant)
  const generation = sampleGeneration(authority)
  const certificate = sampleAuthorityCertificate(generation.id)
  const template = sampleTemplate(authority.id)
  await stores.authorities.create({ authority, generation, certificate, template }, recordIn(tenant))
  return { tenant, stores, authority, generation, certificate, template }
}

/** Every row of a tenant, in every table that has tenants. */
async function rowsOf({ database }: OpenedStores, tenant: string): Promise<unknown> {
  const rows: Record<string, string[]> = {}
  for (const name of await tenantTables(database)) {
    const query = sql`select * from ${sql.table(name)} where tenant = ${tenant}`
    const { rows: all } = await query.execute(database.kysely)
    rows[name] = all.map((row) => JSON.stringify(row)).sort()
  }
  return rows
}

const tablesOf = new WeakMap<OpenedStores['database'], readonly string[]>()

/** Asked of each database once: to describe all its tables is more work than to read them. */
async function tenantTables(database: OpenedStores['database']): Promise<readonly string[]> {
  const known = tablesOf.get(database)
  if (known !== undefined) return known
  const tables = (await database.kysely.introspection.getTables())
    .filter(({ columns }) => columns.some(({ name }) => name === 'tenant'))
    .map(({ name }) => name)
  assert.ok(tables.length >= 15)
  tablesOf.set(database, tables)
  return tables
}
