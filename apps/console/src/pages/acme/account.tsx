import { Anchor, Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { AcmeAccount, AcmeOrder } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card, Facts } from '../../components/card.tsx'
import { CodeValue } from '../../components/code-block.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Empty, Failed, Loading } from '../../components/states.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { AccountState, accountName, OrderState } from './account-words.tsx'

const page = getRouteApi('/console/acme/accounts/$id')

/** One account of ACME with its orders. */
export function AcmeAccountPage() {
  const { id } = page.useParams()
  const { data, error, refetch } = useAsk('showAcmeAccount', { params: { id } })
  const [isLeaving, setLeaving] = useState(false)
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <Loading lines={8} />
  return (
    <>
      <PageHeader
        title={accountName(data)}
        above={
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/acme/accounts" {...props} />}>
            ACME accounts
          </Anchor>
        }
        actions={
          <>
            <Button
              variant="default"
              renderRoot={(props) => (
                <Link to="/console/acme/logs" search={(all) => ({ ...all, account: id })} {...props} />
              )}
            >
              Logs
            </Button>
            {data.status === 'valid' && (
              <Button variant="default" onClick={() => setLeaving(true)}>
                Deactivate
              </Button>
            )}
          </>
        }
      />
      <Card title="Account">
        <Facts
          items={[
            ['State', <AccountState key="state" status={data.status} />],
            ['Contacts', data.contacts.map((contact) => contact.replace(/^mailto:/, '')).join(', ') || 'None'],
            ['Binding', data.binding?.name ?? 'None'],
            ['Registered', <Moment key="at" at={data.createdAt} />],
            ['From', data.createdFrom],
            [
              'Key',
              <CodeValue key="key" what="thumbprint">
                {data.thumbprint}
              </CodeValue>,
            ],
          ]}
        />
      </Card>
      <Orders account={id} />
      {isLeaving && <Deactivate account={data} onClose={() => setLeaving(false)} />}
    </>
  )
}

function Orders({ account: id }: { readonly account: string }) {
  const { after } = page.useSearch()
  const rows = useAsk(
    'listAcmeOrders',
    { params: { id }, query: { ...(after !== undefined && { after }) } },
    { keepPrevious: true },
  )
  return (
    <Card title="Orders">
      <DataTable
        label="Orders"
        columns={ORDER_COLUMNS}
        rows={rows}
        keyOf={(order) => order.id}
        after={after}
        empty={<Empty title="Nothing ordered yet" />}
      />
    </Card>
  )
}

const ORDER_COLUMNS: readonly Column<AcmeOrder>[] = [
  { head: 'Names', cell: ({ identifiers }) => identifiers.join(', ') },
  { head: 'Ordered', cell: ({ createdAt }) => <Moment at={createdAt} /> },
  { head: 'State', narrow: true, cell: ({ status }) => <OrderState status={status} /> },
  { head: 'Why', cell: ({ problem }) => problem ?? '' },
  {
    head: 'Logs',
    quiet: true,
    narrow: true,
    cell: ({ id, account, identifiers }) => (
      <Anchor
        size="sm"
        aria-label={`Logs of the order of ${identifiers.join(', ')}`}
        renderRoot={(props) => (
          <Link to="/console/acme/logs" search={(all) => ({ ...all, account, order: id })} {...props} />
        )}
      >
        Logs
      </Anchor>
    ),
  },
]

function Deactivate({ account, onClose }: { readonly account: AcmeAccount; readonly onClose: () => void }) {
  const act = useAct('deactivateAcmeAccount')
  const tell = useTell()
  const run = async () => {
    await act.run({ params: { id: account.id } })
    tell(`${accountName(account)} is deactivated.`)
  }
  return (
    <ConfirmDialog
      title={`Deactivate ${accountName(account)}`}
      confirm="Deactivate account"
      onConfirm={run}
      onClose={onClose}
    >
      <p>
        Its client gets no more certificates, for good: it would have to register anew. Certificates already issued stay
        valid; revoke them one by one where that is meant.
      </p>
    </ConfirmDialog>
  )
}
