import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Webhook } from '../../api/operations.ts'
import { useAsk } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Empty } from '../../components/states.tsx'
import { WebhookDialog } from './webhook-dialog.tsx'
import { healthOf } from './webhook-words.ts'

/** Addresses that are told of events. */
export function Webhooks() {
  const rows = useAsk('listWebhooks', { query: {} })
  const [isCreating, setCreating] = useState(false)
  const create = <Button onClick={() => setCreating(true)}>Create webhook</Button>
  return (
    <>
      <PageHeader
        title="Webhooks"
        intro="Programs of yours that are told when something happens here, by signed requests."
        actions={create}
      />
      <DataTable
        label="Webhooks"
        columns={COLUMNS}
        rows={rows}
        keyOf={({ id }) => id}
        empty={
          <Empty title="No webhook yet" action={create}>
            A chat, a ticket system or an inventory can be told of requests and certificates.
          </Empty>
        }
      />
      {isCreating && <WebhookDialog onClose={() => setCreating(false)} />}
    </>
  )
}

const COLUMNS: readonly Column<Webhook>[] = [
  {
    head: 'Name',
    cell: ({ id, name }) => (
      <Link to="/console/webhooks/$id" params={{ id }}>
        {name}
      </Link>
    ),
  },
  { head: 'Address', cell: ({ url }) => URL.parse(url)?.host },
  { head: 'Events', narrow: true, align: 'end', cell: ({ events }) => events.length },
  {
    head: 'Last arrived',
    narrow: true,
    cell: ({ lastSuccessAt }) => (lastSuccessAt === undefined ? 'Never' : <Moment at={lastSuccessAt} as="relative" />),
  },
  {
    head: 'State',
    narrow: true,
    cell: (webhook) => {
      const [tone, words] = healthOf(webhook)
      return <StateBadge tone={tone}>{words}</StateBadge>
    },
  },
]
