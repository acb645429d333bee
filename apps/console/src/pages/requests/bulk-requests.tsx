import { useState } from 'react'
import { useTenantId } from '../../api/active-tenant.ts'
import { callApi } from '../../api/call-api.ts'
import type { BulkResults, RequestSummary } from '../../api/operations.ts'
import { BulkDialog } from '../../components/bulk-dialog.tsx'
import { nameOf } from '../../words/certificate-words.ts'
import { WhyField } from './decline-dialog.tsx'
import { type RequestAct, unfitFor } from './request-acts.ts'

export const BULK_WORDS: Readonly<
  Record<RequestAct, { readonly verb: string; readonly past: string; readonly says: string }>
> = {
  sign: {
    verb: 'Sign',
    past: 'signed',
    says: 'Each is signed as it was requested. What its template, its CA or a lint refuses stays where it is.',
  },
  approve: {
    verb: 'Approve',
    past: 'approved',
    says: 'Each is approved as it was requested, and who asked gets a link: with it they make the key, and have the certificate.',
  },
  resend: {
    verb: 'Resend',
    past: 'sent again',
    says: 'A new link goes out for each, and is good for 7 days. The one before ends.',
  },
  decline: {
    verb: 'Decline',
    past: 'declined',
    says: 'Whoever asked sees that it was declined, and why. What was approved cannot be claimed any more.',
  },
}

/** Does the same to several requests: to those of the selection with which it can be done. */
export function BulkRequests({
  act,
  requests,
  onClose,
}: {
  readonly act: RequestAct
  readonly requests: readonly RequestSummary[]
  readonly onClose: () => void
}) {
  const [note, setNote] = useState('')
  const tenant = useTenantId()
  const { says, ...words } = BULK_WORDS[act]
  return (
    <BulkDialog
      words={{ ...words, thing: act === 'resend' ? 'claim' : 'request' }}
      items={requests.map((one) => ({ id: one.id, name: nameOf(one), unfit: unfitFor(act, one) }))}
      call={(ids) => callFor(act, ids, note.trim(), tenant)}
      isDestructive={act === 'decline'}
      onClose={onClose}
    >
      <p>{says}</p>
      {act === 'decline' && <WhyField value={note} onChange={setNote} />}
    </BulkDialog>
  )
}

function callFor(
  act: RequestAct,
  ids: readonly string[],
  note: string,
  tenant: string | undefined,
): Promise<BulkResults> {
  switch (act) {
    case 'sign':
      return callApi('signRequests', { body: { ids } }, { tenant })
    case 'approve':
      return callApi('approveRequests', { body: { ids } }, { tenant })
    case 'resend':
      return callApi('resendClaims', { body: { ids } }, { tenant })
    case 'decline':
      return callApi('declineRequests', { body: { ids, ...(note !== '' && { note }) } }, { tenant })
  }
}
