import type { Sealer } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import { type Act, recordOf } from '../audit/audit-record.ts'
import { checkedWebhookUrl } from './check-url.ts'
import { secretText } from './signature.ts'
import { DELIVERABLE_MS, type Delivery, TEST_EVENT, type Webhook, type WebhookEvent } from './webhook.ts'
import type { WebhookStore } from './webhook-store.ts'

/** What webhooks need. */
export interface Webhooks {
  readonly store: WebhookStore
  readonly sealer: Sealer
  readonly newId: () => string
  readonly random: (byteCount: number) => Uint8Array
}

/** What somebody wants of a webhook. */
export interface WantedWebhook {
  readonly name: string
  readonly url: string
  readonly events: readonly WebhookEvent[]
}

/** A webhook with its secret: it is shown now, and never again. */
export interface CreatedWebhook {
  readonly webhook: Webhook
  readonly secret: string
}

const KEY_OCTETS = 32
/** How many deliveries one call lets be tried anew. */
export const MOST_REDELIVERED = 1_000

/** Makes a webhook. Throws `Refusal` 'not-permitted' for an address that nothing is sent to, and when there are too many. */
export async function createWebhook(wanted: WantedWebhook, act: Act, hooks: Webhooks): Promise<CreatedWebhook> {
  const { actor, at } = act
  const webhook: Webhook = {
    id: hooks.newId(),
    name: wanted.name,
    url: checkedWebhookUrl(wanted.url),
    events: each(wanted.events),
    enabled: true,
    ...(actor.kind === 'account' && { createdBy: actor.account }),
    createdAt: at,
    revision: 1,
    failures: 0,
  }
  const { secret, sealedSecret } = newSecret(act.tenant, webhook.id, hooks)
  const record = recordOf(act, {
    action: 'webhook.create',
    object: { type: 'webhook', id: webhook.id },
    // Not the whole address: it may hold a secret.
    details: { name: webhook.name, host: new URL(webhook.url).host, events: webhook.events.join(', ') },
  })
  await hooks.store.create({ ...webhook, sealedSecret }, record)
  return { webhook, secret }
}

/** Changes a webhook. Throws `Refusal` 'not-found', 'conflict', 'not-permitted'. */
export async function changeWebhook(
  id: string,
  change: Partial<WantedWebhook> & { readonly revision: number; readonly enabled?: boolean },
  act: Act,
  { store }: Pick<Webhooks, 'store'>,
): Promise<Webhook> {
  const { url, events, ...same } = change
  const checked = {
    ...same,
    ...(url !== undefined && { url: checkedWebhookUrl(url) }),
    ...(events !== undefined && { events: each(events) }),
  }
  const record = recordOf(act, {
    action: 'webhook.change',
    object: { type: 'webhook', id },
    details: {
      ...(change.name !== undefined && { name: change.name }),
      ...(checked.url !== undefined && { host: new URL(checked.url).host }),
      ...(checked.events && { events: checked.events.join(', ') }),
      ...(change.enabled !== undefined && { enabled: change.enabled }),
    },
  })
  return found(await store.update(id, checked, record))
}

/** Gives a webhook another secret. The one before signs too for a while. Throws `Refusal` 'not-found'. */
export async function rotateSecret(id: string, overlapMs: number, act: Act, hooks: Webhooks): Promise<CreatedWebhook> {
  const { secret, sealedSecret } = newSecret(act.tenant, id, hooks)
  const record = recordOf(act, { action: 'webhook.rotate-secret', object: { type: 'webhook', id } })
  const rotation = { sealedSecret, previousUntil: act.at + overlapMs }
  return { webhook: found(await hooks.store.rotate(id, rotation, record)), secret }
}

/** Deletes a webhook with its deliveries. Throws `Refusal` 'not-found'. */
export async function deleteWebhook(id: string, act: Act, { store }: Pick<Webhooks, 'store'>): Promise<void> {
  const webhook = found(await store.find(id))
  const details = { name: webhook.name }
  const record = recordOf(act, { action: 'webhook.delete', object: { type: 'webhook', id }, details })
  if (!(await store.delete(id, record))) throw notFound()
}

/** Sends a webhook something to see whether it arrives: the id of the delivery. Throws `Refusal` 'not-found', 'conflict'. */
export async function testWebhook(id: string, act: Act, { store, newId }: Webhooks): Promise<Delivery> {
  const delivery = {
    id: newId(),
    webhook: id,
    event: TEST_EVENT,
    eventId: newId(),
    createdAt: act.at,
    expiresAt: act.at + DELIVERABLE_MS,
  } as const
  const body = eventBody({ type: TEST_EVENT, id: delivery.eventId, tenant: act.tenant, at: act.at, data: {} })
  const record = recordOf(act, { action: 'webhook.test', object: { type: 'webhook', id } })
  if (!(await store.put({ ...delivery, body }, record))) throw notFound()
  return { ...delivery, body, state: 'waiting', attempts: 0, dueAt: act.at }
}

/** Lets deliveries that failed be tried anew. How many; at most `MOST_REDELIVERED`. Throws `Refusal` 'not-found', 'conflict'. */
export async function redeliver(
  id: string,
  which: { readonly delivery: string } | { readonly since: number },
  act: Act,
  { store }: Pick<Webhooks, 'store'>,
): Promise<number> {
  found(await store.find(id))
  const details = 'delivery' in which ? { delivery: which.delivery } : { since: new Date(which.since).toISOString() }
  const record = recordOf(act, { action: 'webhook.redeliver', object: { type: 'webhook', id }, details })
  const times = { at: act.at, until: act.at + DELIVERABLE_MS, limit: MOST_REDELIVERED }
  return store.redeliver(id, which, times, record)
}

/** What is sent, as JSON. */
export function eventBody(event: {
  readonly type: string
  readonly id: string
  readonly tenant: string
  /** When it happened, milliseconds. */
  readonly at: number
  readonly data: object
}): string {
  const { type, id, tenant, at, data } = event
  return JSON.stringify({ type, id, timestamp: new Date(at).toISOString(), tenant, data })
}

/** The keys that sign now, the newest first. Throws `SealBroken`. */
export function signingKeys(
  webhook: {
    readonly id: string
    readonly tenant: string
    readonly sealedSecret: Uint8Array
    readonly sealedPrevious: Uint8Array
    readonly previousUntil?: number
  },
  now: number,
  sealer: Pick<Sealer, 'open'>,
): readonly Uint8Array[] {
  const { id, tenant, sealedSecret, sealedPrevious, previousUntil = 0 } = webhook
  const sealed = now < previousUntil && sealedPrevious.length > 0 ? [sealedSecret, sealedPrevious] : [sealedSecret]
  return sealed.map((one) => sealer.open(one, contextOf(tenant, id)))
}

function newSecret(tenant: string, id: string, { random, sealer }: Pick<Webhooks, 'random' | 'sealer'>) {
  const key = random(KEY_OCTETS)
  return { secret: secretText(key), sealedSecret: sealer.seal(key, contextOf(tenant, id)) }
}

function contextOf(tenant: string, id: string) {
  return { tenant, purpose: 'webhook-secret', id } as const
}

function each(events: readonly WebhookEvent[]): readonly WebhookEvent[] {
  return [...new Set(events)]
}

function found(webhook: Webhook | undefined): Webhook {
  if (webhook === undefined) throw notFound()
  return webhook
}

function notFound(): Refusal {
  return new Refusal('not-found', 'There is no such webhook.')
}
