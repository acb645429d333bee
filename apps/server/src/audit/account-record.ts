import type { Actor, AuditEntry } from './audit-record.ts'

/**
 * What was done to an account as a whole: a sign-in, a second factor, a session ended. An account stands above tenants, so its
 * record is written once into each tenant that the account is a member of: whoever audits a tenant sees what its members do. For
 * an account without a tenant it stands in `INSTALLATION_LOG`.
 */
export interface AccountRecord extends AuditEntry {
  readonly account: string
  readonly actor: Actor
  readonly at: number
}

/** In place of a tenant's id: records of what belongs to no tenant. No tenant has this id, so no member can ask for it. */
export const INSTALLATION_LOG = 'installation'
