import { accountStore } from './account-store.ts'
import { acmeAccountStore } from './acme-account-store.ts'
import { acmeAuthorizationStores } from './acme-authorization-store.ts'
import { acmeBindingStore } from './acme-binding-store.ts'
import { acmeDoor } from './acme-door.ts'
import { redeemedNonces } from './acme-nonce-store.ts'
import { acmeOrderStores } from './acme-order-store.ts'
import { pendingChallenges } from './acme-pending-challenges.ts'
import { acmePolicyStore } from './acme-policy-store.ts'
import { acmeRegister } from './acme-register.ts'
import { acmeRetention } from './acme-retention.ts'
import { attemptStore } from './attempt-store.ts'
import { auditLog } from './audit-log.ts'
import { auditTrail } from './audit-trail.ts'
import { auditWriter } from './audit-writer.ts'
import { findAuthorityByPublicId } from './authority-lookups.ts'
import { authorityStore } from './authority-store.ts'
import { certificateFigures } from './certificate-figures.ts'
import { certificateRegisters } from './certificate-register.ts'
import { challengeStore } from './challenge-store.ts'
import { crlStore } from './crl-store.ts'
import type { Database } from './database.ts'
import { exchangeArchive, exchangeLog } from './exchange-store.ts'
import { expiryStore } from './expiry-store.ts'
import { idempotencyStore } from './idempotency-store.ts'
import { identityStore } from './identity-store.ts'
import { installationStore } from './installation-store.ts'
import { invitationDoor } from './invitation-door.ts'
import { invitationStore } from './invitation-store.ts'
import { findOpenIntents, issuanceLedgers } from './issuance-ledger.ts'
import { findGenerationByPublicId, issuerStores } from './issuer-store.ts'
import { keyStore } from './key-store.ts'
import { listeners } from './listeners.ts'
import { mailStore } from './mail-store.ts'
import { memberStore } from './member-store.ts'
import { schemaVersion } from './migrate.ts'
import { migrationsOf } from './migrations/migrations.ts'
import { nameIndex } from './name-index.ts'
import { noticeStore } from './notice-store.ts'
import { lookAtOperations } from './operations-state.ts'
import { outbox } from './outbox.ts'
import { passkeyStore } from './passkey-store.ts'
import { passwordResetStore } from './password-reset-store.ts'
import { registrationStore } from './registration-store.ts'
import { requestDoor } from './request-door.ts'
import { requestStore } from './request-store.ts'
import { restoreStore } from './restore-store.ts'
import { revocationLedger, revocationVersion, statusOfSerial } from './revocation-ledger.ts'
import type { Tables } from './schema.ts'
import { secondFactorStore } from './second-factor-store.ts'
import { findDueServices, serviceCertificateStore } from './service-certificate-store.ts'
import { sessionStore } from './session-store.ts'
import type { StoreContext, TenantContext } from './store-context.ts'
import type { Stores, SystemStores, TenantStores } from './stores.ts'
import { templateStores } from './template-store.ts'
import { tenantMails } from './tenant-mails.ts'
import { tenantRegister, tenantStore } from './tenant-store.ts'
import { tokenStore } from './token-store.ts'
import { webhookQueue } from './webhook-queue.ts'
import { webhookStore } from './webhook-store.ts'

/**
 * All stores on a migrated database. `newId` makes ids that grow with time, for the rows that the stores themselves add.
 * `close` closes the database too.
 */
export function openStores(database: Database<Tables>, newId: () => string): Stores {
  const heard = listeners(database)
  // Until it has looked every event is written: what nobody hears is dropped later.
  void heard.refresh().catch(() => undefined)
  const context: StoreContext = { database, newId, audit: auditWriter(database, newId), listeners: heard }
  const issuers = issuerStores(context)
  const ledgers = issuanceLedgers(context)
  const registers = certificateRegisters(context)
  const templates = templateStores(context)
  const orders = acmeOrderStores(context)
  const authorizations = acmeAuthorizationStores(context)
  return {
    for: (tenant) => ({
      ...tenantStores({ ...context, tenant }),
      issuers: issuers(tenant),
      issuance: ledgers(tenant),
      certificates: registers(tenant),
      templates: templates(tenant),
      acmeOrders: orders(tenant),
      acmeAuthorizations: authorizations(tenant),
    }),
    system: systemStores(context),
    ping: () => database.ping(),
    checkSchema: async () => {
      const newest = Object.keys(migrationsOf(database.engine)).sort().at(-1) ?? ''
      const there = (await schemaVersion(database)) ?? ''
      if (there < newest) throw new Error(`the schema is ${there || 'not there'}, and ${newest} is due`)
    },
    close: () => database.close(),
  }
}

function tenantStores(
  context: TenantContext,
): Omit<TenantStores, 'issuers' | 'issuance' | 'certificates' | 'templates' | 'acmeOrders' | 'acmeAuthorizations'> {
  return {
    self: tenantStore(context),
    members: memberStore(context),
    invitations: invitationStore(context),
    tokens: tokenStore(context),
    authorities: authorityStore(context),
    figures: certificateFigures(context),
    names: nameIndex(context),
    requests: requestStore(context),
    revocations: revocationLedger(context),
    serviceCertificates: serviceCertificateStore(context),
    acmePolicies: acmePolicyStore(context),
    acmeBindings: acmeBindingStore(context),
    acmeRegister: acmeRegister(context),
    acmeAccounts: acmeAccountStore(context),
    exchanges: exchangeLog(context),
    audit: auditTrail(context),
    notices: noticeStore(context),
    mails: tenantMails(context),
    webhooks: webhookStore(context),
  }
}

function systemStores(context: StoreContext): SystemStores {
  return {
    accounts: accountStore(context),
    tenants: tenantRegister(context),
    invitations: invitationDoor(context),
    sessions: sessionStore(context),
    identities: identityStore(context),
    passkeys: passkeyStore(context),
    secondFactors: secondFactorStore(context),
    challenges: challengeStore(context),
    attempts: attemptStore(context),
    passwordResets: passwordResetStore(context),
    mails: mailStore(context),
    expiries: expiryStore(context),
    webhooks: webhookQueue(context),
    requests: requestDoor(context),
    registration: registrationStore(context),
    restores: restoreStore(context),
    outbox: outbox(context),
    crls: crlStore(context),
    installation: installationStore(context),
    audit: auditLog(context),
    keys: keyStore(context),
    idempotency: idempotencyStore(context),
    generationByPublicId: findGenerationByPublicId(context),
    authorityByPublicId: findAuthorityByPublicId(context),
    statusOfSerial: statusOfSerial(context),
    revocationVersion: revocationVersion(context),
    openIntents: findOpenIntents(context),
    dueServices: findDueServices(context),
    operations: lookAtOperations(context),
    acmeDoor: acmeDoor(context),
    pendingChallenges: pendingChallenges(context),
    ...(context.database.engine === 'postgres' && { redeemedNonces: redeemedNonces(context) }),
    acmeRetention: acmeRetention(context),
    exchanges: exchangeArchive(context),
  }
}
