import { Button, Modal, TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { TenantSummary } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Empty } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'

const page = getRouteApi('/console/installation/tenants')
const CLOSE = { 'aria-label': 'Close' }

/** Every tenant, as operators see it: that it is there. */
export function Tenants() {
  const { after } = page.useSearch()
  const rows = useAsk('listTenants', { query: { after } }, { keepPrevious: true })
  const [isCreating, setCreating] = useState(false)
  const [renamed, setRenamed] = useState<TenantSummary>()
  return (
    <>
      <PageHeader
        title="Tenants"
        intro="Each is an organization with its own CAs and members. Operators see nothing of what is in them."
        actions={<Button onClick={() => setCreating(true)}>Create tenant</Button>}
      />
      <DataTable
        label="Tenants"
        rows={rows}
        keyOf={({ id }) => id}
        after={after}
        empty={<Empty title="No tenant yet" />}
        columns={[
          { head: 'Name', cell: ({ name }) => <strong>{name}</strong> },
          { head: 'Members', narrow: true, align: 'end', cell: ({ members }) => members },
          { head: 'Made', narrow: true, cell: ({ createdAt }) => <Moment at={createdAt} as="day" /> },
          {
            head: 'Actions',
            quiet: true,
            narrow: true,
            align: 'end',
            cell: (tenant) => (
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                aria-label={`Rename ${tenant.name}`}
                onClick={() => setRenamed(tenant)}
              >
                Rename
              </Button>
            ),
          },
        ]}
      />
      {isCreating && <CreateDialog onClose={() => setCreating(false)} />}
      {renamed !== undefined && <RenameDialog tenant={renamed} onClose={() => setRenamed(undefined)} />}
    </>
  )
}

function CreateDialog({ onClose }: { readonly onClose: () => void }) {
  const fields = useFields({ name: '', owner: '' })
  const act = useAct('createTenant')
  const tell = useTell()
  const submit = async () => {
    await act.run({ body: fields.values })
    tell(`${fields.values.name} is created.`)
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title="Create tenant" closeButtonProps={CLOSE}>
      <ServerForm fields={fields} submit="Create tenant" onSubmit={submit}>
        <TextInput label="Name" data-autofocus {...fields.bind('name')} />
        <TextInput
          label="Owner"
          description="The e-mail address of an account that there is."
          type="email"
          {...fields.bind('owner')}
        />
      </ServerForm>
    </Modal>
  )
}

function RenameDialog({
  tenant: { id, name },
  onClose,
}: {
  readonly tenant: TenantSummary
  readonly onClose: () => void
}) {
  const fields = useFields({ name })
  const act = useAct('renameTenantOf')
  const tell = useTell()
  const submit = async () => {
    await act.run({ params: { id }, body: fields.values })
    tell('The name is saved.')
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={`Rename ${name}`} closeButtonProps={CLOSE}>
      <ServerForm fields={fields} submit="Save name" onSubmit={submit}>
        <TextInput label="Name" data-autofocus {...fields.bind('name')} />
      </ServerForm>
    </Modal>
  )
}
