import type { RequestSummary } from '../../api/operations.ts'
import { REQUEST_STATUS_WORDS } from './request-words.ts'

/** What an officer can do to requests, one or many. */
export const REQUEST_ACTS = ['sign', 'approve', 'resend', 'decline'] as const
export type RequestAct = (typeof REQUEST_ACTS)[number]

/** Why nothing of this kind can be done to a request; nothing where it can. The server judges again. */
export function unfitFor(
  act: RequestAct,
  { status, kind }: Pick<RequestSummary, 'status' | 'kind'>,
): string | undefined {
  const isForm = kind === 'form' || kind === 'pre-approved'
  switch (act) {
    case 'sign':
      if (status !== 'pending') return isOver(status)
      return isForm ? 'A form has no key yet: it is approved, and its certificate is claimed.' : undefined
    case 'approve':
      if (status !== 'pending') return isOver(status)
      return isForm ? undefined : 'What came with its key is signed, not approved.'
    case 'resend':
      return status === 'approved' ? undefined : 'Only what was approved, and is not claimed yet, has a link.'
    case 'decline':
      return status === 'pending' || status === 'approved' ? undefined : isOver(status)
  }
}

function isOver(status: RequestSummary['status']): string {
  return status === 'approved'
    ? 'It is approved already, and waits to be claimed.'
    : `It does not wait any more (${REQUEST_STATUS_WORDS[status].label.toLowerCase()}).`
}

/** Whether there is anything to be done to a request. */
export function canBeDecided(request: Pick<RequestSummary, 'status' | 'kind'>): boolean {
  return REQUEST_ACTS.some((act) => unfitFor(act, request) === undefined)
}
