import { Button, Modal } from '@mantine/core'
import type { Member } from '../../api/operations.ts'
import type { RoleName } from '../../api/role-name.ts'
import { useAct } from '../../api/use-api.ts'
import { ServerForm } from '../../components/server-form.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import { RoleFields, WHOLE_TENANT } from './role-fields.tsx'

interface Row {
  readonly role: RoleName
  readonly authority: string
}

/** Gives a member other roles, one for each scope. */
export function ChangeRolesDialog({ member, onClose }: { readonly member: Member; readonly onClose: () => void }) {
  const { account, name, roles } = member
  const fields = useFields<{ readonly roles: readonly Row[] }>({
    roles: roles.map(({ role, authority = WHOLE_TENANT }) => ({ role, authority })),
  })
  const act = useAct('changeMember')
  const tell = useTell()
  const { values, set, errors } = fields
  const change = (at: number, row: Row) => set('roles', values.roles.with(at, row))
  const submit = async () => {
    const given = values.roles.map(({ role, authority }) => ({ role, authority: authority || undefined }))
    await act.run({ params: { account }, body: { roles: given } })
    tell(`The roles of ${name} are saved.`)
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={`Roles of ${name}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <ServerForm fields={fields} submit="Save roles" onSubmit={submit}>
        {values.roles.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a role is its place in the list while it is being chosen
          <div key={at} className="stack">
            <RoleFields
              {...row}
              error={at === 0 ? errors['roles'] : undefined}
              onRole={(role) => change(at, { ...row, role })}
              onAuthority={(authority) => change(at, { ...row, authority })}
            />
            {values.roles.length > 1 && (
              <div>
                <Button
                  variant="subtle"
                  color="gray"
                  size="compact-sm"
                  onClick={() => set('roles', values.roles.toSpliced(at, 1))}
                >
                  Remove this role
                </Button>
              </div>
            )}
          </div>
        ))}
        <div>
          <Button
            variant="default"
            size="xs"
            onClick={() => set('roles', [...values.roles, { role: 'auditor', authority: WHOLE_TENANT }])}
          >
            Add a role
          </Button>
        </div>
      </ServerForm>
    </Modal>
  )
}
