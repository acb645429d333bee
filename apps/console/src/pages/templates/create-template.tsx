import { Anchor } from '@mantine/core'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { TemplateStarter } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import { TwoColumns } from '../../components/two-columns.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useAuthorities } from '../../frame/authorities.ts'
import { useTell } from '../../frame/toasts.tsx'
import classes from './create-template.module.css'
import { CLOSED, enrollmentOf } from './enrollment-values.ts'
import { templateFieldOf } from './template-fields-of.ts'
import { TemplatePreview } from './template-preview.tsx'
import { TemplateTabs } from './template-tabs.tsx'
import { profileOf, type TemplateValues, valuesOf } from './template-values.ts'

const consoleApi = getRouteApi('/console')
const page = getRouteApi('/console/templates/new')

/** Create Template: from a starter, which is a whole template already. */
export function CreateTemplatePage() {
  const { starter } = page.useSearch()
  const { data, error, refetch } = useAsk('listTemplateStarters', {})
  const { data: authorities, error: noAuthorities, refetch: askAgain } = useAuthorities()
  if (error) return <Failed error={error} onRetry={refetch} />
  if (authorities === undefined && noAuthorities) return <Failed error={noAuthorities} onRetry={askAgain} />
  if (data === undefined || authorities === undefined) return <Loading lines={8} />
  const chosen = data.items.find(({ name }) => name === starter)
  if (chosen === undefined) return <Starters starters={data.items} />
  return (
    <Form key={chosen.name} starter={chosen} first={authorities.find(({ status }) => status === 'active')?.id ?? ''} />
  )
}

function Starters({ starters }: { readonly starters: readonly TemplateStarter[] }) {
  return (
    <>
      <PageHeader title="Create a template" intro="Begin with the one that is nearest. Everything can be changed." />
      <ul className={classes['starters']}>
        {starters.map(({ name, description }) => (
          <li key={name}>
            <Link
              to="/console/templates/new"
              search={(all) => ({ ...all, starter: name })}
              className={classes['starter']}
            >
              <strong>{name}</strong>
              <span>{description}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}

function Form({
  starter: { name, description, profile },
  first,
}: {
  readonly starter: TemplateStarter
  readonly first: string
}) {
  const { ca } = consoleApi.useSearch()
  const fields = useFields<TemplateValues>(
    { authority: ca ?? first, name, description, enabled: true, ...valuesOf(profile, CLOSED) },
    templateFieldOf,
  )
  const act = useAct('createTemplate')
  const tell = useTell()
  const navigate = useNavigate()
  const submit = async () => {
    const { values } = fields
    const body = {
      authority: values.authority,
      name: values.name,
      description: values.description,
      enabled: values.enabled,
      profile: profileOf(values),
      enrollment: enrollmentOf(values),
    }
    await act.run({ body })
    tell(`${values.name} is created.`)
    await navigate({ to: '/console/templates', search: ({ tenant }) => ({ tenant, ca: values.authority }) })
  }
  return (
    <>
      <PageHeader
        title={`Create a template from ${name}`}
        above={
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/console/templates/new" search={(all) => ({ ...all, starter: undefined })} {...props} />
            )}
          >
            Other starters
          </Anchor>
        }
      />
      <TwoColumns
        main={
          <ServerForm fields={fields} submit="Create template" onSubmit={submit}>
            <TemplateTabs fields={fields} />
          </ServerForm>
        }
        aside={<TemplatePreview values={fields.values} />}
      />
    </>
  )
}
