import type { RequestStatus, RequestSummary } from '../../api/operations.ts'
import type { BadgeTone } from '../../components/state-badge.tsx'

/** Parts of the page of a request, as they stand in its address. */
export const REQUEST_TABS = ['attributes', 'validity', 'csr'] as const
export type RequestTab = (typeof REQUEST_TABS)[number]

/** Which requests are listed; those that wait unless it is said otherwise. */
export const SHOWN_STATUSES = ['pending', 'approved', 'signing', 'issued', 'declined', 'all'] as const

export const REQUEST_STATUS_WORDS: Readonly<
  Record<RequestStatus, { readonly label: string; readonly tone: BadgeTone }>
> = {
  pending: { label: 'Waits', tone: 'wait' },
  approved: { label: 'To be claimed', tone: 'info' },
  signing: { label: 'Being signed', tone: 'info' },
  issued: { label: 'Issued', tone: 'good' },
  declined: { label: 'Declined', tone: 'off' },
}

/** How a request came, as lists say it. */
export const REQUEST_KIND_WORDS: Readonly<Record<RequestSummary['kind'], string>> = {
  csr: 'CSR of a member',
  'public-csr': 'Public CSR',
  form: 'Public form',
  'pre-approved': 'Pre-approved',
  renewal: 'Renewal',
}
