import type { AuditRecord } from '../audit/audit-record.ts'
import type { Page, PageRequest } from '../tenants/page.ts'
import type { AcmeAccount } from './acme-account.ts'

/** What an order came to: as its client is told, by RFC 8555 §7.1.6. */
export const ACME_ORDER_STATUSES = ['pending', 'ready', 'processing', 'valid', 'invalid'] as const
export type AcmeOrderStatus = (typeof ACME_ORDER_STATUSES)[number]

/** An order as an administrator sees it. */
export interface AcmeOrder {
  readonly id: string
  readonly account: string
  readonly policy: string
  readonly profile?: string
  readonly status: AcmeOrderStatus
  /** With `*.` for wildcards. */
  readonly identifiers: readonly string[]
  /** Why it is invalid. */
  readonly problem?: string
  /** Its certificate in the register, once it is issued. */
  readonly certificate?: string
  readonly createdAt: number
  readonly expiresAt: number
}

/** Accounts of ACME and their orders, for administrators of a tenant. */
export interface AcmeRegister {
  account(id: string): Promise<AcmeAccount | undefined>
  /** Newest first. `policy`: of one policy. */
  accounts(
    filter: { readonly policy?: string; readonly authority?: string; readonly authorities?: readonly string[] },
    page: PageRequest,
  ): Promise<Page<AcmeAccount>>
  /** Newest first. */
  orders(account: string, now: number, page: PageRequest): Promise<Page<AcmeOrder>>
  /** Ends a valid account for good. False: there is none, or it was over already. */
  revokeAccount(id: string, record: AuditRecord): Promise<boolean>
}
