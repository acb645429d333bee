import { Refusal } from '@chancery/pki'
import { isAtLeast, roleFor, type ScopedRole } from './roles.ts'

/**
 * Who may give a role to somebody, or take it away: owners of the tenant any, administrators of the tenant all but owner's. A role
 * for one CA hands out nothing: who comes into the tenant, and sees there what is everybody's, is a matter of the tenant.
 */
export function mayHandOut(by: readonly ScopedRole[], { role }: ScopedRole): boolean {
  const own = roleFor({ roles: by })
  return own !== undefined && isAtLeast(own, 'administrator') && isAtLeast(own, role)
}

/** Throws `Refusal` 'forbidden' when one of these roles is not theirs to give or to take. */
export function checkHandOut(by: readonly ScopedRole[], roles: readonly ScopedRole[]): void {
  const beyond = roles.find((one) => !mayHandOut(by, one))
  if (beyond === undefined) return
  const own = roleFor({ roles: by })
  throw new Refusal(
    'forbidden',
    own === undefined || !isAtLeast(own, 'administrator')
      ? 'Roles are given and taken by owners and administrators of the whole tenant.'
      : `An ${own} neither gives nor takes the role ${beyond.role}: an owner of the tenant does.`,
  )
}

/** Roles as the audit names them: `auditor, officer of 01h…`. */
export function describeRoles(roles: readonly ScopedRole[]): string {
  return roles.map(({ role, authority }) => (authority === undefined ? role : `${role} of ${authority}`)).join(', ')
}
