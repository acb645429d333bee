import type { Role } from '../accounts/roles.ts'
import type { MailKind } from '../mail/letter.ts'
import type { MailState } from '../mail/mail-store.ts'
import type { Flag } from './schema.ts'

/** Rows of who is there and how they are told: the part of the schema that accounts, members, tokens and mail live in. */
export interface PeopleTables {
  account: AccountTable
  tenant: TenantTable
  membership: MembershipTable
  invitation: InvitationTable
  api_token: ApiTokenTable
  mail: MailTable
}

/** A person. The first one is the operator of the installation. */
export interface AccountTable {
  id: string
  email: string
  name: string
  password_hash: string
  operator: Flag
  created_at: number
}

export interface TenantTable {
  id: string
  name: string
  /** Grows with everything that changes what its issuers are: caches of issuers are checked against it. */
  issuer_version: number
  created_at: number
  /** The account that made it for itself: each has one at the most. */
  own_of?: string | null
}

export interface MembershipTable {
  tenant: string
  account: string
  /** The CA that the role is for; empty for the whole tenant, because a part of a key cannot be null. */
  authority: string
  role: Role
  created_at: number
}

/** Somebody may come in. */
export interface InvitationTable {
  id: string
  tenant: string
  /** Lower case. */
  email: string
  role: Role
  /** As in a membership. */
  authority: string
  /** Whether it is for an account with that address only. */
  bound: Flag
  /** How whoever accepts has to be signed in. */
  provider: string | null
  /** SHA-256 of the token in the link. */
  secret_hash: Uint8Array
  invited_by: string
  created_at: number
  expires_at: number
}

export interface ApiTokenTable {
  id: string
  tenant: string
  account: string
  name: string
  role: Role
  authority: string | null
  /** SHA-256 of the token. */
  secret_hash: Uint8Array
  created_at: number
  expires_at: number
  last_used_at: number | null
  revoked_at: number | null
}

/** A mail through its whole life. `tenant` is `installation` for what belongs to none. */
export interface MailTable {
  id: string
  tenant: string
  kind: MailKind
  address: string
  /** The id of what it is about. */
  about: string
  state: MailState
  attempts: number
  /** What was said last of why it could not be sent. */
  problem: string | null
  created_at: number
  expires_at: number
  settled_at: number | null
  /** Empty once it does not wait any more. */
  sealed_body: Uint8Array
}
