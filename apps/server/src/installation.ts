import type { KeyPool, Sealer } from '@chancery/keys'
import type { AcmePolicies } from './acme-policies/acme-policies.ts'
import type { Bindings } from './acme-policies/bindings.ts'
import { exportKeys } from './audit/export-audit.ts'
import type { SealKey } from './audit/seal-key.ts'
import type { Authorities } from './authorities/authorities.ts'
import type { FetchIssuerCertificates } from './authorities/certificate-chain.ts'
import { certifiesOnlyAuthorities } from './authorities/certifies-only-authorities.ts'
import { makeLastCrls } from './authorities/last-crls.ts'
import type { Door } from './enrollment/enroll.ts'
import { type JudgeUnkeyed, judgeNames, judgeUnkeyed } from './enrollment/judge-names.ts'
import type { RequestDesk } from './enrollment/request-desk.ts'
import type { Issuance } from './issuance/issue-certificate.ts'
import { lintsInBatches } from './issuance/lint-thread.ts'
import type { ObserveIssuance } from './issuance/observed.ts'
import { type Issuers, type ObserveSignature, type OpenIssuer, openIssuers } from './issuers/issuers.ts'
import { type MailDesk, mailDesk } from './mail/mail-desk.ts'
import type { CrlRefresh } from './publishing/refresh-crls.ts'
import { type ObserveOcsp, type OcspAnswers, ocspAnswers } from './revocation/answer-ocsp.ts'
import type { CrlStore } from './revocation/crl-store.ts'
import { type CurrentCrls, currentCrls } from './revocation/current-crl.ts'
import { oneAtATime } from './revocation/one-at-a-time.ts'
import { openResponders } from './service-certificates/open-responders.ts'
import { makeResponder, type Responders } from './service-certificates/responders.ts'
import type { Stores, TenantStores } from './store/stores.ts'
import type { Templates } from './templates/templates.ts'
import type { Webhooks } from './webhooks/webhooks.ts'

/** What an installation is made of: where things are kept, what keeps secrets, time and chance. */
export interface InstallationParts {
  readonly stores: Stores
  readonly sealer: Sealer
  /** What signs the heads of the audit. */
  readonly sealKey: () => SealKey
  readonly pool: KeyPool
  /** Base of the http addresses that are written into certificates, without a slash at its end. */
  readonly publicUrl: string
  /** The address of people: console, API, links. Without a slash at its end. */
  readonly url: string
  /** Whether mail leaves. */
  readonly deliversMail: boolean
  readonly random: (byteCount: number) => Uint8Array
  readonly fetchIssuers: FetchIssuerCertificates
  readonly now: () => number
  readonly newId: () => string
  readonly newPublicId: () => string
  /** 128 random bits, never zero. */
  readonly serialNumber: () => bigint
  /** How long a call that orders many signatures waits for them, as a signal that begins now; 20 seconds unless given. */
  readonly patience?: () => AbortSignal
  /** Whether an error means that what is stored cannot be read for now. */
  readonly isUnavailable: (error: unknown) => boolean
  /** Told of what could not be done behind the scenes, and where. */
  readonly report: (error: unknown, where: string) => void
  /** Hears what is done, for metrics. */
  readonly observe?: {
    readonly issuance: ObserveIssuance
    readonly signature: ObserveSignature
    readonly ocsp: ObserveOcsp
  }
}

/** All that can be done in one tenant. Nothing of another tenant can be reached through it. */
export interface TenantDomain {
  readonly tenant: string
  readonly publicUrl: string
  readonly url: string
  readonly random: (byteCount: number) => Uint8Array
  readonly stores: TenantStores
  readonly issuers: Issuers
  readonly mail: MailDesk
  readonly requestDesk: RequestDesk
  readonly judgeUnkeyed: JudgeUnkeyed
  readonly door: Door & { readonly templates: TenantStores['templates'] }
  readonly authorities: Authorities
  readonly makeLastCrls: (authority: string) => Promise<void>
  readonly templates: Templates
  readonly acmePolicies: AcmePolicies
  readonly acmeBindings: Bindings
  readonly webhooks: Webhooks
  /** By generation, which the stores above know of their own tenant alone. */
  readonly crls: Pick<CrlStore, 'latest' | 'partitions'>
  /** The keys that sign the audit, as an export says them. */
  readonly auditKeys: () => Promise<readonly string[]>
  readonly now: () => number
  readonly patience: () => AbortSignal
}

/** An installation at work. */
export interface Installation {
  readonly stores: Stores
  readonly mail: MailDesk
  for(tenant: string): TenantDomain
  readonly issuanceOf: (tenant: string) => Issuance
  readonly respondersOf: (tenant: string) => Responders
  readonly openGeneration: (tenant: string, generation: string) => Promise<OpenIssuer>
  readonly crlRefresh: CrlRefresh
  readonly crls: CurrentCrls
  readonly ocsp: OcspAnswers
}

/** Shorter than any server or proxy waits for an answer. */
const PATIENCE_MS = 20_000
/** Tenants whose CAs stay open at the most. */
const MOST_TENANTS = 10_000

/** Ties the modules of the domain together. Chooses no adapter: that is `main.ts`. */
export function openInstallation(parts: InstallationParts): Installation {
  const { stores, now, report, isUnavailable } = parts
  const tenants = new Map<string, TenantDomain>()

  const tenant = (id: string): TenantDomain => {
    const known = tenants.get(id)
    if (known !== undefined) return known
    if (tenants.size >= MOST_TENANTS) tenants.clear()
    const domain = openTenant(id, parts, services)
    tenants.set(id, domain)
    return domain
  }
  const issuanceOf = (id: string) => tenant(id).door.issuance
  const openGeneration = (id: string, generation: string) => tenant(id).issuers.generation(generation)
  const respondersOf = (id: string): Responders => ({
    ...parts,
    tenant: id,
    store: stores.for(id).serviceCertificates,
    door: tenant(id).door,
  })

  const { revocationVersion, statusOfSerial } = stores.system
  const crlRefresh: CrlRefresh = {
    ...{ ...parts, ...stores.system, openGeneration, inTurn: oneAtATime() },
    certifiesOnlyAuthorities: (id, authority) => certifiesOnlyAuthorities(authority, now(), stores.for(id)),
  }
  const responderOf = openResponders(openGeneration, respondersOf, now)
  const mail = mailDesk({ ...parts, delivers: parts.deliversMail })
  const services: Services = {
    mail,
    lint: lintsInBatches(),
    async makeServices(id, generation) {
      try {
        await makeResponder(await openGeneration(id, generation), respondersOf(id))
      } catch (error) {
        report(error, generation)
      }
    },
    makeLastCrls: (id, authority) =>
      makeLastCrls(authority, stores.for(id).authorities, (generation) => openGeneration(id, generation), crlRefresh),
  }
  return {
    stores,
    mail,
    for: tenant,
    issuanceOf,
    respondersOf,
    openGeneration,
    crlRefresh,
    crls: currentCrls(crlRefresh),
    ocsp: ocspAnswers({
      openGeneration,
      responderOf,
      statusOfSerial,
      revocationVersion,
      now,
      isUnavailable,
      report,
      ...(parts.observe && { observe: parts.observe.ocsp }),
    }),
  }
}

interface Services {
  readonly mail: MailDesk
  readonly lint: Issuance['lint']
  readonly makeServices: (tenant: string, generation: string) => Promise<void>
  readonly makeLastCrls: (tenant: string, authority: string) => Promise<void>
}

function openTenant(tenant: string, parts: InstallationParts, services: Services): TenantDomain {
  const { pool, publicUrl, url, random, newId, newPublicId, now, serialNumber, observe } = parts
  const stores = parts.stores.for(tenant)
  const issuers = openIssuers({
    tenant,
    store: stores.issuers,
    sealer: parts.sealer,
    turns: pool.for(tenant),
    publicUrl,
    now,
    ...(observe && { observe: observe.signature }),
  })
  const issuance: Issuance = {
    tenant,
    issuers,
    ledger: stores.issuance,
    now,
    lint: services.lint,
    serialNumber,
    ...(observe && { observe: observe.issuance }),
  }
  const door = { issuance, requests: stores.requests, templates: stores.templates, newId }
  const judges = { issuers, turns: pool.for(tenant), now }
  return {
    tenant,
    publicUrl,
    url,
    random,
    stores,
    issuers,
    mail: services.mail,
    requestDesk: {
      ...{ tenant, door, newId, random, url },
      mail: services.mail,
      putMail: parts.stores.system.mails.put,
      namesOf: async ({ name }) => ({ tenantName: (await stores.self.show())?.name ?? '', templateName: name }),
      judge: (template, overrides) => judgeNames(template, overrides, judges),
    },
    judgeUnkeyed: (template, request, keyTypes) => judgeUnkeyed(template, request, keyTypes, judges),
    door,
    authorities: {
      ...parts,
      tenant,
      store: stores.authorities,
      certificates: stores.certificates,
      issuers,
      door,
      makeServices: (generation) => services.makeServices(tenant, generation),
    },
    makeLastCrls: (authority) => services.makeLastCrls(tenant, authority),
    templates: { store: stores.templates, newId, newPublicId },
    acmePolicies: { store: stores.acmePolicies, templates: stores.templates, newId, newPublicId },
    webhooks: { store: stores.webhooks, sealer: parts.sealer, newId, random },
    acmeBindings: { store: stores.acmeBindings, sealer: parts.sealer, newId, newPublicId, random },
    crls: parts.stores.system.crls,
    auditKeys: async () => exportKeys(parts.sealKey(), await parts.stores.system.audit.retiredKeys()),
    now,
    patience: parts.patience ?? (() => AbortSignal.timeout(PATIENCE_MS)),
  }
}
