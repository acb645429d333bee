import { ActionIcon, Anchor, Button, Tooltip } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { AcmePolicy } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { CodeValue } from '../../components/code-block.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Empty } from '../../components/states.tsx'
import { Icon } from '../../frame/icon.tsx'
import { useTell } from '../../frame/toasts.tsx'

const page = getRouteApi('/console/acme/policies')
const consoleApi = getRouteApi('/console')

/** ACME, Policies: who gets certificates by ACME from the active CA, for which names. */
export function AcmePolicies() {
  const { after } = page.useSearch()
  const { ca: authority } = consoleApi.useSearch()
  const [leaving, setLeaving] = useState<AcmePolicy>()
  const rows = useAsk(
    'listAcmePolicies',
    { query: { ...(authority !== undefined && { authority }), ...(after !== undefined && { after }) } },
    { keepPrevious: true },
  )
  const create = (
    <Button renderRoot={(props) => <Link to="/console/acme/policies/new" {...props} />}>Create policy</Button>
  )
  return (
    <>
      <PageHeader
        title="ACME policies"
        intro="ACME lets programs get and renew certificates by themselves. A policy says which; a binding (EAB) lets a client in."
        actions={rows.data?.items.length ? create : undefined}
      />
      <DataTable
        label="ACME policies"
        columns={columns(setLeaving)}
        rows={rows}
        keyOf={({ id }) => id}
        after={after}
        empty={
          <Empty title="No policy yet" action={create}>
            Make one to let certbot, Caddy, Traefik and others get certificates from this CA without anybody’s help.
          </Empty>
        }
      />
      {leaving && <DeletePolicy policy={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  )
}

function columns(onDelete: (policy: AcmePolicy) => void): readonly Column<AcmePolicy>[] {
  return [
    {
      head: 'Name',
      cell: ({ id, name }) => (
        <Anchor size="sm" renderRoot={(props) => <Link to="/console/acme/policies/$id" params={{ id }} {...props} />}>
          {name}
        </Anchor>
      ),
    },
    {
      head: 'State',
      narrow: true,
      cell: ({ enabled }) => <StateBadge tone={enabled ? 'good' : 'off'}>{enabled ? 'On' : 'Off'}</StateBadge>,
    },
    {
      head: 'Pre-approved',
      cell: ({ preApproved }) => (preApproved.length === 0 ? 'Nothing' : shortened(preApproved)),
    },
    { head: 'Proofs', cell: ({ challenges }) => challenges.join(', ') || 'None' },
    { head: 'Directory', cell: ({ directory }) => <CodeValue what="directory address">{directory}</CodeValue> },
    {
      head: 'External Account Bindings',
      narrow: true,
      cell: ({ id, name }) => (
        <Tooltip label="External account bindings">
          <ActionIcon
            variant="subtle"
            aria-label={`External account bindings of ${name}`}
            renderRoot={(props) => <Link to="/console/acme/policies/$id/bindings" params={{ id }} {...props} />}
          >
            <Icon name="gear" />
          </ActionIcon>
        </Tooltip>
      ),
    },
    {
      head: 'Delete',
      quiet: true,
      narrow: true,
      cell: (policy) => (
        <ActionIcon variant="subtle" color="gray" aria-label={`Delete ${policy.name}`} onClick={() => onDelete(policy)}>
          <Icon name="trash" />
        </ActionIcon>
      ),
    },
  ]
}

function shortened(names: readonly string[]): string {
  const more = names.length - MOST_SHOWN
  return `${names.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
const MOST_SHOWN = 3

function DeletePolicy({
  policy: { id, name },
  onClose,
}: {
  readonly policy: AcmePolicy
  readonly onClose: () => void
}) {
  const act = useAct('deleteAcmePolicy')
  const tell = useTell()
  const remove = async () => {
    await act.run({ params: { id } })
    tell(`${name} is deleted.`)
  }
  return (
    <ConfirmDialog title={`Delete ${name}`} confirm="Delete policy" onConfirm={remove} onClose={onClose}>
      <p>
        Its bindings and accounts go with it: their clients get no more certificates. Certificates already issued stay
        valid.
      </p>
    </ConfirmDialog>
  )
}
