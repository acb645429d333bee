import { Anchor, Radio, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { SentClaim, Template } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { CertificatePreview } from '../../components/certificate-preview.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { TwoColumns } from '../../components/two-columns.tsx'
import { type Fields, useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import { useMay } from '../../frame/use-may.ts'
import { ShownClaim } from './claim-link.tsx'
import { NamesEditor } from './names-editor.tsx'
import { type NamesForm, NO_OVERRIDES, overridesOf, type ValidityForm } from './overrides.ts'
import classes from './requests.module.css'
import { TemplateSelect, useTemplates } from './template-select.tsx'
import { ValidityEditor } from './validity-editor.tsx'

const pageApi = getRouteApi('/console/requests/pre-approve')

const WAYS = [
  ['now', 'At once, by me', 'The page opens on which the key is made. It never leaves this device.'],
  ['mail', 'By somebody who gets a link by mail', 'They make the key on the device that is to use it.'],
  ['link', 'By somebody to whom I give the link', 'It is shown once, and good for 7 days.'],
] as const
type Way = (typeof WAYS)[number][0]

interface PreApproveValues {
  readonly template: string
  readonly names: NamesForm
  readonly validity: ValidityForm
  readonly way: Way
  readonly email: string
}

/** Create Pre-Approved Request: all that the certificate is to say is fixed here; whoever claims it brings the key. */
export function PreApprove() {
  const { template: chosen = '' } = pageApi.useSearch()
  // What can itself vouch is had by no link.
  const templates = useTemplates().filter(({ privileged }) => !privileged)
  const fields = useFields<PreApproveValues>(
    { template: chosen, names: NOTHING, validity: NO_OVERRIDES.validity, way: 'now', email: '' },
    fieldOf,
  )
  const [sent, setSent] = useState<SentClaim>()
  const approve = useApproval(fields.values, setSent)
  const template = templates.find(({ id }) => id === fields.values.template)
  const submit = async () => {
    if (template === undefined) fields.say('template', 'Choose what the certificate is for.')
    else await approve()
  }
  const may = useMay()
  return (
    <>
      <PageHeader
        title="Create a pre-approved request"
        intro="You say what the certificate says. Whoever has the link makes the key, and gets it without another yes."
        above={<Anchor renderRoot={(props) => <Link to="/console/requests" {...props} />}>Pending Requests</Anchor>}
      />
      {sent !== undefined ? (
        <ShownClaim claim={sent} onNext={() => setSent(undefined)} />
      ) : (
        <TwoColumns
          main={
            <ServerForm
              fields={fields}
              submit={fields.values.way === 'now' ? 'Approve and make the key' : 'Approve'}
              isDisabled={template !== undefined && !may('officer', template.authority)}
              onSubmit={submit}
            >
              <What fields={fields} template={template} templates={templates} />
              <Whom fields={fields} />
            </ServerForm>
          }
          aside={<PreviewOf values={fields.values} template={template} />}
        />
      )}
    </>
  )
}

/** What the certificate is to say. */
function What({
  fields,
  template,
  templates,
}: {
  readonly fields: Fields<PreApproveValues>
  readonly template: Template | undefined
  readonly templates: readonly Template[]
}) {
  const { values, errors, set } = fields
  // What this template asks for stands there before anything is typed.
  const names = template === undefined || values.names !== NOTHING ? values.names : askedBy(template)
  return (
    <>
      <Card>
        <TemplateSelect
          value={values.template}
          error={errors['template']}
          templates={templates}
          onChange={(id) => set('template', id)}
        />
      </Card>
      <Card title="What it says">
        <NamesEditor value={names} error={errors['names']} onChange={(changed) => set('names', changed)} />
        <ValidityEditor
          label="Valid"
          unchanged={['As long as the template says', undefined]}
          value={values.validity}
          error={errors['validity']}
          onChange={(validity) => set('validity', validity)}
        />
      </Card>
    </>
  )
}

/** By whom it is claimed. */
function Whom({ fields }: { readonly fields: Fields<PreApproveValues> }) {
  const { way } = fields.values
  return (
    <Card title="Who gets it">
      <Radio.Group
        label="Its key is made"
        value={way}
        onChange={(chosen) => fields.set('way', WAYS.find(([one]) => one === chosen)?.[0] ?? 'now')}
      >
        {WAYS.map(([value, label, says]) => (
          <Radio key={value} mt="xs" value={value} label={label} description={says} />
        ))}
      </Radio.Group>
      {way === 'mail' && <TextInput mt="md" type="email" label="E-mail address" {...fields.bind('email')} />}
    </Card>
  )
}

function PreviewOf({
  values: { names, validity },
  template,
}: {
  readonly values: PreApproveValues
  readonly template: Template | undefined
}) {
  const [settled] = useDebouncedValue({ names, validity }, 300)
  const preview = useAsk(
    'previewTemplate',
    { params: { id: template?.id ?? '' }, body: overridesOf(settled) },
    { enabled: template !== undefined, keepPrevious: true },
  )
  return (
    <div className={classes['preview']}>
      <CertificatePreview
        preview={template === undefined ? { data: undefined, error: null, isPlaceholderData: false } : preview}
        waiting={template === undefined ? 'Choose a template to see what the certificate will say.' : ''}
      />
      {template !== undefined && (
        <p className="hint">Its key is made when it is claimed: what stands here is an example.</p>
      )}
    </div>
  )
}

/** Approves, and leads to where the key is made, or shows the link, or says that it is on its way. */
function useApproval({ template, names, validity, way, email }: PreApproveValues, onSent: (claim: SentClaim) => void) {
  const approve = useAct('preApproveRequest')
  const navigate = useNavigate()
  const tell = useTell()
  return async () => {
    const to = way === 'mail' ? { email } : {}
    const claim = await approve.run({ body: { template, ...to, ...overridesOf({ names, validity }) } })
    if (way === 'now' && claim.link !== undefined) {
      location.assign(claim.link)
    } else if (claim.mailed || claim.link === undefined) {
      tell(claim.mailed ? 'Approved. The link to claim it is on its way.' : 'Approved. Send another link to claim it.')
      await navigate({ to: '/console/requests/$id', params: { id: claim.request } })
    } else {
      onSent(claim)
    }
  }
}

const NOTHING: NamesForm = { subject: [], subjectAltNames: [] }

/** An empty row for each attribute that has to be given, a common name, and a name of the first type that is taken. */
function askedBy({ profile: { subject, subjectAltNames } }: Template): NamesForm {
  const isNamed = subject.fromRequest === 'any' || subject.fromRequest.includes('commonName')
  const types = new Set([...(isNamed ? ['commonName'] : []), ...subject.required])
  return {
    subject: [...types].map((type) => ({ type, value: '' })),
    subjectAltNames: subjectAltNames.fromRequest.slice(0, 1).map((type) => ({ type, value: '' })),
  }
}

function fieldOf(pointer: string): string | undefined {
  const part = pointer.split('/')[1]
  return part === 'subject' || part === 'subjectAltNames' ? 'names' : part
}
