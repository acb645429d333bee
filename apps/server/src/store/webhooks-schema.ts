import type { DeliveredEvent, DeliveryState, WebhookEvent } from '../webhooks/webhook.ts'
import type { Json } from './json.ts'
import type { Flag } from './schema.ts'

/** Rows of webhooks, the same on both engines. */
export interface WebhookTables {
  webhook: WebhookTable
  webhook_delivery: WebhookDeliveryTable
}

export interface WebhookTable {
  id: string
  tenant: string
  name: string
  url: string
  events: Json<readonly WebhookEvent[]>
  enabled: Flag
  off_reason: string | null
  created_by: string | null
  created_at: number
  revision: number
  previous_until: number | null
  failing_since: number | null
  /** Attempts that failed one after the other. */
  failures: number
  /** Nothing is sent before. */
  retry_at: number | null
  last_success_at: number | null
  sealed_secret: Uint8Array
  /** Empty when there is none. */
  sealed_previous: Uint8Array
}

export interface WebhookDeliveryTable {
  id: string
  tenant: string
  webhook: string
  event: DeliveredEvent
  event_id: string
  state: DeliveryState
  attempts: number
  created_at: number
  due_at: number
  expires_at: number
  status: number | null
  problem: string | null
  settled_at: number | null
  body: string
}
