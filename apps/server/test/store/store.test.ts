import { after, describe } from 'node:test'
import { type OpenedStores, openSqliteStores, startPostgresStores } from '../support/stores.ts'
import { accountStoreContract } from './account-store.contract.ts'
import { acmePendingChallengesContract } from './acme-pending-challenges.contract.ts'
import { acmeStoresContract } from './acme-stores.contract.ts'
import { auditCutContract } from './audit-cut.contract.ts'
import { auditLogContract } from './audit-log.contract.ts'
import { auditTrailContract } from './audit-trail.contract.ts'
import { auditVerifyContract } from './audit-verify.contract.ts'
import { authorityStoreContract } from './authority-store.contract.ts'
import { authorityTiesContract } from './authority-ties.contract.ts'
import { certificateFiguresContract } from './certificate-figures.contract.ts'
import { certificateRegisterContract } from './certificate-register.contract.ts'
import { crlStoreContract } from './crl-store.contract.ts'
import type { Engine } from './engine.ts'
import { expiryNoticesContract } from './expiry-notices.contract.ts'
import { installationStoreContract } from './installation-store.contract.ts'
import { invitationStoreContract } from './invitation-store.contract.ts'
import { issuanceLedgerContract } from './issuance-ledger.contract.ts'
import { issuerStoreContract } from './issuer-store.contract.ts'
import { keyStoreContract } from './key-store.contract.ts'
import { mailStoreContract } from './mail-store.contract.ts'
import { memberStoreContract } from './member-store.contract.ts'
import { nameIndexContract } from './name-index.contract.ts'
import { operationsStateContract } from './operations-state.contract.ts'
import { outboxContract } from './outbox.contract.ts'
import { renewalContract } from './renewal.contract.ts'
import { requestLinksContract } from './request-links.contract.ts'
import { requestStoreContract } from './request-store.contract.ts'
import { restoreStoreContract } from './restore-store.contract.ts'
import { revocationLedgerContract } from './revocation-ledger.contract.ts'
import { serviceCertificateStoreContract } from './service-certificate-store.contract.ts'
import { sessionStoreContract } from './session-store.contract.ts'
import { signInStoresContract } from './sign-in-stores.contract.ts'
import { templateStoreContract } from './template-store.contract.ts'
import { tenantIsolationContract } from './tenant-isolation.contract.ts'
import { unexpiredCertificatesContract } from './unexpired-certificates.contract.ts'
import { webhookStoreContract } from './webhook-store.contract.ts'

const CONTRACTS = [
  accountStoreContract,
  memberStoreContract,
  invitationStoreContract,
  sessionStoreContract,
  signInStoresContract,
  authorityStoreContract,
  authorityTiesContract,
  issuerStoreContract,
  templateStoreContract,
  requestStoreContract,
  requestLinksContract,
  renewalContract,
  issuanceLedgerContract,
  certificateRegisterContract,
  unexpiredCertificatesContract,
  certificateFiguresContract,
  nameIndexContract,
  revocationLedgerContract,
  crlStoreContract,
  outboxContract,
  mailStoreContract,
  expiryNoticesContract,
  webhookStoreContract,
  operationsStateContract,
  serviceCertificateStoreContract,
  installationStoreContract,
  restoreStoreContract,
  auditLogContract,
  auditVerifyContract,
  auditCutContract,
  auditTrailContract,
  keyStoreContract,
  acmePendingChallengesContract,
  acmeStoresContract,
  tenantIsolationContract,
]

describe('on SQLite', () => {
  const engine = engineOf(openSqliteStores)
  for (const contract of CONTRACTS) contract(engine)
})

describe('on PostgreSQL', () => {
  let server: ReturnType<typeof startPostgresStores> | undefined
  const engine = engineOf(async () => {
    if (server === undefined) server = startPostgresStores()
    return (await server).open()
  })
  after(async () => (await server)?.stop())
  for (const contract of CONTRACTS) contract(engine)
})

/** Opens databases when they are first asked for, and closes them when the tests around it have ended. */
function engineOf(open: () => Promise<OpenedStores>): Engine {
  const opened: OpenedStores[] = []
  let shared: Promise<OpenedStores> | undefined
  const fresh = async () => {
    const stores = await open()
    opened.push(stores)
    return stores
  }
  after(async () => {
    for (const { close } of opened) await close()
  })
  return {
    fresh,
    shared: () => {
      if (shared === undefined) shared = fresh()
      return shared
    },
  }
}
