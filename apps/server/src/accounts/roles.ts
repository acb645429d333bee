/** What a member may do in a tenant, from most to least. */
export const ROLES = ['owner', 'administrator', 'officer', 'auditor'] as const
export type Role = (typeof ROLES)[number]

/** An authenticated caller, for the length of a request. */
export interface Principal {
  readonly tenant: string
  readonly account: string
  readonly token?: string
  readonly role: Role
  /** Set when the role is for one CA only; absent: for the whole tenant. */
  readonly authority?: string
}

/** Whether one role holds everything that another does. */
export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(least)
}
