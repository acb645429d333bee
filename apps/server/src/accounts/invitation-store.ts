import type { AuditRecord } from '../audit/audit-record.ts'
import type { OutgoingMail } from '../mail/mail-store.ts'
import type { Page, PageRequest } from '../tenants/page.ts'
import type { NewAccount } from './account-store.ts'
import type { Role, ScopedRole } from './roles.ts'

/** That somebody may come into a tenant. Never with its secret. */
export interface Invitation {
  readonly id: string
  readonly tenant: string
  /** Lower case. */
  readonly email: string
  readonly role: Role
  readonly authority?: string
  /** Whether it is for an account with that address only. */
  readonly bound: boolean
  /** The provider by which whoever accepts has to be signed in. */
  readonly provider?: string
  /** The account whose rights stand behind it. */
  readonly invitedBy: string
  readonly createdAt: number
  readonly expiresAt: number
}

/** Says whether somebody with these roles may do something to an invitation, or throws. */
export type JudgeInviter = (by: readonly ScopedRole[], invitation: Invitation) => void

/** The open invitations of a tenant. */
export interface InvitationStore {
  /**
   * Takes the place of one for the same address and scope, which is judged too while it is open. Throws `Refusal` 'not-found' for a CA that is none of the tenant's,
   * 'not-permitted' when the tenant has as many open invitations as it may. With the mail that carries its link.
   */
  create(
    invitation: Invitation & { readonly secretHash: Uint8Array },
    judge: JudgeInviter,
    record: AuditRecord,
    mail: OutgoingMail,
  ): Promise<void>
  find(id: string): Promise<Invitation | undefined>
  /** Newest first. */
  list(page: PageRequest): Promise<Page<Invitation>>
  /** A new secret, with the mail that carries it, ends the one before; who does it stands behind the invitation from now on. Nothing when there is none such. */
  renew(
    id: string,
    renewal: { readonly secretHash: Uint8Array; readonly expiresAt: number; readonly by: string },
    judge: JudgeInviter,
    record: AuditRecord,
    mail: OutgoingMail,
  ): Promise<Invitation | undefined>
  /** False when there is none such. */
  remove(id: string, by: string, judge: JudgeInviter, record: AuditRecord): Promise<boolean>
}

/** An invitation as whoever holds its link sees it. */
export interface OpenInvitation extends Invitation {
  readonly tenantName: string
  /** Of who invited; absent when that account is gone. */
  readonly inviterName?: string
  /** The name of the CA that the role is for. */
  readonly authorityName?: string
  /** Whether an account has the invited address. */
  readonly addressKnown: boolean
}

/** Invitations by their secrets, in whatever tenant: obtained from `stores.system`. */
export interface InvitationDoor {
  /** One that is open at `now`. */
  find(secretHash: Uint8Array, now: number): Promise<OpenInvitation | undefined>
  /** Those that are open at `now` for an address in lower case, in whatever tenant, with the roles that who invited has. */
  waitingFor(
    email: string,
    now: number,
  ): Promise<readonly { readonly invitation: Invitation; readonly inviter: readonly ScopedRole[] }[]>
  /**
   * Spends an invitation and makes its member: of two calls at once one finds it. `judge` is asked with the roles that who invited
   * has then, and says what is recorded. Who is a member already keeps what they have where it is more. Nothing when the
   * invitation is not open any more. Throws `Refusal` 'conflict' when a new account's address is taken, 'gone' for a CA that is.
   */
  accept(
    acceptance: {
      readonly secretHash: Uint8Array
      readonly at: number
      readonly account: string
      readonly made?: NewAccount
    },
    judge: (inviter: readonly ScopedRole[], invitation: Invitation) => AuditRecord,
  ): Promise<Invitation | undefined>
  /** Removes those that expired before; at most `limit`. How many there were. */
  forget(expiredBefore: number, limit: number): Promise<number>
}
