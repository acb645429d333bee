import type { AuditRecord } from '../audit/audit-record.ts'
import type { Page, PageRequest } from '../tenants/page.ts'
import type { Role, ScopedRole } from './roles.ts'

export interface NewToken {
  readonly id: string
  readonly tenant: string
  readonly account: string
  readonly name: string
  readonly role: Role
  readonly authority?: string
  /** SHA-256 of the token. */
  readonly secretHash: Uint8Array
  readonly createdAt: number
  readonly expiresAt: number
}

/** A token as it is listed: never its secret. */
export interface ApiToken extends Omit<NewToken, 'secretHash'> {
  readonly lastUsedAt?: number
  readonly revokedAt?: number
}

/** The tokens of a tenant. */
export interface TokenStore {
  /**
   * `judge` is asked with the roles that the token's maker has in the transaction itself, and throws when they are not enough: a
   * membership that ends at this moment leaves no token behind. Throws `Refusal` 'not-found' for a CA that is none of the tenant's,
   * 'not-permitted' when the account has as many tokens as it may.
   */
  create(token: NewToken, judge: (maker: readonly ScopedRole[]) => void, record: AuditRecord): Promise<void>
  find(token: string): Promise<ApiToken | undefined>
  /** Newest first; of one account if it is named. */
  list(of: { readonly account?: string }, page: PageRequest): Promise<Page<ApiToken>>
  /** Ends a token at once. False when there is none such, of that account if it is named, or it ended before. */
  revoke(token: string, of: { readonly account?: string }, record: AuditRecord): Promise<boolean>
}
