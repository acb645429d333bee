import type { MailState } from '../api/operations.ts'
import type { BadgeTone } from '../components/state-badge.tsx'

/** What the states of a mail are called. */
export const MAIL_STATE_WORDS: Readonly<Record<MailState, readonly [tone: BadgeTone, words: string]>> = {
  waiting: ['wait', 'Waits'],
  sent: ['good', 'Sent'],
  refused: ['bad', 'Refused'],
  expired: ['off', 'Expired'],
  withdrawn: ['off', 'Withdrawn'],
}

const KINDS: Readonly<Record<string, string>> = {
  test: 'Test',
  'member-invitation': 'Invitation to the tenant',
  registration: 'Link for a new account',
  'password-reset': 'Link for a new password',
  'password-changed': 'A new password was set',
  'request-invitation': 'Asks for a request',
  'request-confirmation': 'Confirms a request',
  'request-declined': 'A request was declined',
  claim: 'Link to a claim',
  'certificate-issued': 'A certificate was issued',
  'certificate-expiring': 'Certificates expire',
  'certificate-revoked': 'A certificate was revoked',
  'webhook-switched-off': 'A webhook was switched off',
}

export function mailKindLabel(kind: string): string {
  return KINDS[kind] ?? kind
}
