import type { WebhookEvent } from '../webhooks/webhook.ts'
import { putInOutbox } from './outbox.ts'
import type { StoreContext, Trx } from './store-context.ts'

/** Something that happened in a tenant. */
export interface Happened {
  readonly tenant: string
  readonly event: WebhookEvent
  /** The id of what it happened to. */
  readonly object: string
  readonly at: number
}

/** Writes an event in the transaction of its act, where the tenant has a webhook for it. */
export async function putEvent(
  trx: Trx,
  { tenant, event, object, at }: Happened,
  { listeners, newId }: Pick<StoreContext, 'listeners' | 'newId'>,
): Promise<void> {
  if (!listeners.listens(tenant, event)) return
  await putInOutbox(trx, { id: newId(), tenant, kind: 'event', key: `${event} ${object} ${at}`, dueAt: at })
}
