import { ActionIcon, Anchor, Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { AcmeBinding } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { CodeValue } from '../../components/code-block.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Empty } from '../../components/states.tsx'
import { Icon } from '../../frame/icon.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { CreateBinding } from './create-binding.tsx'

const page = getRouteApi('/console/acme/policies/$id/bindings')

/** ACME, Policies, External Account Bindings: the keys by which clients register under a policy. */
export function AcmeBindings() {
  const { id } = page.useParams()
  const { after } = page.useSearch()
  const { data: policy } = useAsk('showAcmePolicy', { params: { id } })
  const rows = useAsk(
    'listAcmeBindings',
    { params: { id }, query: { ...(after !== undefined && { after }) } },
    { keepPrevious: true },
  )
  const [isCreating, setCreating] = useState(false)
  const [leaving, setLeaving] = useState<AcmeBinding>()
  const create = <Button onClick={() => setCreating(true)}>Create EAB</Button>
  return (
    <>
      <PageHeader
        title="External account bindings"
        above={
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/acme/policies/$id" params={{ id }} {...props} />}>
            {policy?.name ?? 'ACME policy'}
          </Anchor>
        }
        intro="A binding is a key that a client is given once, to register its account. Deleting it leaves its accounts working."
        actions={rows.data?.items.length ? create : undefined}
      />
      <DataTable
        label="External account bindings"
        columns={columns(setLeaving)}
        rows={rows}
        keyOf={(binding) => binding.id}
        after={after}
        empty={
          <Empty title="No binding yet" action={create}>
            Clients register with a key id and an HMAC key. Make them here; they are shown once.
          </Empty>
        }
      />
      {isCreating && <CreateBinding policy={id} onClose={() => setCreating(false)} />}
      {leaving && <DeleteBinding binding={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  )
}

function columns(onDelete: (binding: AcmeBinding) => void): readonly Column<AcmeBinding>[] {
  return [
    { head: 'Name', cell: ({ name }) => name },
    { head: 'Key ID', cell: ({ kid }) => <CodeValue what="key id">{kid}</CodeValue> },
    {
      head: 'Uses',
      align: 'end',
      narrow: true,
      cell: ({ uses, allowedUses }) => (allowedUses === undefined ? String(uses) : `${uses} of ${allowedUses}`),
    },
    {
      head: 'Accounts may register until',
      cell: ({ expiresAt }) => (expiresAt === undefined ? 'It is deleted' : <Moment at={expiresAt} />),
    },
    { head: 'State', narrow: true, cell: (binding) => <BindingState binding={binding} /> },
    {
      head: 'Delete',
      quiet: true,
      narrow: true,
      cell: (binding) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Delete ${binding.name}`}
          onClick={() => onDelete(binding)}
        >
          <Icon name="trash" />
        </ActionIcon>
      ),
    },
  ]
}

function BindingState({ binding: { uses, allowedUses, expiresAt } }: { readonly binding: AcmeBinding }) {
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()) return <StateBadge tone="off">Expired</StateBadge>
  if (allowedUses !== undefined && uses >= allowedUses) return <StateBadge tone="off">Used up</StateBadge>
  return <StateBadge tone="good">Open</StateBadge>
}

function DeleteBinding({
  binding: { id, name },
  onClose,
}: {
  readonly binding: AcmeBinding
  readonly onClose: () => void
}) {
  const act = useAct('deleteAcmeBinding')
  const tell = useTell()
  const remove = async () => {
    await act.run({ params: { id } })
    tell(`${name} is deleted.`)
  }
  return (
    <ConfirmDialog title={`Delete ${name}`} confirm="Delete binding" onConfirm={remove} onClose={onClose}>
      <p>Nobody registers by it any more. Accounts that did go on as they are.</p>
    </ConfirmDialog>
  )
}
