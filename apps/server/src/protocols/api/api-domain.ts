import type { InvitationStore } from '../../accounts/invitation-store.ts'
import type { MemberStore } from '../../accounts/member-store.ts'
import type { Principal } from '../../accounts/roles.ts'
import { holds } from '../../accounts/roles.ts'
import type { TenantStore } from '../../accounts/tenant-store.ts'
import type { TokenStore } from '../../accounts/token-store.ts'
import type { AcmePolicies } from '../../acme-policies/acme-policies.ts'
import type { AcmeRegister } from '../../acme-policies/acme-register.ts'
import type { Bindings } from '../../acme-policies/bindings.ts'
import type { AuditTrail } from '../../audit/audit-log.ts'
import type { Authorities } from '../../authorities/authorities.ts'
import type { AuthorityStore } from '../../authorities/authority-store.ts'
import type { CertificateFigures } from '../../certificates/certificate-figures.ts'
import type { CertificateRegister } from '../../certificates/certificate-register.ts'
import type { Door } from '../../enrollment/enroll.ts'
import type { RequestDesk } from '../../enrollment/request-desk.ts'
import type { ExchangeLog } from '../../exchanges/exchange-log.ts'
import type { Issuers } from '../../issuers/issuers.ts'
import type { MailDesk } from '../../mail/mail-desk.ts'
import type { TenantMails } from '../../mail/mail-store.ts'
import type { NoticeStore } from '../../notices/notice-settings.ts'
import { routesOf } from '../../platform/routes.ts'
import type { CrlStore } from '../../revocation/crl-store.ts'
import type { RevocationLedger } from '../../revocation/revocation-ledger.ts'
import type { ServiceCertificateStore } from '../../service-certificates/service-certificate-store.ts'
import type { TemplateStore } from '../../templates/template-store.ts'
import type { Templates } from '../../templates/templates.ts'
import type { Webhooks } from '../../webhooks/webhooks.ts'

/** What the API needs of one tenant's domain. */
export interface ApiDomain {
  readonly tenant: string
  readonly publicUrl: string
  /** The https address of people, without a slash at its end. */
  readonly url: string
  readonly random: (byteCount: number) => Uint8Array
  readonly stores: {
    readonly self: TenantStore
    readonly members: MemberStore
    readonly invitations: InvitationStore
    readonly tokens: TokenStore
    readonly authorities: AuthorityStore
    readonly templates: TemplateStore
    readonly requests: Door['requests']
    readonly certificates: CertificateRegister
    readonly figures: CertificateFigures
    readonly revocations: RevocationLedger
    readonly serviceCertificates: ServiceCertificateStore
    readonly acmeRegister: AcmeRegister
    readonly exchanges: ExchangeLog
    readonly audit: AuditTrail
    readonly notices: NoticeStore
    readonly mails: TenantMails
  }
  readonly issuers: Issuers
  readonly mail: MailDesk
  readonly requestDesk: RequestDesk
  readonly door: Door & { readonly templates: TemplateStore }
  readonly authorities: Authorities
  readonly templates: Templates
  readonly acmePolicies: AcmePolicies
  readonly acmeBindings: Bindings
  readonly webhooks: Webhooks
  readonly makeLastCrls: (authority: string) => Promise<void>
  readonly crls: Pick<CrlStore, 'latest' | 'partitions'>
  /** The keys that sign the audit, as an export says them. */
  readonly auditKeys: () => Promise<readonly string[]>
  readonly now: () => number
  /** Begins when it is called, and is aborted when a call that orders many signatures has waited long enough for them. */
  readonly patience: () => AbortSignal
}

export const route = routesOf<ApiDomain>()

/** Whether somebody may use what can itself vouch, of this CA. */
export function mayUsePrivileged(principal: Principal, authority: string): boolean {
  return holds(principal, 'administrator', authority)
}
