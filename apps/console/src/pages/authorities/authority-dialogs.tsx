import { Button, Group, Modal } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { AuthoritySummary } from '../../api/operations.ts'
import { useAct, useAsk } from '../../api/use-api.ts'
import { useDownload } from '../../api/use-download.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { ServerForm } from '../../components/server-form.tsx'
import { Failed, Loading, Notice } from '../../components/states.tsx'
import { TextFileInput } from '../../components/text-file-input.tsx'
import { useFields } from '../../components/use-fields.ts'
import { useTell } from '../../frame/toasts.tsx'
import { DeleteAuthorityDialog } from './delete-authority-dialog.tsx'
import { ServiceUrls } from './service-urls.tsx'

type Named = Pick<AuthoritySummary, 'id' | 'name' | 'status'>

interface DialogProps {
  readonly authority: Named
  readonly onClose: () => void
  /** A certificate was imported, before the dialog closes. */
  readonly onImported?: () => unknown
}

const DIALOGS = {
  csr: CsrDialog,
  import: ImportCertificateDialog,
  certificate: CertificateDialog,
  addresses: AddressesDialog,
  export: ExportDialog,
  archive: ArchiveDialog,
  delete: DeleteAuthorityDialog,
} as const

export type DialogName = keyof typeof DIALOGS

/** One of the dialogs of a CA's menu. */
export function AuthorityDialog({ name, ...props }: DialogProps & { readonly name: DialogName }) {
  const Dialog = DIALOGS[name]
  return <Dialog {...props} />
}

function CsrDialog({ authority: { id, name }, onClose }: DialogProps) {
  const { data, error } = useAsk('downloadAuthorityCsr', { params: { id }, query: { format: 'pem' } })
  const download = useDownload()
  return (
    <Modal opened size="lg" onClose={onClose} title={`CSR of ${name}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <p>Have it signed by the CA above, then import the certificate that comes back.</p>
      {error ? (
        <Failed error={error} />
      ) : data === undefined ? (
        <Loading />
      ) : (
        <CodeBlock what="the CSR">{data}</CodeBlock>
      )}
      <Downloads
        kinds={['pem', 'der']}
        onChoose={(format) => download('downloadAuthorityCsr', { params: { id }, query: { format } })}
      />
    </Modal>
  )
}

function CertificateDialog({ authority: { id, name }, onClose }: DialogProps) {
  const { data, error } = useAsk('downloadAuthorityCertificate', { params: { id }, query: { format: 'pem' } })
  const download = useDownload()
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={`Certificate of ${name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {error ? (
        <Failed error={error} />
      ) : data === undefined ? (
        <Loading />
      ) : (
        <CodeBlock what="the certificate">{data}</CodeBlock>
      )}
      <Downloads
        kinds={['pem', 'der', 'chain', 'pkcs7']}
        onChoose={(format) => download('downloadAuthorityCertificate', { params: { id }, query: { format } })}
      />
    </Modal>
  )
}

const FORMATS = { pem: 'PEM', der: 'DER', chain: 'Chain (PEM)', pkcs7: 'Chain (PKCS #7)' } as const

function Downloads<Kind extends keyof typeof FORMATS>({
  kinds,
  onChoose,
}: {
  readonly kinds: readonly Kind[]
  readonly onChoose: (kind: Kind) => Promise<void>
}) {
  const [error, setError] = useState<unknown>()
  return (
    <>
      <Group gap="xs" mt="sm">
        {kinds.map((kind) => (
          <Button key={kind} variant="default" size="xs" onClick={() => void onChoose(kind).catch(setError)}>
            Download {FORMATS[kind]}
          </Button>
        ))}
      </Group>
      {error !== undefined && <Failed error={error} />}
    </>
  )
}

function AddressesDialog({ authority: { id, name }, onClose }: DialogProps) {
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={`Service URLs of ${name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <ServiceUrls id={id} />
    </Modal>
  )
}

function ImportCertificateDialog({ authority: { id, name }, onClose, onImported }: DialogProps) {
  const fields = useFields({ certificate: '', chain: '' })
  const act = useAct('importAuthorityCertificate')
  const tell = useTell()
  const submit = async () => {
    const { certificate, chain } = fields.values
    await act.run({ params: { id }, body: { certificate, chain: chain.trim() === '' ? undefined : chain } })
    tell(`The certificate of ${name} is imported.`)
    await onImported?.()
    onClose()
  }
  const certificate = fields.bind('certificate')
  const chain = fields.bind('chain')
  return (
    <Modal
      opened
      size="36rem"
      onClose={onClose}
      title={`Import certificate of ${name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <ServerForm fields={fields} submit="Import certificate" onSubmit={submit}>
        <TextFileInput
          label="Certificate"
          description="The answer to the CSR, in PEM. Certificates of CAs above it may stand beside it."
          accept=".pem,.crt,.cer"
          {...certificate}
        />
        <TextFileInput
          label="Certificates above it"
          description="Only needed where they cannot be found in the tenant or through the certificate itself."
          minRows={2}
          accept=".pem,.crt,.cer"
          {...chain}
        />
      </ServerForm>
    </Modal>
  )
}

function ExportDialog({ authority: { id, name }, onClose }: DialogProps) {
  const download = useDownload()
  return (
    <ConfirmDialog
      title={`Export register of ${name}`}
      confirm="Download"
      isDestructive={false}
      onConfirm={() => download('exportRegister', { params: { id } })}
      onClose={onClose}
    >
      <p>Every certificate that it issued, with its state: one JSON object on each line.</p>
    </ConfirmDialog>
  )
}

function ArchiveDialog({ authority: { id, name }, onClose }: DialogProps) {
  const act = useAct('archiveAuthority')
  const tell = useTell()
  const navigate = useNavigate()
  const archive = async () => {
    await act.run({ params: { id } })
    tell(`${name} is archived.`)
    await navigate({ to: '/console/authorities' })
  }
  return (
    <ConfirmDialog title={`Archive ${name}`} confirm="Archive CA" onConfirm={archive} onClose={onClose}>
      <p>It issues nothing more, and neither do the CAs below it. This cannot be undone.</p>
      <Notice>
        <p>Its CRL, OCSP and certificates go on being served, so what it issued stays valid until it expires.</p>
      </Notice>
    </ConfirmDialog>
  )
}
