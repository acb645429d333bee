import type { AuditRecord } from '../audit/audit-record.ts'
import type { Page, PageRequest } from '../tenants/page.ts'
import type { Person } from './account-store.ts'
import type { ScopedRole } from './roles.ts'

/** Somebody who may act in a tenant. */
export interface Member extends Person {
  /** Never empty; of each scope at most one. */
  readonly roles: readonly ScopedRole[]
  /** Milliseconds. */
  readonly since: number
}

/** What a change of a member is judged by, as it is in the transaction of the change. */
export interface AtStake {
  /** Who does it. Empty when they are no member any more. */
  readonly by: readonly ScopedRole[]
  /** Whom it is done to. */
  readonly of: readonly ScopedRole[]
  /** Whether the tenant has other owners than the one it is done to. */
  readonly otherOwners: boolean
}

/** The members of a tenant. Changes of one tenant's members happen one after the other, in all processes. */
export interface MemberStore {
  /** Newest account first. */
  list(page: PageRequest): Promise<Page<Member>>
  find(account: string): Promise<Member | undefined>
  /**
   * Gives a member these roles in place of those they have; none at all ends the membership. `judge` says whether it may be, or
   * throws, and what is recorded. What the member leaves behind ends in the same transaction: tokens that have nothing in common
   * with the roles that stay, and, with the membership, the invitations from and to the member. False when there is no such member.
   * Throws `Refusal` 'not-found' for a CA that is none of the tenant's.
   */
  setRoles(
    change: {
      readonly account: string
      readonly by: string
      readonly roles: readonly ScopedRole[]
      readonly at: number
    },
    judge: (at: AtStake) => AuditRecord,
  ): Promise<boolean>
}
