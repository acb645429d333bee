import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Authority } from '../../api/operations.ts'
import { Notice } from '../../components/states.tsx'
import { AuthorityDialog, type DialogName } from './authority-dialogs.tsx'

/** A CA that waits for the certificate of others, and what there is to do. */
export function AwaitsCertificate({ authority }: { readonly authority: Authority }) {
  const [dialog, setDialog] = useState<DialogName>()
  return (
    <Notice tone="wait" title="It awaits its certificate">
      <p>Have its CSR signed by the CA above, then import the certificate. It issues nothing until then.</p>
      <Button size="xs" mr="xs" variant="default" onClick={() => setDialog('csr')}>
        Download or copy CSR
      </Button>
      <Button size="xs" onClick={() => setDialog('import')}>
        Import signed certificate
      </Button>
      {dialog !== undefined && (
        <AuthorityDialog name={dialog} authority={authority} onClose={() => setDialog(undefined)} />
      )}
    </Notice>
  )
}
