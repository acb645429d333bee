import type { AuditRecord } from '../audit/audit-record.ts'

/** `platform-tls`: of the CA that certifies the installation's own https listener. */
export type ServicePurpose = 'ocsp-responder' | 'platform-tls'

/** A key of a service of a CA's generation with its certificate. */
export interface ServiceCertificate {
  readonly id: string
  readonly tenant: string
  readonly authority: string
  readonly generation: string
  readonly purpose: ServicePurpose
  /** The certificate's id in the register. */
  readonly certificate: string
  readonly der: Uint8Array
  /** PKCS#8 sealed for `{ tenant, purpose, id }` of this row. */
  readonly sealedKey: Uint8Array
  readonly notBefore: number
  readonly notAfter: number
  /** Whether the certificate was revoked by hand: then a new one is made at once. */
  readonly revoked: boolean
}

export interface ServiceCertificateStore {
  /** The newest of this purpose. */
  current(generation: string, purpose: ServicePurpose): Promise<ServiceCertificate | undefined>
  add(certificate: Omit<ServiceCertificate, 'revoked'>, record: AuditRecord): Promise<void>
}

/**
 * Across tenants, for the renewing sweep: generations that still answer (their own certificate is unexpired at `now`) and whose
 * certificate of this purpose is missing, revoked, or ends before `renewBefore` and before the CA's own, beyond which no new one
 * could go. By generation, at most `limit`, after this generation. The installation's own tenant is not among them: nobody can ask
 * its CA anything.
 */
export type FindDueServices = (
  purpose: ServicePurpose,
  times: { readonly now: number; readonly renewBefore: number },
  limit: number,
  after?: string,
) => Promise<readonly { readonly tenant: string; readonly generation: string }[]>
