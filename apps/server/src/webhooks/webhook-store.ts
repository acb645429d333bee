import type { AuditRecord } from '../audit/audit-record.ts'
import type { OutgoingMail } from '../mail/mail-store.ts'
import type { Page, PageRequest } from '../tenants/page.ts'
import type { Delivery, DeliveryState, NewDelivery, Webhook, WebhookEvent } from './webhook.ts'

/** Secrets as they rest. */
export interface SealedSecrets {
  readonly sealedSecret: Uint8Array
  /** Empty when there is none before. */
  readonly sealedPrevious: Uint8Array
}

/** The webhooks of one tenant. Their secrets are given out to nobody. */
export interface WebhookStore {
  /** Throws `Refusal` 'not-permitted' when the tenant has as many as it may. */
  create(webhook: Webhook & Pick<SealedSecrets, 'sealedSecret'>, record: AuditRecord): Promise<void>
  find(id: string): Promise<Webhook | undefined>
  /** Newest first. */
  list(page: PageRequest): Promise<Page<Webhook>>
  /** Switching it on forgets its failures. `Refusal` 'conflict' when the revision is another; nothing when there is none such. */
  update(
    id: string,
    change: {
      readonly revision: number
      readonly name?: string
      readonly url?: string
      readonly events?: readonly WebhookEvent[]
      readonly enabled?: boolean
    },
    record: AuditRecord,
  ): Promise<Webhook | undefined>
  /** The secret that signs becomes the one before, until `previousUntil`; the one before that ends. */
  rotate(
    id: string,
    secret: { readonly sealedSecret: Uint8Array; readonly previousUntil: number },
    record: AuditRecord,
  ): Promise<Webhook | undefined>
  /** Its deliveries go soon after. */
  delete(id: string, record: AuditRecord): Promise<boolean>
  /** Newest first. */
  deliveries(
    webhook: string,
    filter: { readonly state?: DeliveryState },
    page: PageRequest,
  ): Promise<Page<Omit<Delivery, 'body'>>>
  delivery(webhook: string, id: string): Promise<Delivery | undefined>
  /** A delivery that somebody asks for. `Refusal` 'conflict' when the webhook is off. False when there is no such webhook. */
  put(delivery: NewDelivery, record: AuditRecord): Promise<boolean>
  /**
   * Lets deliveries that failed, at most `limit`, be tried anew until `until`: one, or all that were made since a moment. How many.
   * `Refusal` 'conflict' when the webhook is off.
   */
  redeliver(
    webhook: string,
    which: { readonly delivery: string } | { readonly since: number },
    times: { readonly at: number; readonly until: number; readonly limit: number },
    record: AuditRecord,
  ): Promise<number>
}

/** A webhook at work. */
export interface OpenWebhook extends Webhook, SealedSecrets {
  readonly tenant: string
  /** Nothing is sent before. */
  readonly retryAt?: number
}

/** How an attempt went. */
export type Attempt =
  | { readonly delivered: true; readonly status: number }
  | { readonly delivered: false; readonly status?: number; readonly problem: string; readonly dueAt?: number }

/** What is sent to webhooks, of whatever tenant: obtained from `stores.system`, for the rounds that send it. */
export interface WebhookQueue {
  /** Learns which tenants have webhooks for what, if that has changed: acts write no event that nobody hears. */
  refreshListeners(): Promise<void>
  /** The webhooks of a tenant that are on, and hear of an event. */
  listening(tenant: string, event: WebhookEvent): Promise<readonly string[]>
  /**
   * Writes deliveries, those of one event to one webhook once, and puts their webhooks into the outbox. Beyond so many that wait for
   * one webhook they are written as failed.
   */
  write(tenant: string, deliveries: readonly NewDelivery[], mostWaiting: number): Promise<void>
  find(webhook: string): Promise<OpenWebhook | undefined>
  /** What is due to be sent, the oldest first. */
  due(webhook: string, now: number, limit: number): Promise<readonly Delivery[]>
  /** When the next one is. */
  nextDue(webhook: string): Promise<number | undefined>
  /** Notes an attempt. Without a next time a failure is the last. */
  note(delivery: string, attempt: Attempt, at: number): Promise<void>
  /** Notes how the last attempts at a webhook went: after a success its failures are forgotten. */
  noteHealth(
    webhook: string,
    health:
      | { readonly succeededAt: number }
      | { readonly failedAt: number; readonly failures: number; readonly retryAt?: number },
  ): Promise<void>
  /** With a record and letters. False when it was off already. */
  switchOff(webhook: string, reason: string, record: AuditRecord, letters: readonly OutgoingMail[]): Promise<boolean>
  /** What waits for a webhook that is off has failed; at most `limit`. How many. */
  failWaiting(webhook: string, at: number, limit: number): Promise<number>
  /** Removes what went to a webhook that is not there any more; at most `limit`. How many. */
  purge(webhook: string, limit: number): Promise<number>
  /** Removes deliveries that were settled before, at most `limit`; and the oldest of each webhook beyond `most`. How many. */
  forget(settledBefore: number, most: number, limit: number): Promise<number>
}
