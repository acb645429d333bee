import type { AuditRecord } from '../audit/audit-record.ts'
import type { Page, PageRequest } from '../tenants/page.ts'
import type { MailKind } from './letter.ts'

/**
 * - `waiting`: it is to be sent, or tried again.
 * - `sent`: a mail server took it.
 * - `refused`: a mail server said that it takes it never.
 * - `expired`: what it said was of no use any more before it could be sent.
 * - `withdrawn`: a newer one, or the end of what it was about, took its place.
 */
export const MAIL_STATES = ['waiting', 'sent', 'refused', 'expired', 'withdrawn'] as const
export type MailState = (typeof MAIL_STATES)[number]

/** A mail as the outbox holds it. What it says is sealed. */
export interface OutgoingMail {
  readonly id: string
  readonly tenant: string
  readonly kind: MailKind
  readonly address: string
  readonly about: string
  readonly createdAt: number
  readonly expiresAt: number
  /** A `Letter` as JSON, sealed under the master key with tenant and id. */
  readonly sealedBody: Uint8Array
}

/** What operators see of a mail: never what it says. */
export interface Mail extends Omit<OutgoingMail, 'sealedBody'> {
  readonly state: MailState
  /** How often it was tried. */
  readonly attempts: number
  /** When it got its final state. */
  readonly settledAt?: number
  /** What the mail server, or the way there, said last. */
  readonly problem?: string
}

/** The mails of one tenant, as its people see them. */
export interface TenantMails {
  /** Newest first. */
  list(filter: { readonly state?: MailState }, page: PageRequest): Promise<Page<Mail>>
  find(id: string): Promise<Mail | undefined>
  /**
   * Sends again what was refused, or now what waits to be tried again. Throws `Refusal` 'conflict' for what was sent, is of no use any
   * more, or has a newer one; nothing when there is none such.
   */
  resend(id: string, record: AuditRecord): Promise<Mail | undefined>
}

/** The mails of all tenants: obtained from `stores.system`. Acts of a tenant write theirs in their own transactions. */
export interface MailStore {
  /** Throws `Refusal` 'rate-limited' when the address got too many mails of the tenant within a day. */
  put(mail: OutgoingMail, record: AuditRecord): Promise<void>
  /** Tells of what has its record already. Throws as `put` does. */
  tell(mail: OutgoingMail): Promise<void>
  find(id: string): Promise<Mail | undefined>
  /** Newest first. */
  list(filter: { readonly state?: MailState }, page: PageRequest): Promise<Page<Mail>>
  /** With what it says, while it waits. */
  waiting(id: string): Promise<OutgoingMail | undefined>
  /**
   * Ends its waiting; with a record when that is worth one. Emptied, unless it was refused: until it expires somebody may send it
   * again. False when it did not wait any more.
   */
  settle(
    id: string,
    end: { readonly state: MailState; readonly at: number; readonly problem?: string },
    record?: AuditRecord,
  ): Promise<boolean>
  /** It could not be sent now. */
  failed(id: string, problem: string): Promise<void>
  /** Empties those whose time is over; at most `limit`. How many there were. */
  expire(now: number, limit: number): Promise<number>
  /** Removes those that were settled before; at most `limit`. How many there were. */
  forget(settledBefore: number, limit: number): Promise<number>
}
