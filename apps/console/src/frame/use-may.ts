import { getRouteApi } from '@tanstack/react-router'
import type { ScopedRole } from '../api/operations.ts'

const consoleApi = getRouteApi('/console')
const ROLES: readonly ScopedRole['role'][] = ['owner', 'administrator', 'officer', 'auditor']

/**
 * Whether the account has this role, or a greater one, for a CA: what it cannot do is not offered. Whether it may, the API decides.
 */
export function useMay(): (least: ScopedRole['role'], authority: string | undefined) => boolean {
  const { tenant } = consoleApi.useRouteContext()
  const roles = tenant?.roles ?? []
  return (least, authority) =>
    roles.some(
      (one) =>
        (one.authority === undefined || one.authority === authority) && ROLES.indexOf(one.role) <= ROLES.indexOf(least),
    )
}
