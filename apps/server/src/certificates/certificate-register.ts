import type { Approval, Evidence } from '@chancery/pki'
import type { Page, PageRequest } from '../tenants/page.ts'

export const CERTIFICATE_STATUSES = ['valid', 'expired', 'revoked', 'held'] as const
export type CertificateStatus = (typeof CERTIFICATE_STATUSES)[number]

/** A certificate as the register holds it. */
export interface RegisteredCertificate {
  readonly id: string
  readonly tenant: string
  readonly authority: string
  readonly generation: string
  readonly template?: string
  readonly request?: string
  readonly serialNumber: string
  /** Absent for certificates of before an import that are known by serial only. */
  readonly der?: Uint8Array
  readonly fingerprint?: Uint8Array
  /** RFC 4514. */
  readonly subject: string
  readonly notBefore: number
  readonly notAfter: number
  readonly issuedAt: number
  readonly evidence?: Evidence
  readonly approval?: Approval
  readonly revocation?: Revocation
}

export interface Revocation {
  readonly revokedAt: number
  /** CRLReason, RFC 5280 §5.3.1. */
  readonly reason: number
  readonly invalidityAt?: number
}

/** A name by which a certificate is found, in lower case; a directory name as RFC 4514 text. */
export interface IndexedName {
  readonly type: 'commonName' | 'dns' | 'ip' | 'email' | 'uri' | 'upn' | 'directoryName' | 'registeredId'
  readonly value: string
}

/** All given parts must hold. */
export interface CertificateFilter {
  readonly authority?: string
  /** Of any of these CAs. */
  readonly authorities?: readonly string[]
  readonly template?: string
  readonly status?: CertificateStatus
  /** Start of any name (CN, DNS, IP, e-mail, URI, UPN, directory name, registered id), or with a leading dot, e.g. `.example.com`, every host below a domain. Letter case does not matter. */
  readonly name?: string
  /** Hex, with or without colons and leading zeros. */
  readonly serialNumber?: string
  /** SHA-256 of the DER. */
  readonly fingerprint?: Uint8Array
  readonly expiresFrom?: number
  readonly expiresTo?: number
}

/** What a CA answers for until it expires. */
export interface UnexpiredCertificate {
  /** For good: what is on hold is not. */
  readonly isRevoked: boolean
  readonly evidence?: Evidence
  /** Of what was issued; absent too where nothing but the serial is known. */
  readonly der?: Uint8Array
  /** DER of the TBSCertificate, of what waits for its signature. */
  readonly tbs?: Uint8Array
}

/**
 * The read side of what was issued. Newest first; by name when searched by name; by expiry when filtered by expiry or by the status
 * 'valid' (soonest first) or 'expired' (latest first), and when filtered by template (latest first).
 */
export interface CertificateRegister {
  find(id: string): Promise<RegisteredCertificate | undefined>
  /**
   * A page may hold fewer than its limit, even none, and still have a `next`: where few of many certificates fit the filter, a page
   * ends after a bounded search.
   */
  list(filter: CertificateFilter, now: number, page: PageRequest): Promise<Page<RegisteredCertificate>>
  /** What of a CA has not expired, revoked or not, and what waits for its signature; soonest end first. */
  unexpired(authority: string, now: number, page: PageRequest): Promise<Page<UnexpiredCertificate>>
}
