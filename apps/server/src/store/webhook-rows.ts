import { Refusal } from '@chancery/pki'
import type { Delivery, NewDelivery, Webhook } from '../webhooks/webhook.ts'
import { fromJson } from './json.ts'
import { putInOutbox } from './outbox.ts'
import type { Trx } from './store-context.ts'
import type { WebhookDeliveryTable, WebhookTable } from './webhooks-schema.ts'
import { withoutNulls } from './without-nulls.ts'

/** The columns of a webhook that people see. */
export const WEBHOOK_COLUMNS = [
  'id',
  'name',
  'url',
  'events',
  'enabled',
  'off_reason',
  'created_by',
  'created_at',
  'revision',
  'previous_until',
  'failing_since',
  'failures',
  'last_success_at',
] as const

export function toWebhook(row: Pick<WebhookTable, (typeof WEBHOOK_COLUMNS)[number]>): Webhook {
  const { off_reason, created_by, previous_until, failing_since, last_success_at } = row
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    events: fromJson(row.events),
    enabled: row.enabled === 1,
    ...(off_reason !== null && { offReason: off_reason }),
    ...(created_by !== null && { createdBy: created_by }),
    createdAt: row.created_at,
    revision: row.revision,
    ...(previous_until !== null && { previousUntil: previous_until }),
    ...(failing_since !== null && { failingSince: failing_since }),
    failures: row.failures,
    ...(last_success_at !== null && { lastSuccessAt: last_success_at }),
  }
}

/** The columns of a delivery without what it says. */
export const DELIVERY_COLUMNS = [
  'id',
  'webhook',
  'event',
  'event_id',
  'state',
  'attempts',
  'created_at',
  'due_at',
  'expires_at',
  'status',
  'problem',
  'settled_at',
] as const

export function toDelivery(row: Pick<WebhookDeliveryTable, (typeof DELIVERY_COLUMNS)[number]>): Omit<Delivery, 'body'> {
  const { event_id, created_at, due_at, expires_at, status, problem, settled_at, ...same } = row
  const times = { createdAt: created_at, dueAt: due_at, expiresAt: expires_at }
  return { ...same, eventId: event_id, ...times, ...withoutNulls({ status, problem, settledAt: settled_at }) }
}

export function deliveryRow(tenant: string, { eventId, createdAt, expiresAt, ...same }: NewDelivery) {
  const times = { created_at: createdAt, due_at: createdAt, expires_at: expiresAt }
  const nothing = { status: null, problem: null, settled_at: null }
  return { ...same, tenant, event_id: eventId, state: 'waiting', attempts: 0, ...times, ...nothing } as const
}

/** A webhook has something to send. */
export function putWebhookInOutbox(
  trx: Trx,
  { tenant, webhook, at }: { readonly tenant: string; readonly webhook: string; readonly at: number },
  newId: () => string,
): Promise<unknown> {
  return putInOutbox(trx, { id: newId(), tenant, kind: 'webhook', key: webhook, dueAt: at })
}

export function refuseOff(): never {
  throw new Refusal('conflict', 'This webhook is off. Switch it on first.')
}
