import { randomBytes as randomBuffer } from 'node:crypto'
import {
  CLOSED_ENROLLMENT,
  type Evidence,
  type GrantId,
  type Profile,
  type Template,
  type TemplateId,
} from '@chancery/pki'
import { type AuditRecord, recordOf } from '../../src/audit/audit-record.ts'
import type { NewAuthorityCertificate, NewGeneration } from '../../src/authorities/authority-store.ts'
import type { EnrollmentRequest, NewLink } from '../../src/enrollment/request-store.ts'
import type { Intent, Issued } from '../../src/issuance/issuance-ledger.ts'
import type { Authority } from '../../src/issuers/authority.ts'
import type { Stores, TenantStores } from '../../src/store/stores.ts'
import { newId } from './stores.ts'

/** When the tests live: 2030-01-01. */
export const NOW = Date.UTC(2030, 0, 1)
export const DAY = 86_400_000

/** Plain bytes, as the stores give them back, and no `Buffer`. */
export function randomBytes(length: number): Uint8Array {
  return new Uint8Array(randomBuffer(length))
}

/** The record of an act of the system in a tenant. */
export function recordIn(tenant: string, over: Partial<AuditRecord> = {}, at: number = NOW): AuditRecord {
  const act = { tenant, actor: { kind: 'system' }, at } as const
  return { ...recordOf(act, { action: 'test.do', object: { type: 'test', id: newId() } }), ...over }
}

/** The first account of an installation, with its tenant. */
export async function setUp({ system }: Stores, name = 'First'): Promise<string> {
  const tenant = newId()
  const account = newId()
  await system.accounts.createFirst(
    {
      account: { id: account, email: `${account}@example.com`, name, passwordHash: 'salt:key' },
      tenant: { id: tenant, name },
      token: {
        id: newId(),
        tenant,
        account,
        name: 'first',
        role: 'owner',
        secretHash: randomBytes(32),
        createdAt: NOW,
        expiresAt: NOW + DAY,
      },
    },
    recordIn(tenant),
  )
  return tenant
}

export function sampleAuthority(tenant: string, over: Partial<Authority> = {}): Authority {
  const id = newId()
  return {
    id,
    tenant,
    publicId: id.slice(-16),
    name: `CA ${id}`,
    status: 'active',
    cps: '',
    settings: { serviceCertificates: {}, crl: { delta: false } },
    revision: 1,
    createdAt: NOW,
    ...over,
  }
}

export function sampleGeneration(
  { tenant, id: authority }: Pick<Authority, 'tenant' | 'id'>,
  over: Partial<NewGeneration> = {},
): NewGeneration {
  const id = newId()
  return {
    id,
    tenant,
    authority,
    publicId: id.slice(-16),
    number: 1,
    status: 'active',
    keyType: 'ecdsa-p256',
    keyOrigin: 'generated',
    publicKey: randomBytes(91),
    csr: randomBytes(300),
    historyKnown: true,
    createdAt: NOW,
    sealedKey: randomBytes(180),
    ...over,
  }
}

export function sampleAuthorityCertificate(
  generation: string,
  over: Partial<NewAuthorityCertificate> = {},
): NewAuthorityCertificate {
  return {
    id: newId(),
    generation,
    der: randomBytes(500),
    notBefore: NOW - DAY,
    notAfter: NOW + 3650 * DAY,
    active: true,
    chain: [],
    ...over,
  }
}

const PROFILE: Profile = {
  subject: { fromRequest: 'any', required: [], fixed: [] },
  subjectAltNames: { fromRequest: ['dns'], required: false, fixed: [], fromCommonName: false },
  keyTypes: ['ecdsa-p256'],
  validity: { default: { days: 90 }, backdateMinutes: 5, beyondIssuer: 'clamp' },
  keyUsage: { bits: ['digitalSignature'], rsaBits: [], critical: true },
  extendedKeyUsage: { purposes: [], critical: false },
  basicConstraints: null,
  addresses: { crl: true, ocsp: true, aia: true },
  policies: [],
  copyExtensions: [],
  extraExtensions: [],
}

export function sampleTemplate(authority: string, over: Partial<Template> = {}): Template {
  const id = newId() as TemplateId
  return {
    id,
    publicId: id.slice(-16),
    authority,
    name: `Template ${id}`,
    description: '',
    enabled: true,
    revision: 1,
    enrollment: CLOSED_ENROLLMENT,
    profile: PROFILE,
    ...over,
  }
}

/** An active CA with one generation, its certificate and one template. */
export interface SampleCa {
  readonly tenant: string
  readonly stores: TenantStores
  readonly authority: Authority
  readonly generation: NewGeneration
  readonly certificate: NewAuthorityCertificate
  readonly template: Template
}

export async function createCa(
  stores: Stores,
  tenant: string,
  over: {
    readonly authority?: Partial<Authority>
    readonly generation?: Partial<NewGeneration>
    readonly certificate?: Partial<NewAuthorityCertificate>
  } = {},
): Promise<SampleCa> {
  const authority = sampleAuthority(tenant, over.authority)
  const generation = sampleGeneration(authority, over.generation)
  const certificate = sampleAuthorityCertificate(generation.id, over.certificate)
  const template = sampleTemplate(authority.id)
  const own = stores.for(tenant)
  await own.authorities.create({ authority, generation, certificate, template }, recordIn(tenant))
  return { tenant, stores: own, authority, generation, certificate, template }
}

const EVIDENCE: Evidence = { by: 'api-token', account: 'account', token: 'token' }

export function sampleIntent(ca: SampleCa, over: Partial<Intent> = {}): Intent {
  return {
    id: newId() as GrantId,
    tenant: ca.tenant,
    authority: ca.authority.id,
    generation: ca.generation.id,
    template: ca.template.id,
    serialNumber: randomBytes(16).toHex(),
    algorithm: 'ecdsa-sha256',
    tbs: randomBytes(600),
    subject: 'CN=host.example.com',
    notBefore: NOW - 300_000,
    notAfter: NOW + 90 * DAY,
    publicKeyHash: randomBytes(32),
    evidence: EVIDENCE,
    crlPartition: 0,
    recordedAt: NOW,
    deadlineAt: NOW + 3_600_000,
    ...over,
  }
}

export function sampleIssued(intent: Pick<Intent, 'id'>, over: Partial<Issued> = {}): Issued {
  return {
    id: intent.id,
    der: randomBytes(700),
    fingerprint: randomBytes(32),
    issuedAt: NOW + 10,
    names: [{ type: 'dns', value: 'host.example.com' }],
    ...over,
  }
}

/** A certificate that went the whole way. */
export async function issue(
  ca: SampleCa,
  intent: Partial<Intent> = {},
  issued: Partial<Issued> = {},
): Promise<{ readonly intent: Intent; readonly issued: Issued }> {
  const written = sampleIntent(ca, intent)
  const stored = sampleIssued(written, issued)
  await ca.stores.issuance.recordIntent(written, recordIn(ca.tenant))
  await ca.stores.issuance.recordIssued(stored)
  return { intent: written, issued: stored }
}

export function sampleRequest(ca: SampleCa, over: Partial<EnrollmentRequest> = {}): EnrollmentRequest {
  const id = newId()
  return {
    id,
    authority: ca.authority.id,
    template: ca.template.id,
    templateRevision: 1,
    status: 'pending',
    csr: randomBytes(300),
    subject: 'CN=host.example.com',
    subjectAltNames: [{ type: 'dns', value: 'host.example.com' }],
    overrides: {},
    evidence: { by: 'submitted-csr', request: id, account: 'account' },
    createdAt: NOW,
    ...over,
  }
}

/** A link for a request. */
export function sampleLink(request: string, over: Partial<NewLink> = {}): NewLink {
  const times = { createdAt: NOW, expiresAt: NOW + 7 * DAY }
  return { id: newId(), request, purpose: 'claim', ...times, secretHash: randomBytes(32), ...over }
}
