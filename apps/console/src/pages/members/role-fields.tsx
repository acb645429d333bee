import { Select } from '@mantine/core'
import type { RoleName } from '../../api/role-name.ts'
import { useAuthorities } from '../../frame/authorities.ts'
import { useMay } from '../../frame/use-may.ts'
import { ROLES } from '../../words/roles.ts'

/** The whole tenant, in place of the id of a CA. */
export const WHOLE_TENANT = ''

/** A role and where it counts. */
export function RoleFields({
  role,
  authority,
  onRole,
  onAuthority,
  error,
}: {
  readonly role: RoleName
  readonly authority: string
  readonly onRole: (role: RoleName) => void
  readonly onAuthority: (authority: string) => void
  readonly error?: string | undefined
}) {
  const { data = [] } = useAuthorities()
  // Only owners make others owners.
  const mayOwn = useMay()('owner', authority || undefined)
  const roles = ROLES.filter(({ value }) => value !== 'owner' || mayOwn || role === 'owner')
  return (
    <>
      <Select
        label="Role"
        description={ROLES.find(({ value }) => value === role)?.says}
        data={roles.map(({ value, label }) => ({ value, label }))}
        allowDeselect={false}
        value={role}
        error={error}
        onChange={(chosen) => {
          const found = ROLES.find(({ value }) => value === chosen)
          if (found !== undefined) onRole(found.value)
        }}
      />
      <Select
        label="For"
        data={[
          { value: WHOLE_TENANT, label: 'The whole tenant' },
          ...data.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        allowDeselect={false}
        value={authority}
        onChange={(chosen) => onAuthority(chosen ?? WHOLE_TENANT)}
      />
    </>
  )
}
