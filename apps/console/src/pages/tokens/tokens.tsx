import { Anchor, Button } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { ApiToken } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Empty } from '../../components/states.tsx'
import { useAuthorities } from '../../frame/authorities.ts'
import { useTell } from '../../frame/toasts.tsx'
import { roleLabel } from '../../words/roles.ts'
import { CreateTokenDialog } from './create-token-dialog.tsx'

const page = getRouteApi('/console/tokens')

/** API tokens: how programs act. */
export function Tokens() {
  const { after } = page.useSearch()
  const rows = useAsk('listTokens', { query: { after } }, { keepPrevious: true })
  const { data: authorities = [] } = useAuthorities()
  const [isCreating, setCreating] = useState(false)
  const [ended, setEnded] = useState<ApiToken>()
  const revoke = useAct('revokeToken')
  const tell = useTell()
  const names = new Map(authorities.map(({ id, name }) => [id, name]))
  const create = <Button onClick={() => setCreating(true)}>Create token</Button>
  return (
    <>
      <PageHeader
        title="API tokens"
        intro={
          <>
            Programs call the API with them, as who made them and never with more rights.{' '}
            <Anchor href="/api/docs" inherit underline="always">
              How the API is called
            </Anchor>
          </>
        }
        actions={create}
      />
      <DataTable
        label="API tokens"
        columns={columns((id) => names.get(id) ?? 'a deleted CA', setEnded)}
        rows={rows}
        keyOf={({ id }) => id}
        after={after}
        empty={
          <Empty title="No token yet" action={create}>
            A script that asks for certificates needs one.
          </Empty>
        }
      />
      {isCreating && <CreateTokenDialog onClose={() => setCreating(false)} />}
      {ended !== undefined && (
        <ConfirmDialog
          title={`End ${ended.name}`}
          confirm="End token"
          onConfirm={async () => {
            await revoke.run({ params: { id: ended.id } })
            tell(`${ended.name} is ended.`)
          }}
          onClose={() => setEnded(undefined)}
        >
          <p>Programs that use it are refused at once. It cannot be taken back.</p>
        </ConfirmDialog>
      )}
    </>
  )
}

function columns(nameOf: (id: string) => string, onEnd: (token: ApiToken) => void): readonly Column<ApiToken>[] {
  return [
    { head: 'Name', cell: ({ name }) => <strong>{name}</strong> },
    {
      head: 'Role',
      cell: ({ role, authority }) =>
        authority === undefined ? roleLabel(role) : `${roleLabel(role)} of ${nameOf(authority)}`,
    },
    {
      head: 'Last used',
      narrow: true,
      cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? 'Never' : <Moment at={lastUsedAt} as="relative" />),
    },
    { head: 'Good until', narrow: true, cell: ({ expiresAt }) => <Moment at={expiresAt} as="day" /> },
    {
      head: 'State',
      narrow: true,
      cell: (token) =>
        token.revokedAt !== undefined ? (
          <StateBadge tone="off">Ended</StateBadge>
        ) : Date.parse(token.expiresAt) < Date.now() ? (
          <StateBadge tone="off">Expired</StateBadge>
        ) : (
          <StateBadge tone="good">Good</StateBadge>
        ),
    },
    {
      head: 'Actions',
      quiet: true,
      narrow: true,
      align: 'end',
      cell: (token) =>
        token.revokedAt === undefined && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            aria-label={`End ${token.name}`}
            onClick={() => onEnd(token)}
          >
            End
          </Button>
        ),
    },
  ]
}
