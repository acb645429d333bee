/** What a webhook can be told of, in the word of the object and what became of it. */
export const WEBHOOK_EVENTS = [
  'request.invited',
  'request.received',
  'request.approved',
  'request.declined',
  'certificate.issued',
  'certificate.expiring',
  'certificate.revoked',
  'certificate.held',
  'certificate.released',
  'member.invited',
] as const
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]

/** What a test sends: nothing has happened. */
export const TEST_EVENT = 'webhook.test'
export type DeliveredEvent = WebhookEvent | typeof TEST_EVENT

/** An address of a tenant that is told of events. */
export interface Webhook {
  readonly id: string
  readonly name: string
  /** http or https. It may hold a secret of its own: administrators alone see it. */
  readonly url: string
  readonly events: readonly WebhookEvent[]
  readonly enabled: boolean
  /** Why it was switched off, where the installation did it. */
  readonly offReason?: string
  /** The account that made it. */
  readonly createdBy?: string
  readonly createdAt: number
  readonly revision: number
  /** Until when the secret before signs too. */
  readonly previousUntil?: number
  /** Since when every attempt has failed. */
  readonly failingSince?: number
  readonly failures: number
  readonly lastSuccessAt?: number
}

/**
 * - `waiting`: it is sent soon, or tried again.
 * - `delivered`: the address answered with 2xx.
 * - `failed`: it is not tried any more.
 */
const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** One event on its way to one webhook. */
export interface Delivery {
  readonly id: string
  readonly webhook: string
  readonly event: DeliveredEvent
  /** The same for all webhooks that are told of it, and for every attempt. */
  readonly eventId: string
  /** JSON, as it is sent. */
  readonly body: string
  readonly state: DeliveryState
  readonly attempts: number
  readonly createdAt: number
  /** When it is tried next. */
  readonly dueAt: number
  /** After this it is not tried any more. */
  readonly expiresAt: number
  /** What the address answered last: a status of HTTP. */
  readonly status?: number
  /** Why the last attempt failed, in plain words. */
  readonly problem?: string
  readonly settledAt?: number
}

/** A delivery that is written. */
export type NewDelivery = Pick<Delivery, 'id' | 'webhook' | 'event' | 'eventId' | 'body' | 'createdAt' | 'expiresAt'>

/** How long a delivery is tried: 3 days. */
export const DELIVERABLE_MS = 3 * 86_400_000
