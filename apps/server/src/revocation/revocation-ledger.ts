import type { AuditRecord } from '../audit/audit-record.ts'
import type { RegisteredCertificate, Revocation } from '../certificates/certificate-register.ts'

/** Where revocations are written. Each method is one transaction with its audit record and the outbox entry that refreshes the CRL. */
export interface RevocationLedger {
  /**
   * Revokes, or changes a revocation: a hold can become any reason, any reason can be sharpened to keyCompromise (an invalidity
   * date may come with it). The first `revokedAt` stays but for holds. 'conflict' for any other second revocation. A key revoked
   * for keyCompromise is remembered. `undefined` when there is no such certificate in the tenant.
   */
  revoke(id: string, revocation: Revocation, record: AuditRecord): Promise<RegisteredCertificate | undefined>
  /** Ends a hold: 'conflict' for any other state. */
  unrevoke(id: string, at: number, record: AuditRecord): Promise<RegisteredCertificate | undefined>
}

/** What OCSP needs to know of a serial. `undefined`: never issued here. */
export type StatusOfSerial = (
  generation: string,
  serialNumber: string,
) => Promise<{ readonly revocation?: Revocation; readonly notAfter: number } | undefined>

/** Grows with every revocation of a generation, in the transaction of the revocation: what caches are checked against. */
export type RevocationVersion = (generation: string) => Promise<number>
