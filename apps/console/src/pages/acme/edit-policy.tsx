import { Anchor, Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { AcmePolicy } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import { PolicyFields } from './policy-fields.tsx'
import { policyFieldOf, settingsOf, valuesOf } from './policy-values.ts'

const page = getRouteApi('/console/acme/policies/$id')

/** One ACME policy, to be changed. */
export function EditAcmePolicy() {
  const { id } = page.useParams()
  const { data, error, refetch } = useAsk('showAcmePolicy', { params: { id } })
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <Loading lines={8} />
  return <Form key={data.revision} policy={data} />
}

function Form({ policy }: { readonly policy: AcmePolicy }) {
  const { id, name, authority, revision, profiles } = policy
  const fields = useFields(valuesOf(policy), policyFieldOf)
  const act = useAct('changeAcmePolicy')
  const tell = useTell()
  const submit = async () => {
    await act.run({ params: { id }, body: { revision, ...settingsOf(fields.values, profiles) } })
    tell(`${fields.values.name} is saved.`)
  }
  return (
    <>
      <PageHeader
        title={name}
        above={
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/acme/policies" {...props} />}>
            ACME policies
          </Anchor>
        }
        intro="A change counts for what is ordered from now on, and for orders that are not finished."
        actions={
          <>
            <Button
              variant="default"
              renderRoot={(props) => (
                <Link to="/console/acme/accounts" search={(all) => ({ ...all, policy: id })} {...props} />
              )}
            >
              Accounts
            </Button>
            <Button
              variant="default"
              renderRoot={(props) => <Link to="/console/acme/policies/$id/bindings" params={{ id }} {...props} />}
            >
              External account bindings
            </Button>
          </>
        }
      />
      <ServerForm fields={fields} submit="Save" onSubmit={submit}>
        <PolicyFields fields={fields} authority={authority} />
      </ServerForm>
    </>
  )
}
