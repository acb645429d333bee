import { Anchor, Button } from '@mantine/core'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { Template } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'
import { TwoColumns } from '../../components/two-columns.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import { enrollmentOf } from './enrollment-values.ts'
import { templateFieldOf } from './template-fields-of.ts'
import { TemplateMenu } from './template-menu.tsx'
import { TemplatePreview } from './template-preview.tsx'
import { TemplateTabs } from './template-tabs.tsx'
import { profileOf, type TemplateValues, valuesOf } from './template-values.ts'

const page = getRouteApi('/console/templates/$id')

/** Edit Template, in tabs, with the certificate beside it. */
export function EditTemplate() {
  const { id } = page.useParams()
  const { data, error, refetch } = useAsk('showTemplate', { params: { id } })
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <Loading lines={8} />
  return <Form key={`${data.id} ${data.revision}`} template={data} />
}

function Form({ template }: { readonly template: Template }) {
  const { tab } = page.useSearch()
  const { id, name, revision, privileged } = template
  const fields = useFields<TemplateValues>(
    {
      authority: template.authority,
      name,
      description: template.description,
      enabled: template.enabled,
      ...valuesOf(template.profile, template.enrollment),
    },
    templateFieldOf,
  )
  const act = useAct('changeTemplate')
  const tell = useTell()
  const navigate = useNavigate()
  const submit = async () => {
    const { values } = fields
    const { description, enabled } = values
    await act.run({
      params: { id },
      body: {
        ...{ revision, name: values.name, description, enabled },
        ...{ profile: profileOf(values), enrollment: enrollmentOf(values) },
      },
    })
    tell(`${values.name} is saved.`)
    await navigate({ to: '/console/templates' })
  }
  return (
    <>
      <PageHeader
        title={name}
        above={
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/templates" {...props} />}>
            Certificate templates
          </Anchor>
        }
        intro="What is changed holds for certificates that are issued from now on."
        actions={
          <>
            <Button
              variant="default"
              renderRoot={(props) => <Link to="/console/requests/new" search={{ template: id }} {...props} />}
            >
              Submit CSR
            </Button>
            <TemplateMenu template={template} />
          </>
        }
      />
      {privileged && (
        <Notice tone="wait" title="Privileged">
          <p>Its certificates can themselves vouch. Only administrators use it, by Submit CSR alone.</p>
        </Notice>
      )}
      <TwoColumns
        main={
          <ServerForm fields={fields} submit="Save" onSubmit={submit}>
            <TemplateTabs fields={fields} template={template} first={tab} />
          </ServerForm>
        }
        aside={<TemplatePreview values={fields.values} />}
      />
    </>
  )
}
