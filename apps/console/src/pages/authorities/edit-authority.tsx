import { Anchor, Textarea } from '@mantine/core'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { Authority } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import { changedSettings, settingsFieldOf } from './authority-values.ts'
import { currentGeneration } from './authority-words.ts'
import { SettingsFields } from './settings-fields.tsx'

const page = getRouteApi('/console/authorities/$id/edit')

/** Edit CA: its practice statement and how its services are run. Its name and keys are those of its certificates. */
export function EditAuthority() {
  const { id } = page.useParams()
  const { data, error, refetch } = useAsk('showAuthority', { params: { id } })
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <Loading lines={8} />
  return <Form key={data.id} authority={data} />
}

function Form({ authority }: { readonly authority: Authority }) {
  const { id, name, cps, settings, revision, generations } = authority
  const fields = useFields(
    {
      cps,
      publicUrl: settings.publicUrl ?? '',
      crlHours: textOf(settings.crl.validityHours),
      partitions: textOf(settings.crl.partitions),
      delta: settings.crl.delta,
      retentionDays: textOf(settings.retentionDays),
      serviceKeyType: settings.serviceCertificates.keyType ?? ('' as const),
      serviceSignature: settings.serviceCertificates.signatureAlgorithm ?? ('' as const),
    },
    settingsFieldOf,
  )
  const act = useAct('changeAuthority')
  const tell = useTell()
  const navigate = useNavigate()
  const submit = async () => {
    const body = { revision, cps: fields.values.cps, settings: changedSettings(fields.values) }
    await act.run({ params: { id }, body })
    tell(`${name} is saved.`)
    await navigate({ to: '/console/authorities/$id', params: { id } })
  }
  return (
    <>
      <PageHeader
        title={`Edit ${name}`}
        above={
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/authorities/$id" params={{ id }} {...props} />}>
            {name}
          </Anchor>
        }
        intro="Its name and keys are those of its certificates, and stay. Certificates already issued keep the addresses that they have."
      />
      <ServerForm fields={fields} submit="Save" onSubmit={submit}>
        <Card title="Practice statement">
          <Textarea
            label="Practice statement (CPS)"
            description="Plain text or Markdown; shown on its CPS page."
            autosize
            minRows={5}
            maxRows={20}
            {...fields.bind('cps')}
          />
        </Card>
        <Card title="Services">
          <div className="stack">
            <SettingsFields fields={fields} keyType={currentGeneration(generations)?.keyType} />
          </div>
        </Card>
      </ServerForm>
    </>
  )
}

function textOf(number: number | undefined): string {
  return number === undefined ? '' : String(number)
}
