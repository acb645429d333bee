import type { AccountStore } from '../accounts/account-store.ts'
import type { AttemptStore } from '../accounts/attempt-store.ts'
import type { ChallengeStore } from '../accounts/challenge-store.ts'
import type { IdentityStore } from '../accounts/identity-store.ts'
import type { InvitationDoor, InvitationStore } from '../accounts/invitation-store.ts'
import type { MemberStore } from '../accounts/member-store.ts'
import type { PasskeyStore } from '../accounts/passkey-store.ts'
import type { PasswordResetStore } from '../accounts/password-reset-store.ts'
import type { RegistrationStore } from '../accounts/registration-store.ts'
import type { SecondFactorStore } from '../accounts/second-factor-store.ts'
import type { SessionStore } from '../accounts/session-store.ts'
import type { TenantRegister, TenantStore } from '../accounts/tenant-store.ts'
import type { TokenStore } from '../accounts/token-store.ts'
import type { AcmeRegister } from '../acme-policies/acme-register.ts'
import type { BindingStore } from '../acme-policies/binding-store.ts'
import type { AcmePolicyStore } from '../acme-policies/policy-store.ts'
import type { AuditLog, AuditTrail } from '../audit/audit-log.ts'
import type { AuthorityStore } from '../authorities/authority-store.ts'
import type { CertificateFigures } from '../certificates/certificate-figures.ts'
import type { CertificateRegister } from '../certificates/certificate-register.ts'
import type { NameIndex } from '../certificates/index-names.ts'
import type { RequestDoor, RequestStore } from '../enrollment/request-store.ts'
import type { ExchangeArchive, ExchangeLog } from '../exchanges/exchange-log.ts'
import type { FindOpenIntents, IssuanceLedger } from '../issuance/issuance-ledger.ts'
import type { FindGenerationByPublicId, IssuerStore } from '../issuers/issuer-store.ts'
import type { MailStore, TenantMails } from '../mail/mail-store.ts'
import type { KeyStore } from '../master-keys/key-store.ts'
import type { LookAtOperations } from '../metrics/operations-state.ts'
import type { ExpiryStore } from '../notices/expiry-store.ts'
import type { NoticeStore } from '../notices/notice-settings.ts'
import type { AccountStore as AcmeAccountStore, AcmeDoor } from '../protocols/acme/account-store.ts'
import type { AuthorizationStore } from '../protocols/acme/authorization-store.ts'
import type { RedeemedNonces } from '../protocols/acme/nonces.ts'
import type { OrderStore } from '../protocols/acme/order-store.ts'
import type { PendingChallenges } from '../protocols/acme/pending-challenges.ts'
import type { Outbox } from '../publishing/outbox.ts'
import type { RestoreStore } from '../restores/restored.ts'
import type { CrlStore } from '../revocation/crl-store.ts'
import type { RevocationLedger, RevocationVersion, StatusOfSerial } from '../revocation/revocation-ledger.ts'
import type { FindDueServices, ServiceCertificateStore } from '../service-certificates/service-certificate-store.ts'
import type { TemplateStore } from '../templates/template-store.ts'
import type { WebhookQueue, WebhookStore } from '../webhooks/webhook-store.ts'
import type { AcmeRetention } from './acme-retention.ts'

/** All that is stored. A tenant's stores are obtained with its id, so that a query without a tenant cannot be written. */
export interface Stores {
  for(tenant: string): TenantStores
  readonly system: SystemStores
  /** Whether the database answers now: for `/readyz`. */
  ping(): Promise<void>
  /** Rejects when the schema is older than this release's: somebody put an old copy of the database back. */
  checkSchema(): Promise<void>
  close(): Promise<void>
}

export interface TenantStores {
  readonly self: TenantStore
  readonly members: MemberStore
  readonly invitations: InvitationStore
  readonly tokens: TokenStore
  readonly authorities: AuthorityStore
  readonly issuers: IssuerStore
  readonly templates: TemplateStore
  readonly requests: RequestStore
  readonly issuance: IssuanceLedger
  readonly certificates: CertificateRegister
  readonly figures: CertificateFigures
  readonly names: NameIndex
  readonly revocations: RevocationLedger
  readonly serviceCertificates: ServiceCertificateStore
  readonly acmePolicies: AcmePolicyStore
  readonly acmeBindings: BindingStore
  /** What administrators see of accounts and orders. */
  readonly acmeRegister: AcmeRegister
  readonly acmeAccounts: AcmeAccountStore
  readonly acmeOrders: OrderStore
  readonly acmeAuthorizations: AuthorizationStore
  readonly exchanges: ExchangeLog
  readonly audit: AuditTrail
  /** What it has people told about certificates. */
  readonly notices: NoticeStore
  readonly mails: TenantMails
  readonly webhooks: WebhookStore
}

/** A handful of named queries across tenants: public addresses, sweeps, the outbox, and what stands above tenants. */
export interface SystemStores {
  readonly accounts: AccountStore
  readonly tenants: TenantRegister
  readonly invitations: InvitationDoor
  readonly sessions: SessionStore
  readonly identities: IdentityStore
  readonly passkeys: PasskeyStore
  readonly secondFactors: SecondFactorStore
  readonly challenges: ChallengeStore
  readonly attempts: AttemptStore
  readonly passwordResets: PasswordResetStore
  readonly mails: MailStore
  readonly expiries: ExpiryStore
  readonly webhooks: WebhookQueue
  readonly requests: RequestDoor
  readonly registration: RegistrationStore
  readonly restores: RestoreStore
  readonly outbox: Outbox
  readonly crls: CrlStore
  readonly installation: InstallationStore
  readonly audit: AuditLog
  readonly keys: KeyStore
  readonly idempotency: IdempotencyStore
  readonly generationByPublicId: FindGenerationByPublicId
  readonly authorityByPublicId: (
    publicId: string,
  ) => Promise<{ readonly tenant: string; readonly authority: string } | undefined>
  readonly statusOfSerial: StatusOfSerial
  readonly revocationVersion: RevocationVersion
  readonly openIntents: FindOpenIntents
  readonly dueServices: FindDueServices
  readonly operations: LookAtOperations
  readonly acmeDoor: AcmeDoor
  readonly pendingChallenges: PendingChallenges
  /** Where several processes may share the database; absent: one process remembers them by itself. */
  readonly redeemedNonces?: RedeemedNonces
  readonly acmeRetention: AcmeRetention
  readonly exchanges: ExchangeArchive
}

/** Facts of the installation as a whole, e.g. the check value of the master key. */
export interface InstallationStore {
  get(name: string): Promise<string | undefined>
  /** Sets a fact that nobody set yet; returns the value that stands afterwards. */
  setOnce(name: string, value: string): Promise<string>
}

/** Answers to repeated calls. The row itself is written by the change's own transaction (`Act.idempotency`). */
export interface IdempotencyStore {
  /** What a key made before: the object and the hash of the body it came with. Rows older than 24 hours are gone. */
  find(
    scope: string,
    key: string,
    now: number,
  ): Promise<
    { readonly bodyHash: Uint8Array; readonly object: { readonly type: string; readonly id: string } } | undefined
  >
  forget(before: number): Promise<void>
}
