import type { RoleName } from '../api/role-name.ts'

/** The roles, from most to least, with what each may do. */
export const ROLES: readonly { readonly value: RoleName; readonly label: string; readonly says: string }[] = [
  { value: 'owner', label: 'Owner', says: 'Everything, members and other owners among it.' },
  { value: 'administrator', label: 'Administrator', says: 'Makes CAs and templates, invites people.' },
  { value: 'officer', label: 'Officer', says: 'Handles requests, issues and revokes certificates.' },
  { value: 'auditor', label: 'Auditor', says: 'Reads everything, changes nothing.' },
]

const LABELS = new Map<string, string>(ROLES.map(({ value, label }) => [value, label]))

export function roleLabel(role: string): string {
  return LABELS.get(role) ?? role
}
