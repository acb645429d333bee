import { Anchor } from '@mantine/core'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useAct } from '../../api/use-api.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useAuthorities } from '../../frame/authorities.ts'
import { useTell } from '../../frame/toasts.tsx'
import { PolicyFields } from './policy-fields.tsx'
import { NEW_POLICY, policyFieldOf, settingsOf } from './policy-values.ts'

const consoleApi = getRouteApi('/console')

/** ACME, Policies, Create: for the active CA. */
export function CreateAcmePolicy() {
  const { ca } = consoleApi.useSearch()
  const { data: authorities, error, refetch } = useAuthorities()
  if (authorities === undefined && error) return <Failed error={error} onRetry={refetch} />
  if (authorities === undefined) return <Loading lines={8} />
  const authority = authorities.find(({ id }) => id === ca) ?? authorities[0]
  return (
    <>
      <PageHeader
        title="Create ACME policy"
        above={
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/acme/policies" {...props} />}>
            ACME policies
          </Anchor>
        }
        intro={authority && `Certificates come from ${authority.name}.`}
      />
      {authority === undefined ? (
        <Notice>There is no CA that could issue.</Notice>
      ) : (
        <Form key={authority.id} authority={authority.id} />
      )}
    </>
  )
}

function Form({ authority }: { readonly authority: string }) {
  const fields = useFields(NEW_POLICY, policyFieldOf)
  const act = useAct('createAcmePolicy')
  const tell = useTell()
  const navigate = useNavigate()
  const submit = async () => {
    const { validity, keyTypes, openTo, ...settings } = settingsOf(fields.values)
    const chosen = { ...(validity && { validity }), ...(keyTypes && { keyTypes }), ...(openTo && { openTo }) }
    const body = { ...settings, authority, ...chosen }
    const { id, name } = await act.run({ body })
    tell(`${name} is there. A client needs a binding to use it.`)
    await navigate({ to: '/console/acme/policies/$id/bindings', params: { id } })
  }
  return (
    <ServerForm fields={fields} submit="Create policy" onSubmit={submit}>
      <PolicyFields fields={fields} authority={authority} />
    </ServerForm>
  )
}
