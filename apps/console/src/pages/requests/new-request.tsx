import { Anchor, Button, Switch } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { problemOf } from '../../api/api-problem.ts'
import type { Preview } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { CertificatePreview } from '../../components/certificate-preview.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { TextFileInput } from '../../components/text-file-input.tsx'
import { TwoColumns } from '../../components/two-columns.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import { useMay } from '../../frame/use-may.ts'
import { NamesEditor } from './names-editor.tsx'
import { type NamesForm, NO_OVERRIDES, type OverridesForm, overridesOf } from './overrides.ts'
import classes from './requests.module.css'
import { TemplateSelect, useTemplates } from './template-select.tsx'
import { ValidityEditor } from './validity-editor.tsx'

const pageApi = getRouteApi('/console/requests/new')

/** How a CSR is made, for who has none yet. */
const OPENSSL = `openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \\
  -keyout server.key -out server.csr \\
  -subj "/CN=www.example.com" -addext "subjectAltName=DNS:www.example.com"`

/** A CSR by a template, looked at before it is signed: at once by an officer, or by somebody else later. */
export function NewRequest() {
  const { template: chosen } = pageApi.useSearch()
  const fields = useFields({ template: chosen ?? '', csr: '' })
  const [form, setForm] = useState<OverridesForm>(NO_OVERRIDES)
  const { template, csr } = fields.values
  const preview = usePreviewOf(template, csr, form)
  const submit = useSubmit(fields.values, form)
  const may = useMay()
  const templates = useTemplates()
  const authority = templates.find(({ id }) => id === template)?.authority
  return (
    <>
      <PageHeader
        title="Issue a certificate"
        intro="From a certification request (CSR), which holds the public key and the names. The private key stays where it was made."
        above={
          <Anchor renderRoot={(props) => <Link to="/console/certificates" {...props} />}>Issued Certificates</Anchor>
        }
      />
      <TwoColumns
        main={
          <ServerForm
            fields={fields}
            submit="Sign at once"
            onSubmit={() => submit('sign')}
            isDisabled={!may('officer', authority)}
            cancel={
              <Button
                variant="default"
                onClick={() => {
                  fields.clear()
                  submit('leave').catch(fields.refuse)
                }}
              >
                Submit for approval
              </Button>
            }
          >
            <Card>
              <TemplateSelect {...fields.bind('template')} templates={templates} />
              <TextFileInput
                mt="md"
                label="CSR"
                placeholder="-----BEGIN CERTIFICATE REQUEST-----"
                accept=".csr,.pem,.req,.p10"
                name="csr"
                value={csr}
                error={fields.bind('csr').error}
                onChange={(text) => fields.set('csr', text)}
              />
              {csr === '' && (
                <details>
                  <summary className={classes['soft']}>How to make a CSR with OpenSSL</summary>
                  <CodeBlock what="the command">{OPENSSL}</CodeBlock>
                </details>
              )}
            </Card>
            <Card title="In place of what it says">
              <Overriding form={form} preview={preview.data} onChange={setForm} />
            </Card>
          </ServerForm>
        }
        aside={
          <CertificatePreview
            preview={
              csr.trim() === '' || template === ''
                ? { data: undefined, error: null, isPlaceholderData: false }
                : preview
            }
            waiting={csr.trim() === '' ? 'Choose a template and paste a CSR to see what the certificate will say.' : ''}
          />
        }
      />
    </>
  )
}

function Overriding({
  form,
  preview,
  onChange,
}: {
  readonly form: OverridesForm
  readonly preview: Preview | undefined
  readonly onChange: (form: OverridesForm) => void
}) {
  return (
    <>
      <Switch
        label="Other names than those of the CSR"
        mb="md"
        checked={form.names !== undefined}
        onChange={(event) => onChange({ ...form, names: event.currentTarget.checked ? namesIn(preview) : undefined })}
      />
      {form.names !== undefined && (
        <NamesEditor value={form.names} onChange={(names) => onChange({ ...form, names })} />
      )}
      <ValidityEditor value={form.validity} onChange={(validity) => onChange({ ...form, validity })} />
    </>
  )
}

/** What the certificate would say, to begin with. */
function namesIn(preview: Preview | undefined): NamesForm {
  const { subject, subjectAltNames = [] } = preview?.certificate ?? {}
  const taken = ['dns', 'ip', 'email', 'uri', 'upn', 'directoryName', 'registeredId'] as const
  return {
    subject: subject?.attributes ?? [{ type: 'commonName', value: '' }],
    subjectAltNames: subjectAltNames.flatMap(({ type, value }) => {
      const known = taken.find((one) => one === type)
      return known === undefined ? [] : [{ type: known, value }]
    }),
  }
}

function usePreviewOf(template: string, csr: string, form: OverridesForm) {
  const [settled] = useDebouncedValue({ template, csr, form }, 300)
  return useAsk(
    'previewTemplate',
    { params: { id: settled.template }, body: { csr: settled.csr, ...overridesOf(settled.form) } },
    { enabled: settled.template !== '' && settled.csr.trim() !== '', keepPrevious: true },
  )
}

/**
 * Leaves the request, and signs it for who wants that at once. What cannot be signed waits as a request, where the server's words
 * stand.
 */
function useSubmit({ template, csr }: { readonly template: string; readonly csr: string }, form: OverridesForm) {
  const leave = useAct('submitRequest')
  const sign = useAct('signRequest')
  const navigate = useNavigate()
  const tell = useTell()
  return async (how: 'sign' | 'leave') => {
    const { id } = await leave.run({ body: { template, csr, ...overridesOf(form) } })
    if (how === 'leave') {
      tell('Submitted. Somebody has to sign it.')
      await navigate({ to: '/console/requests/$id', params: { id } })
      return
    }
    try {
      const issued = await sign.run({ params: { id }, body: {} })
      tell(issued.state === 'issued' ? 'Signed.' : 'It is signed as soon as the key of its CA can be reached.')
      await navigate({ to: '/console/certificates/$id', params: { id: issued.id } })
    } catch (error) {
      tell(`It waits as a request: ${problemOf(error).detail}`)
      await navigate({ to: '/console/requests/$id', params: { id } })
    }
  }
}
