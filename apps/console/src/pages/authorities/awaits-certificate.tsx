import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import type { Authority } from '../../api/operations.ts'
import { Notice } from '../../components/states.tsx'
import { AuthorityDialog, type DialogName } from './authority-dialogs.tsx'

/** A CA that waits for the certificate of others, its first or that of its renewal, and what there is to do. */
export function AwaitsCertificate({
  authority,
  onImported,
}: {
  readonly authority: Authority
  readonly onImported?: () => unknown
}) {
  const [dialog, setDialog] = useState<DialogName>()
  const isFirst = authority.status === 'awaiting-certificate'
  return (
    <Notice
      tone="wait"
      role="status"
      title={isFirst ? 'It awaits its certificate' : 'Its renewal awaits its certificate'}
    >
      <p>
        Have its CSR signed by the CA above, then import the certificate.{' '}
        {isFirst ? 'It issues nothing until then.' : 'Until then it issues by the certificate that it has.'}
      </p>
      <Group gap="xs" mt="xs">
        <Button size="xs" variant="default" onClick={() => setDialog('csr')}>
          Download or copy CSR
        </Button>
        <Button size="xs" onClick={() => setDialog('import')}>
          Import signed certificate
        </Button>
      </Group>
      {dialog !== undefined && (
        <AuthorityDialog
          name={dialog}
          authority={authority}
          onClose={() => setDialog(undefined)}
          {...(onImported && { onImported })}
        />
      )}
    </Notice>
  )
}
