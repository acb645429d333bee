import type { Evidence, GrantId, Overrides, SubjectAltNameText } from '@chancery/pki'
import type { AuditRecord } from '../audit/audit-record.ts'
import type { Page, PageRequest } from '../tenants/page.ts'

export const REQUEST_STATUSES = ['pending', 'signing', 'issued', 'declined'] as const
export type RequestStatus = (typeof REQUEST_STATUSES)[number]

/** Evidence that waits for a person. */
export type ParkedEvidence = Evidence & { readonly by: 'submitted-csr' }

/** A request that waits for somebody's yes, or had its answer. */
export interface EnrollmentRequest {
  readonly id: string
  readonly authority: string
  readonly template: string
  /** The template's revision when the request came, to show what changed since. */
  readonly templateRevision: number
  readonly status: RequestStatus
  /** PKCS#10, DER. */
  readonly csr: Uint8Array
  /** RFC 4514, for lists. */
  readonly subject: string
  /** Names to find it by. */
  readonly subjectAltNames: readonly SubjectAltNameText[]
  /** What the requester asked for beside the CSR. */
  readonly overrides: Overrides
  readonly evidence: ParkedEvidence
  readonly createdAt: number
  readonly decidedAt?: number
  readonly decidedBy?: string
  /** Why it was declined, or why its issuance was abandoned. */
  readonly note?: string
  /** The certificate once issued; the grant while signing. */
  readonly certificate?: GrantId
}

/** Requests of the tenant. The ledger of issuance moves them to 'signing' and 'issued'. */
export interface RequestStore {
  create(request: EnrollmentRequest, record: AuditRecord): Promise<void>
  find(id: string): Promise<EnrollmentRequest | undefined>
  /** Newest first. `authorities`: of any of these CAs. */
  list(
    filter: {
      readonly authority?: string
      readonly authorities?: readonly string[]
      readonly template?: string
      readonly status?: RequestStatus
    },
    page: PageRequest,
  ): Promise<Page<EnrollmentRequest>>
  /** 'conflict' unless it is pending. */
  decline(
    id: string,
    decision: { readonly by: string; readonly at: number; readonly note?: string },
    record: AuditRecord,
  ): Promise<EnrollmentRequest | undefined>
}
