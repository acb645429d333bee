import { Textarea } from '@mantine/core'
import { useState } from 'react'
import type { CertificateRequest } from '../../api/operations.ts'
import { useAct } from '../../api/use-api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { useTell } from '../../frame/toasts.tsx'
import { nameOf } from '../../words/certificate-words.ts'

/** A no, with a reason for whoever asked. */
export function DeclineDialog({
  request,
  onClose,
}: {
  readonly request: CertificateRequest
  readonly onClose: () => void
}) {
  const [note, setNote] = useState('')
  const decline = useAct('declineRequest')
  const tell = useTell()
  const run = async () => {
    const why = note.trim()
    await decline.run({ params: { id: request.id }, body: why === '' ? {} : { note: why } })
    tell('Declined.')
  }
  return (
    <ConfirmDialog title={`Decline ${nameOf(request)}`} confirm="Decline" onConfirm={run} onClose={onClose}>
      <p>It cannot be signed afterwards: whoever asked has to ask again.</p>
      <WhyField value={note} onChange={setNote} />
    </ConfirmDialog>
  )
}

/** The reason of a no. */
export function WhyField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  return (
    <Textarea
      label="Why"
      description="Whoever asked sees it."
      autosize
      minRows={2}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
