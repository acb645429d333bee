import { Checkbox, FileInput, SegmentedControl } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useAct } from '../../api/use-api.ts'
import { Card } from '../../components/card.tsx'
import { Foldable } from '../../components/foldable.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PasswordField } from '../../components/password-field.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { TextFileInput } from '../../components/text-file-input.tsx'
import { type Fields, useFields } from '../../components/use-fields.ts'

interface ImportValues {
  readonly kind: 'pem' | 'pkcs12'
  readonly key: string
  readonly file: File | null
  readonly pkcs12: string
  readonly password: string
  readonly certificate: string
  readonly crl: string
  readonly certificates: string
  readonly index: string
  readonly historyComplete: boolean
}

const EMPTY: ImportValues = {
  ...{ kind: 'pem', key: '', file: null, pkcs12: '', password: '', certificate: '', crl: '', certificates: '' },
  ...{ index: '', historyComplete: false },
}

/** Brings a CA from elsewhere, with its key and what it issued before. */
export function ImportAuthorityPage() {
  const fields = useFields<ImportValues>(EMPTY)
  const act = useAct('createAuthority')
  const navigate = useNavigate()
  const submit = async () => {
    const made = await act.run({ body: await bodyOf(fields.values) })
    await navigate({
      to: '/console/authorities/$id',
      params: { id: made.id },
      search: ({ tenant }) => ({ tenant, ca: made.id }),
    })
  }
  return (
    <>
      <PageHeader
        title="Import a CA"
        intro="A CA that was made elsewhere, with its private key. Its certificates and CRL go on from where they were."
      />
      <ServerForm fields={fields} submit="Import CA" onSubmit={submit}>
        <KeyAndCertificate fields={fields} />
        <Past fields={fields} />
      </ServerForm>
    </>
  )
}

function KeyAndCertificate({ fields }: { readonly fields: Fields<ImportValues> }) {
  const { kind } = fields.values
  return (
    <Card title="Key and certificate">
      <div className="stack">
        <div>
          <SegmentedControl
            aria-label="How the key comes"
            value={kind}
            data={[
              { value: 'pem', label: 'PEM' },
              { value: 'pkcs12', label: 'PKCS #12 file' },
            ]}
            onChange={(chosen) => fields.set('kind', chosen)}
          />
        </div>
        {kind === 'pem' ? (
          <TextFileInput
            label="Private key"
            description="PKCS #8, SEC 1 or PKCS #1, encrypted or not. Certificates may stand beside it."
            accept=".pem,.key"
            {...fields.bind('key')}
          />
        ) : (
          <FileInput
            label="PKCS #12 file"
            description="Ends in .p12 or .pfx."
            accept=".p12,.pfx"
            clearable
            value={fields.values.file}
            error={fields.bind('pkcs12').error}
            onChange={(file) => {
              fields.set('file', file)
              fields.set('pkcs12', '')
            }}
          />
        )}
        <PasswordField
          label="Password"
          description="Where the key or file has one."
          autoComplete="off"
          {...fields.bind('password')}
        />
        {kind === 'pem' && (
          <TextFileInput
            label="Certificate"
            description="Of the CA, and of those above it, where they do not stand beside the key."
            minRows={2}
            accept=".pem,.crt,.cer"
            {...fields.bind('certificate')}
          />
        )}
      </div>
    </Card>
  )
}

function Past({ fields }: { readonly fields: Fields<ImportValues> }) {
  return (
    <Foldable title="What it issued before" says="Last CRL, earlier certificates, index.txt">
      <TextFileInput
        label="Last CRL"
        description="In PEM. Its number is continued, and what it revoked stays revoked."
        minRows={2}
        accept=".pem,.crl"
        {...fields.bind('crl')}
      />
      <TextFileInput
        label="Certificates"
        description="That it issued, in PEM; at most 20,000."
        minRows={2}
        accept=".pem,.crt"
        {...fields.bind('certificates')}
      />
      <TextFileInput
        label="index.txt"
        description="The register of “openssl ca”; at most 100,000 lines."
        minRows={2}
        accept=".txt"
        {...fields.bind('index')}
      />
      <Checkbox
        label="This is all that it ever issued"
        description="OCSP then answers “unknown” for other serial numbers, in place of not answering."
        {...fields.bindChecked('historyComplete')}
      />
    </Foldable>
  )
}

async function bodyOf({
  kind,
  key,
  file,
  password,
  certificate,
  crl,
  certificates,
  index,
  historyComplete,
}: ImportValues) {
  const given = (text: string) => (text.trim() === '' ? undefined : text)
  return {
    kind: 'import' as const,
    key: kind === 'pem' ? given(key) : undefined,
    pkcs12: kind === 'pkcs12' && file !== null ? await base64Of(file) : undefined,
    password: password === '' ? undefined : password,
    certificate: kind === 'pem' ? given(certificate) : undefined,
    crl: given(crl),
    certificates: given(certificates),
    index: given(index),
    historyComplete: historyComplete || undefined,
  }
}

async function base64Of(file: File): Promise<string> {
  const octets = new Uint8Array(await file.arrayBuffer())
  let text = ''
  // In pieces: an argument list has a limit.
  for (let at = 0; at < octets.length; at += 32_768) text += String.fromCharCode(...octets.subarray(at, at + 32_768))
  return btoa(text)
}
