import { Button, Modal, TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { Operator } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Empty } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'

const page = getRouteApi('/console/installation/operators')

/** Who runs the installation. */
export function Operators() {
  const { after } = page.useSearch()
  const rows = useAsk('listOperators', { query: { after } }, { keepPrevious: true })
  const [isNaming, setNaming] = useState(false)
  const [removed, setRemoved] = useState<Operator>()
  const remove = useAct('removeOperator')
  const tell = useTell()
  return (
    <>
      <PageHeader
        title="Operators"
        intro="They run the installation: its settings, tenants and health. It gives no right inside a tenant."
        actions={<Button onClick={() => setNaming(true)}>Name operator</Button>}
      />
      <DataTable
        label="Operators"
        rows={rows}
        keyOf={({ account }) => account}
        after={after}
        empty={<Empty title="There is no operator" />}
        columns={[
          { head: 'Name', cell: ({ name }) => <strong>{name}</strong> },
          { head: 'E-mail address', cell: ({ email }) => email },
          {
            head: 'Actions',
            quiet: true,
            narrow: true,
            align: 'end',
            cell: (operator) => (
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                aria-label={`Remove ${operator.name}`}
                onClick={() => setRemoved(operator)}
              >
                Remove
              </Button>
            ),
          },
        ]}
      />
      {isNaming && <NameDialog onClose={() => setNaming(false)} />}
      {removed !== undefined && (
        <ConfirmDialog
          title={`Remove ${removed.name}`}
          confirm="Remove operator"
          onConfirm={async () => {
            await remove.run({ params: { account: removed.account } })
            tell(`${removed.name} is no operator any more.`)
          }}
          onClose={() => setRemoved(undefined)}
        >
          <p>They keep their account and their tenants. The last operator stays.</p>
        </ConfirmDialog>
      )}
    </>
  )
}

function NameDialog({ onClose }: { readonly onClose: () => void }) {
  const fields = useFields({ email: '' })
  const act = useAct('nameOperator')
  const tell = useTell()
  const submit = async () => {
    const { name } = await act.run({ body: fields.values })
    tell(`${name} is an operator.`)
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title="Name operator" closeButtonProps={{ 'aria-label': 'Close' }}>
      <ServerForm fields={fields} submit="Name operator" onSubmit={submit}>
        <TextInput
          label="E-mail address"
          description="Of an account that there is."
          type="email"
          data-autofocus
          {...fields.bind('email')}
        />
      </ServerForm>
    </Modal>
  )
}
