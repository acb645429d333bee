import { Button, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Tenant } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card, Facts } from '../../components/card.tsx'
import { CodeValue } from '../../components/code-block.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Moment } from '../../components/moment.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import { useRefreshAccount } from '../profile/use-refresh-account.ts'
import { Notices } from './notices.tsx'

/** What is set of the tenant as a whole. */
export function TenantSettings() {
  const { data, error, refetch } = useAsk('showTenant', {})
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <Loading lines={5} />
  return (
    <>
      <PageHeader title="Settings" intro="Of the tenant as a whole. What is set of a CA stands with the CA." />
      <Name key={data.id} tenant={data} />
      <Notices />
      <Leave tenant={data} />
    </>
  )
}

function Name({ tenant }: { readonly tenant: Tenant }) {
  const fields = useFields({ name: tenant.name })
  const act = useAct('renameTenant')
  const tell = useTell()
  const refresh = useRefreshAccount()
  const submit = async () => {
    await act.run({ body: fields.values })
    await refresh()
    tell('The name is saved.')
  }
  return (
    <Card title="Tenant">
      <ServerForm fields={fields} submit="Save name" onSubmit={submit}>
        <TextInput label="Name" {...fields.bind('name')} />
      </ServerForm>
      <div style={{ marginTop: '1rem' }}>
        <Facts
          items={[
            ['Made', <Moment key="made" at={tenant.createdAt} as="day" />],
            [
              'Id, for the header Chancery-Tenant',
              <CodeValue key="id" what="tenant id">
                {tenant.id}
              </CodeValue>,
            ],
          ]}
        />
      </div>
    </Card>
  )
}

function Leave({ tenant }: { readonly tenant: Tenant }) {
  const [isLeaving, setLeaving] = useState(false)
  const act = useAct('leaveTenant')
  const refresh = useRefreshAccount()
  const navigate = useNavigate()
  const leave = async () => {
    await act.run({})
    await refresh()
    await navigate({ to: '/console', search: { tenant: undefined, ca: undefined } })
  }
  return (
    <Card
      title="Leave this tenant"
      intro="You lose your roles in it, and your API tokens for it end. The last owner stays."
      actions={
        <Button variant="default" size="xs" onClick={() => setLeaving(true)}>
          Leave tenant
        </Button>
      }
    >
      {isLeaving && (
        <ConfirmDialog
          title={`Leave ${tenant.name}`}
          confirm="Leave tenant"
          typed={tenant.name}
          onConfirm={leave}
          onClose={() => setLeaving(false)}
        >
          <p>You see nothing of it any more until somebody invites you again. Your API tokens for it end at once.</p>
        </ConfirmDialog>
      )}
    </Card>
  )
}
