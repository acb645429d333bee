import { setImmediate as nextTurn } from 'node:timers/promises'
import { DELIVERABLE_MS, type NewDelivery, WEBHOOK_EVENTS, type WebhookEvent } from '../webhooks/webhook.ts'
import type { WebhookQueue } from '../webhooks/webhook-store.ts'
import { eventBody } from '../webhooks/webhooks.ts'
import type { Outbox, OutboxItem } from './outbox.ts'

/** What turning events into deliveries needs. */
export interface EventTelling {
  readonly outbox: Outbox
  readonly webhooks: WebhookQueue
  /** What is told of the object of an event, as it is now; nothing when it is not there any more. */
  readonly dataOf: (tenant: string, event: WebhookEvent, object: string) => Promise<object | undefined>
  readonly newId: () => string
  readonly now: () => number
  readonly report: (error: unknown, event: string) => void
}

const KIND = 'event'
const LEASE_MS = 120_000
const AGAIN_MS = 30_000
const AT_ONCE = 100
/** What waits for one webhook at the most: what comes after is noted as failed, and can be sent again. */
const MOST_WAITING = 10_000

/** Writes for each event what its tenant's webhooks are told. A crash half way writes it once all the same. */
export async function tellWebhooks(telling: EventTelling): Promise<void> {
  const { outbox, webhooks, now, report } = telling
  await webhooks.refreshListeners()
  for (let claimed = AT_ONCE; claimed === AT_ONCE; ) {
    const items = await outbox.claim(KIND, now(), LEASE_MS, AT_ONCE)
    claimed = items.length
    for (const [tenant, its] of Map.groupBy(items, (item) => item.tenant)) {
      try {
        const deliveries: NewDelivery[] = []
        for (const item of its) deliveries.push(...(await deliveriesOf(item, telling)))
        if (deliveries.length > 0) await webhooks.write(tenant, deliveries, MOST_WAITING)
        await Promise.all(its.map((item) => outbox.finish(item)))
      } catch (error) {
        report(error, KIND)
        for (const item of its) await outbox.retry(item, now() + AGAIN_MS)
      }
      await nextTurn()
    }
  }
}

/** The id of an item is the id of its event: a second try makes the same deliveries. */
async function deliveriesOf(
  { id: eventId, tenant, key }: OutboxItem,
  { webhooks, dataOf, newId, now }: EventTelling,
): Promise<readonly NewDelivery[]> {
  const [name, object = '', at] = key.split(' ')
  const event = WEBHOOK_EVENTS.find((one) => one === name)
  if (event === undefined) return []
  const listening = await webhooks.listening(tenant, event)
  const data = listening.length === 0 ? undefined : await dataOf(tenant, event, object)
  if (data === undefined) return []
  const body = eventBody({ type: event, id: eventId, tenant, at: Number(at), data })
  const times = { createdAt: now(), expiresAt: now() + DELIVERABLE_MS }
  return listening.map((webhook) => ({ id: newId(), webhook, event, eventId, body, ...times }))
}
