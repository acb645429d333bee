import { ActionIcon, Button, Menu } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { Member, ScopedRole } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Empty } from '../../components/states.tsx'
import { useAuthorities } from '../../frame/authorities.ts'
import { Icon } from '../../frame/icon.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { useMay } from '../../frame/use-may.ts'
import { roleLabel } from '../../words/roles.ts'
import { ChangeRolesDialog } from './change-roles-dialog.tsx'
import { Invitations } from './invitations.tsx'
import { InviteDialog } from './invite-dialog.tsx'

const page = getRouteApi('/console/members')

/** Who may act in the tenant, and who is invited. */
export function Members() {
  const { after } = page.useSearch()
  const rows = useAsk('listMembers', { query: { after } }, { keepPrevious: true })
  const describe = useRoleWords()
  const may = useMay()('administrator', undefined)
  const [isInviting, setInviting] = useState(false)
  return (
    <>
      <PageHeader
        title="Members"
        intro="Each has a role for the whole tenant, or for single CAs."
        actions={may && <Button onClick={() => setInviting(true)}>Invite member</Button>}
      />
      <DataTable
        label="Members"
        columns={columns(describe, may)}
        rows={rows}
        keyOf={({ account }) => account}
        after={after}
        empty={<Empty title="There is nobody else">Invite the people who look after certificates with you.</Empty>}
      />
      <Invitations describe={describe} may={may} />
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  )
}

/** A role in words, with the CA that it is for. */
export type DescribeRole = (role: ScopedRole) => string

function useRoleWords(): DescribeRole {
  const { data = [] } = useAuthorities()
  const names = new Map(data.map(({ id, name }) => [id, name]))
  return ({ role, authority }) =>
    authority === undefined ? roleLabel(role) : `${roleLabel(role)} of ${names.get(authority) ?? 'a deleted CA'}`
}

function columns(describe: DescribeRole, may: boolean): readonly Column<Member>[] {
  return [
    { head: 'Name', cell: ({ name }) => <strong>{name}</strong> },
    { head: 'E-mail address', cell: ({ email }) => email },
    { head: 'Roles', cell: ({ roles }) => roles.map(describe).join(', ') },
    { head: 'Since', narrow: true, cell: ({ since }) => <Moment at={since} as="day" /> },
    ...(may
      ? [
          {
            ...({ head: 'Actions', quiet: true, narrow: true, align: 'end' } as const),
            cell: (member: Member) => <MemberMenu member={member} />,
          },
        ]
      : []),
  ]
}

function MemberMenu({ member }: { readonly member: Member }) {
  const { account, name } = member
  const [dialog, setDialog] = useState<'roles' | 'remove'>()
  const remove = useAct('removeMember')
  const tell = useTell()
  const close = () => setDialog(undefined)
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${name}`}>
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setDialog('roles')}>Change roles</Menu.Item>
          <Menu.Item onClick={() => setDialog('remove')}>Remove member</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'roles' && <ChangeRolesDialog member={member} onClose={close} />}
      {dialog === 'remove' && (
        <ConfirmDialog
          title={`Remove ${name}`}
          confirm="Remove member"
          onConfirm={async () => {
            await remove.run({ params: { account } })
            tell(`${name} is no member any more.`)
          }}
          onClose={close}
        >
          <p>They see nothing of the tenant any more, and their API tokens for it end at once.</p>
        </ConfirmDialog>
      )}
    </>
  )
}
