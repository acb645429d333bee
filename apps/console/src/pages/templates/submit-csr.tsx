import { Anchor, Radio } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { AnswerOf } from '../../api/call-api.ts'
import type { Template } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { CertificatePreview } from '../../components/certificate-preview.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { Foldable } from '../../components/foldable.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading } from '../../components/states.tsx'
import { TextFileInput } from '../../components/text-file-input.tsx'
import { TwoColumns } from '../../components/two-columns.tsx'
import { type Fields, useFields } from '../../components/use-fields.ts'
import { SubmittedCsr } from './submitted-csr.tsx'

const page = getRouteApi('/console/templates/$id/submit')

interface CsrValues {
  readonly csr: string
  readonly way: 'now' | 'approval'
}

/** Submit CSR: a certificate at once, or a request that somebody approves. */
export function SubmitCsr() {
  const { id } = page.useParams()
  const { data, error, refetch } = useAsk('showTemplate', { params: { id } })
  if (error) return <Failed error={error} onRetry={refetch} />
  if (data === undefined) return <Loading lines={8} />
  return <Form template={data} />
}

export type Submitted =
  | { readonly way: 'now'; readonly answer: AnswerOf<'issueCertificate'> }
  | { readonly way: 'approval'; readonly answer: AnswerOf<'submitRequest'> }

function Form({ template }: { readonly template: Template }) {
  const fields = useFields<CsrValues>({ csr: '', way: 'now' })
  const [submitted, setSubmitted] = useState<Submitted>()
  const issue = useAct('issueCertificate')
  const ask = useAct('submitRequest')
  const { csr, way } = fields.values
  const submit = async () => {
    const body = { template: template.id, csr }
    if (way === 'now') setSubmitted({ way, answer: await issue.run({ body }) })
    else setSubmitted({ way, answer: await ask.run({ body }) })
  }
  const header = (
    <PageHeader
      title={`Submit a CSR to ${template.name}`}
      above={
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/console/templates/$id" params={{ id: template.id }} {...props} />}
        >
          {template.name}
        </Anchor>
      }
      intro="A certificate signing request holds a public key and the names that are asked for. The private key stays where it was made."
    />
  )
  if (submitted !== undefined) {
    return (
      <>
        {header}
        <SubmittedCsr
          submitted={submitted}
          onAnother={() => {
            fields.set('csr', '')
            setSubmitted(undefined)
          }}
        />
      </>
    )
  }
  return (
    <>
      {header}
      <TwoColumns
        main={<Asked fields={fields} onSubmit={submit} />}
        aside={<Previewed template={template} csr={csr} />}
      />
    </>
  )
}

function Asked({ fields, onSubmit }: { readonly fields: Fields<CsrValues>; readonly onSubmit: () => Promise<void> }) {
  const { way } = fields.values
  return (
    <ServerForm fields={fields} submit={way === 'now' ? 'Issue certificate' : 'Send for approval'} onSubmit={onSubmit}>
      <Card>
        <div className="stack">
          <TextFileInput
            label="CSR"
            description="PKCS #10 in PEM: it begins with -----BEGIN CERTIFICATE REQUEST-----."
            minRows={8}
            accept=".csr,.pem,.req"
            {...fields.bind('csr')}
          />
          <Radio.Group
            label="What happens with it"
            value={way}
            onChange={(chosen) => fields.set('way', chosen === 'now' ? 'now' : 'approval')}
          >
            <div className="stack" style={{ gap: '0.45rem', marginTop: '0.4rem' }}>
              <Radio value="now" label="Issue at once" />
              <Radio value="approval" label="Wait for approval" description="It stands in Pending Requests." />
            </div>
          </Radio.Group>
        </div>
      </Card>
      <Foldable title="No CSR yet?" says="One line makes a key and a CSR">
        <p className="hint">Where the certificate is to be used, with OpenSSL:</p>
        <CodeBlock what="the command">{OPENSSL}</CodeBlock>
        <p className="hint">Keep server.key there, and paste server.csr here.</p>
      </Foldable>
    </ServerForm>
  )
}

const OPENSSL = `openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc \\
  -keyout server.key -out server.csr \\
  -subj "/CN=www.example.com" -addext "subjectAltName=DNS:www.example.com"`

function Previewed({ template: { id }, csr }: { readonly template: Template; readonly csr: string }) {
  const [settled] = useDebouncedValue(csr.trim(), 400)
  const isWhole = settled.includes('-----END')
  const preview = useAsk(
    'previewTemplate',
    { params: { id }, body: { csr: settled } },
    { enabled: isWhole, keepPrevious: true },
  )
  const shown = isWhole ? preview : { data: undefined, error: null, isPlaceholderData: false }
  return <CertificatePreview preview={shown} waiting="Paste a CSR, and what it would become is shown here." />
}
