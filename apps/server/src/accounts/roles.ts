/** What a member may do in a tenant, from most to least. */
export const ROLES = ['owner', 'administrator', 'officer', 'auditor'] as const
export type Role = (typeof ROLES)[number]

/** A role where it counts: for one CA, or for the whole tenant when no CA is named. */
export interface ScopedRole {
  readonly role: Role
  readonly authority?: string
}

/** An authenticated caller in one tenant, for the length of a request. */
export interface Principal {
  readonly tenant: string
  readonly account: string
  /** The API token of the call. Without one a person calls, who is signed in. */
  readonly token?: string
  /** Never empty. A member may be an auditor of the tenant and an officer of one CA; a token has at most what its maker has now. */
  readonly roles: readonly ScopedRole[]
}

/** What an account is in the installation. */
export interface Standing {
  /** Runs the installation. It gives no right inside a tenant. */
  readonly operator: boolean
  /** By tenant; in each at least one role. */
  readonly tenants: ReadonlyMap<string, readonly ScopedRole[]>
}

/** Whether one role holds everything that another does. */
export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(least)
}

/** The most that somebody may do with a CA, by a role for it or for the tenant; without a CA: with what is the tenant's. */
export function roleFor({ roles }: Pick<Principal, 'roles'>, authority?: string): Role | undefined {
  return greatest(roles.filter((one) => one.authority === undefined || one.authority === authority))
}

/** The most that somebody may do anywhere in the tenant. */
export function roleAnywhere({ roles }: Pick<Principal, 'roles'>): Role | undefined {
  return greatest(roles)
}

/** Whether somebody has this role, or a greater one, for a CA; without a CA: for the whole tenant. */
export function holds(principal: Pick<Principal, 'roles'>, least: Role, authority?: string): boolean {
  const role = roleFor(principal, authority)
  return role !== undefined && isAtLeast(role, least)
}

/** What is left of roles within the bounds of one: the lesser role, where both count. Empty when they have nothing in common. */
export function within(bound: ScopedRole, roles: readonly ScopedRole[]): readonly ScopedRole[] {
  const shared = roles
    .filter((one) => bound.authority === undefined || one.authority === undefined || one.authority === bound.authority)
    .map((one) => scoped(isAtLeast(one.role, bound.role) ? bound.role : one.role, bound.authority ?? one.authority))
  const byScope = Map.groupBy(shared, ({ authority }) => authority)
  return [...byScope].map(([authority, some]) => scoped(greatest(some) ?? bound.role, authority))
}

function scoped(role: Role, authority: string | undefined): ScopedRole {
  return { role, ...(authority !== undefined && { authority }) }
}

function greatest(roles: readonly ScopedRole[]): Role | undefined {
  return ROLES.find((role) => roles.some((one) => one.role === role))
}
