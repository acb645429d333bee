import type { Approval, Evidence, GrantId, Overrides, SubjectAltNameText, Template } from '@chancery/pki'
import type { AuditRecord } from '../audit/audit-record.ts'
import type { OutgoingMail } from '../mail/mail-store.ts'
import type { Page, PageRequest } from '../tenants/page.ts'

/**
 * - `unconfirmed`: a stranger's, whose mail address is not confirmed: nobody else sees it.
 * - `pending`: it waits for somebody's yes.
 * - `approved`: somebody said yes, and its certificate is there to be claimed.
 */
export const REQUEST_STATUSES = ['unconfirmed', 'pending', 'approved', 'signing', 'issued', 'declined'] as const
export type RequestStatus = (typeof REQUEST_STATUSES)[number]

/** Evidence that waits for a person. */
export type ParkedEvidence = Evidence & {
  readonly by: 'submitted-csr' | 'web-form' | 'renewal'
  readonly request: string
}

/** Where a request comes from: evidence that waits for a yes, or the yes itself, said before anybody asked. */
export type RequestOrigin =
  | ParkedEvidence
  | { readonly by: 'pre-approved'; readonly request: string; readonly account: string }

/** A request that waits for somebody's yes, or had its answer. */
export interface EnrollmentRequest {
  readonly id: string
  readonly authority: string
  readonly template: string
  /** The template's revision when the request came, to show what changed since. */
  readonly templateRevision: number
  readonly status: RequestStatus
  /** PKCS#10, DER. Absent: a form, whose key is made when its certificate is claimed. */
  readonly csr?: Uint8Array
  /** RFC 4514, for lists: what was asked for, then what was approved. */
  readonly subject: string
  /** Names to find it by. */
  readonly subjectAltNames: readonly SubjectAltNameText[]
  /** What the requester asked for beside the CSR; of a form all of it. */
  readonly overrides: Overrides
  /** What was approved of a form: subject and names, and perhaps a validity. Binds whoever claims. */
  readonly approved?: Overrides
  readonly evidence: RequestOrigin
  /** Whom mails about it go to, in lower case. */
  readonly email?: string
  readonly createdAt: number
  readonly decidedAt?: number
  readonly decidedBy?: string
  /** Why it was declined, or why its issuance was abandoned. */
  readonly note?: string
  /** The certificate once issued; the grant while signing. */
  readonly certificate?: GrantId
}

export const LINK_PURPOSES = ['status', 'claim'] as const
export type LinkPurpose = (typeof LINK_PURPOSES)[number]

/** The link by which somebody looks at their request, or claims its certificate. Of each purpose a request has one: a new one ends the old. */
export interface RequestLink {
  readonly id: string
  readonly request: string
  readonly purpose: LinkPurpose
  readonly createdAt: number
  readonly expiresAt: number
  /** When the certificate of a claim was recorded. */
  readonly spentAt?: number
}

export interface NewLink extends RequestLink {
  readonly secretHash: Uint8Array
}

/** A link that goes out, with the mail that carries it if there is somebody to write to. */
export interface SentLink {
  readonly link: NewLink
  readonly mail?: OutgoingMail
}

/** Requests of the tenant. The ledger of issuance moves them to 'signing' and 'issued'. None of these sees an unconfirmed one but `confirm`. */
export interface RequestStore {
  /**
   * With its link and mail, if it has any. Throws `Refusal` 'rate-limited' when as many strangers' requests for its template wait
   * already as may, or its address got too many mails.
   */
  create(request: EnrollmentRequest, record: AuditRecord, sent?: SentLink): Promise<void>
  find(id: string): Promise<EnrollmentRequest | undefined>
  /** The same behind what is being written at this moment: for whoever was told that somebody else was first. */
  findLatest(id: string): Promise<EnrollmentRequest | undefined>
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
  /** Its address is its sender's: from now on officers see it. False when it is none that waits for that. */
  confirm(id: string, record: AuditRecord): Promise<boolean>
  /** A form becomes claimable, and is called by the names that were approved. 'conflict' unless it is a pending form; nothing when there is none such. */
  approve(
    id: string,
    decision: Approval & Pick<EnrollmentRequest, 'subject' | 'subjectAltNames'> & { readonly approved: Overrides },
    sent: SentLink,
    record: AuditRecord,
  ): Promise<EnrollmentRequest | undefined>
  /** Another claim link ends the one before. 'conflict' unless it is approved. */
  resend(id: string, sent: SentLink, record: AuditRecord): Promise<EnrollmentRequest | undefined>
  /** Claimable once more, in place of this certificate. 'conflict' unless that is what it led to. */
  reopen(id: string, certificate: string, sent: SentLink, record: AuditRecord): Promise<EnrollmentRequest | undefined>
  /** What a certificate was renewed by: the id of the next one, and the SHA-256 (hex) of its CSR. */
  renewalOf(certificate: string): Promise<{ readonly next: string; readonly csr: string } | undefined>
  /** The claim link as it stands. */
  claimOf(id: string): Promise<RequestLink | undefined>
  /** 'conflict' unless it is pending or approved. Ends its claim; with a mail for who asked. */
  decline(
    id: string,
    decision: { readonly by: string; readonly at: number; readonly note?: string },
    record: AuditRecord,
    mail?: OutgoingMail,
  ): Promise<EnrollmentRequest | undefined>
  /** Tells who asked that the certificate is there, perhaps with a new link to look at it. */
  tell(mail: OutgoingMail, link?: NewLink): Promise<void>
}

/** A request as whoever holds one of its links comes to it. */
export interface LinkedRequest {
  readonly tenant: string
  readonly request: EnrollmentRequest
  readonly link: RequestLink
}

/** Requests by their links, and templates by their public ids, in whatever tenant: obtained from `stores.system`. */
export interface RequestDoor {
  /** Whatever its time: who asks says kindly that it is over. */
  find(purpose: LinkPurpose, secretHash: Uint8Array): Promise<LinkedRequest | undefined>
  templateByPublicId(publicId: string): Promise<{ readonly tenant: string; readonly template: Template } | undefined>
  /** Removes links that expired before, and requests that were confirmed by nobody since; at most `limit` of each. How many. */
  forget(expiredBefore: number, unconfirmedBefore: number, limit: number): Promise<number>
}
