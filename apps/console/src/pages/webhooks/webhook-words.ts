import type { Webhook, WebhookDelivery, WebhookEvent } from '../../api/operations.ts'
import type { BadgeTone } from '../../components/state-badge.tsx'

/** The events, in the order in which they are offered. */
export const EVENT_LABELS: Readonly<Record<WebhookEvent, string>> = {
  'request.invited': 'Somebody was invited to ask for a certificate',
  'request.received': 'A request waits for an answer',
  'request.approved': 'A request was approved',
  'request.declined': 'A request was declined',
  'certificate.issued': 'A certificate was issued',
  'certificate.expiring': 'A certificate expires soon',
  'certificate.revoked': 'A certificate was revoked',
  'certificate.held': 'A certificate was put on hold',
  'certificate.released': 'A hold has ended',
  'member.invited': 'Somebody was invited to the tenant',
}

export const DELIVERY_WORDS: Readonly<Record<WebhookDelivery['state'], readonly [tone: BadgeTone, words: string]>> = {
  waiting: ['wait', 'Waits'],
  delivered: ['good', 'Delivered'],
  failed: ['bad', 'Failed'],
}

/** How a webhook is, in a word. */
export function healthOf({ enabled, failingSince }: Webhook): readonly [tone: BadgeTone, words: string] {
  if (!enabled) return ['off', 'Off']
  return failingSince === undefined ? ['good', 'On'] : ['bad', 'Failing']
}
