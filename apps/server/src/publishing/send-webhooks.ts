import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Sealer } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import { recordOf } from '../audit/audit-record.ts'
import type { OutgoingMail } from '../mail/mail-store.ts'
import { signatures } from '../webhooks/signature.ts'
import type { Delivery } from '../webhooks/webhook.ts'
import type { Attempt, OpenWebhook, WebhookQueue } from '../webhooks/webhook-store.ts'
import { signingKeys } from '../webhooks/webhooks.ts'
import type { Outbox, OutboxItem } from './outbox.ts'

/** An answer of an address, or why there is none. */
export type Posted = { readonly status: number } | { readonly problem: string }

/** Sends a body to an address by the guarded client. Never throws. */
export type PostWebhook = (url: string, body: string, headers: Readonly<Record<string, string>>) => Promise<Posted>

/** What sending deliveries needs. */
export interface WebhookSending {
  readonly outbox: Outbox
  readonly webhooks: WebhookQueue
  readonly sealer: Pick<Sealer, 'open'>
  readonly post: PostWebhook
  /** The letters to those who are to know that a webhook was switched off. */
  readonly lettersFor: (webhook: OpenWebhook, reason: string, at: number) => Promise<readonly OutgoingMail[]>
  readonly now: () => number
  readonly report: (error: unknown, webhook: string) => void
}

const KIND = 'webhook'
const SECOND = 1_000
const DAY = 86_400_000
const LEASE_MS = 120 * SECOND
const AT_ONCE = 8
/** How long one webhook is served before others have their turn. */
const TURN_MS = 10 * SECOND
const TOGETHER = 4
const FIRST_PAUSE_MS = 30 * SECOND
/** Of one delivery, and of a webhook that answers nothing. */
const LONGEST_PAUSE_MS = 6 * 3_600_000
const LONGEST_REST_MS = 3_600_000
/** After so long, and so many attempts, without one that arrived a webhook is switched off. */
const PATIENCE_MS = 5 * DAY
const PATIENCE_ATTEMPTS = 20
const GONE = 410
const KEPT_MS = 30 * DAY
const MOST_KEPT = 20_000
const PAGE = 200

/**
 * Sends what is due, webhook by webhook: each has its turn and its own pauses, so that one that hangs keeps nobody else waiting. A
 * crash between the sending and its note sends a delivery twice, with one id.
 */
export async function sendWebhooks(sending: WebhookSending): Promise<void> {
  const { outbox, now } = sending
  for (let claimed = AT_ONCE; claimed === AT_ONCE; ) {
    const items = await outbox.claim(KIND, now(), LEASE_MS, AT_ONCE)
    claimed = items.length
    await Promise.all(items.map((item) => serve(item, sending)))
  }
}

/** Removes deliveries that were settled a month ago, and the oldest where there are too many. */
export async function forgetDeliveries(webhooks: Pick<WebhookQueue, 'forget'>, now: number): Promise<void> {
  while ((await webhooks.forget(now - KEPT_MS, MOST_KEPT, PAGE)) > 0);
}

async function serve(item: OutboxItem, sending: WebhookSending): Promise<void> {
  const { outbox, webhooks, now, report } = sending
  try {
    const webhook = await webhooks.find(item.key)
    if (webhook?.enabled === true) await serveOpen(webhook, sending)
    const after = await webhooks.find(item.key)
    if (after?.enabled === true) {
      const next = await webhooks.nextDue(item.key)
      const dueAt = Math.max(next ?? 0, after.retryAt ?? 0)
      // Put before it is finished: a crash between the two must not end it.
      if (next !== undefined) await outbox.put({ tenant: item.tenant, kind: KIND, key: item.key, dueAt })
    } else {
      await clear(item.key, after !== undefined, sending)
    }
    await outbox.finish(item)
  } catch (error) {
    report(error, item.key)
    await outbox.retry(item, now() + FIRST_PAUSE_MS)
  }
}

/** Of a webhook that is off nothing waits any more, and of one that was deleted nothing is left: a page at a time. */
async function clear(webhook: string, isThere: boolean, { webhooks, now }: WebhookSending): Promise<void> {
  const page = () => (isThere ? webhooks.failWaiting(webhook, now(), PAGE) : webhooks.purge(webhook, PAGE))
  while ((await page()) === PAGE) await nextTurn()
}

async function serveOpen(webhook: OpenWebhook, sending: WebhookSending): Promise<void> {
  const { webhooks, now } = sending
  const began = now()
  if ((webhook.retryAt ?? 0) > began) return
  while (now() - began < TURN_MS) {
    const due = await webhooks.due(webhook.id, now(), TOGETHER)
    if (due.length === 0) return
    const attempts = await Promise.all(due.map((delivery) => attempt(delivery, webhook, sending)))
    const failed = attempts.filter(({ delivered }) => !delivered)
    if (failed.length < attempts.length) {
      await webhooks.noteHealth(webhook.id, { succeededAt: now() })
      continue
    }
    await rest(webhook, failed, sending)
    return
  }
}

async function attempt(delivery: Delivery, webhook: OpenWebhook, sending: WebhookSending): Promise<Attempt> {
  const { webhooks, sealer, post, now } = sending
  const timestamp = Math.floor(now() / SECOND)
  const { eventId: id, body } = delivery
  const posted = await post(webhook.url, body, {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures({ id, timestamp, body }, signingKeys(webhook, now(), sealer)),
  })
  const outcome = outcomeOf(posted, delivery, now())
  await webhooks.note(delivery.id, outcome, now())
  return outcome
}

function outcomeOf(posted: Posted, { attempts, expiresAt }: Delivery, now: number): Attempt {
  if ('status' in posted && posted.status >= 200 && posted.status < 300)
    return { delivered: true, status: posted.status }
  const dueAt = now + Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempts, 20), LONGEST_PAUSE_MS)
  return {
    delivered: false,
    ...('status' in posted
      ? { status: posted.status, problem: `The address answered with ${posted.status}.` }
      : { problem: posted.problem }),
    ...(dueAt < expiresAt && { dueAt }),
  }
}

/** Nothing arrived: the webhook rests, or is switched off when that has been so for long, or it says that it is gone. */
async function rest(webhook: OpenWebhook, failed: readonly Attempt[], sending: WebhookSending): Promise<void> {
  const { webhooks, now } = sending
  const failures = webhook.failures + failed.length
  const isGone = failed.some(({ status }) => status === GONE)
  const since = webhook.failingSince ?? now()
  if (isGone || (failures >= PATIENCE_ATTEMPTS && now() - since >= PATIENCE_MS)) {
    const reason = isGone
      ? 'The address answered that it is gone (410).'
      : `Nothing has arrived since ${new Date(since).toISOString().slice(0, 10)}.`
    return switchOff(webhook, reason, sending)
  }
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20), LONGEST_REST_MS)
  const health = { failedAt: now(), failures: failed.length, retryAt: now() + pause }
  await webhooks.noteHealth(webhook.id, health)
}

async function switchOff(webhook: OpenWebhook, reason: string, sending: WebhookSending): Promise<void> {
  const at = sending.now()
  const { id, tenant, name } = webhook
  const act = { tenant, actor: { kind: 'system' }, at } as const
  const object = { type: 'webhook', id }
  const record = recordOf(act, { action: 'webhook.switch-off', object, details: { name, reason } })
  const letters = await sending.lettersFor(webhook, reason, at)
  try {
    await sending.webhooks.switchOff(id, reason, record, letters)
  } catch (error) {
    // Too many mails went to one of them today: it is switched off all the same.
    if (!(error instanceof Refusal)) throw error
    await sending.webhooks.switchOff(id, reason, record, [])
  }
}
