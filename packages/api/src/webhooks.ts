import { type Static, Type } from 'typebox'
import { closed, lineOfText, listOf, wordOf } from './closed.ts'
import { ref } from './named.ts'
import { PAGE_QUERY, pageOf } from './page.ts'
import { Id, Timestamp } from './values.ts'

export const WEBHOOK_EVENT_WORDS = [
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

export const WebhookEvent = wordOf(WEBHOOK_EVENT_WORDS, {
  $id: 'WebhookEvent',
  description: 'What happened: the kind of an object, and what became of it.',
})
export type WebhookEvent = Static<typeof WebhookEvent>

const EVENTS = listOf(ref(WebhookEvent), { minItems: 1, maxItems: 20, description: 'What it is told of.' })
const NAME = lineOfText(100, 'What people call it.')
const URL = Type.String({
  minLength: 8,
  maxLength: 2_048,
  description:
    'Where events are sent, by https or http at the ports 443 and 80. Public addresses alone, and what the operator lists. Redirects are not followed.',
})

export const Webhook = closed(
  {
    id: Id,
    name: Type.String(),
    url: Type.String(),
    events: listOf(ref(WebhookEvent)),
    enabled: Type.Boolean(),
    offReason: Type.Optional(Type.String({ description: 'Why the installation switched it off.' })),
    createdAt: Timestamp,
    revision: Type.Integer({ minimum: 1, description: 'Name it in a change: a newer one refuses the change.' }),
    previousUntil: Type.Optional({ ...Timestamp, description: 'Until then the secret before signs too.' }),
    failingSince: Type.Optional({ ...Timestamp, description: 'Nothing has arrived since.' }),
    lastSuccessAt: Type.Optional({ ...Timestamp, description: 'When something arrived last.' }),
  },
  { $id: 'Webhook', description: 'An address that is told of events.' },
)
export type Webhook = Static<typeof Webhook>
export const WebhookPage = pageOf('WebhookPage', ref(Webhook))

export const CreateWebhook = closed(
  { name: NAME, url: URL, events: EVENTS },
  { $id: 'CreateWebhook', description: 'A webhook as somebody wants it.' },
)
export type CreateWebhook = Static<typeof CreateWebhook>

export const ChangeWebhook = closed(
  {
    revision: Type.Integer({ minimum: 1 }),
    name: Type.Optional(NAME),
    url: Type.Optional(URL),
    events: Type.Optional(EVENTS),
    enabled: Type.Optional(Type.Boolean()),
  },
  { $id: 'ChangeWebhook', description: 'What is left out stays as it is.' },
)

export const CreatedWebhook = closed(
  {
    webhook: ref(Webhook),
    secret: Type.Optional(
      Type.String({ description: 'What deliveries are signed with: shown once. `whsec_` and a key in base64.' }),
    ),
    note: Type.Optional(Type.String({ description: 'In place of the secret, when the call is repeated.' })),
  },
  { $id: 'CreatedWebhook', description: 'A webhook with its new secret.' },
)
export type CreatedWebhook = Static<typeof CreatedWebhook>

export const RotateWebhookSecret = closed(
  {
    overlapHours: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 168,
        default: 24,
        description: 'How long the secret before signs too, beside the new one.',
      }),
    ),
  },
  { $id: 'RotateWebhookSecret', description: 'How the secret before ends.' },
)

const STATES = ['waiting', 'delivered', 'failed'] as const
const DELIVERY = {
  id: Id,
  event: Type.String({ description: 'A WebhookEvent, or `webhook.test`.' }),
  eventId: { ...Id, description: 'The same in every attempt: `webhook-id`.' },
  state: wordOf(STATES, {
    description:
      '`waiting`: it is sent soon, or tried again. `delivered`: answered with 2xx. `failed`: not tried any more.',
  }),
  attempts: Type.Integer({ minimum: 0 }),
  status: Type.Optional(Type.Integer({ description: 'What the address answered last.' })),
  problem: Type.Optional(Type.String({ description: 'Why the last attempt failed.' })),
  createdAt: Timestamp,
  nextAt: Type.Optional({ ...Timestamp, description: 'When it is tried next.' }),
  settledAt: Type.Optional(Timestamp),
}
export const WebhookDelivery = closed(DELIVERY, {
  $id: 'WebhookDelivery',
  description: 'An event on its way to a webhook. Kept for 30 days.',
})
export type WebhookDelivery = Static<typeof WebhookDelivery>
export const WholeWebhookDelivery = closed(
  { ...DELIVERY, body: Type.String({ description: 'JSON, as it is sent.' }) },
  { $id: 'WholeWebhookDelivery', description: 'A delivery with what it says.' },
)
export const WebhookDeliveryPage = pageOf('WebhookDeliveryPage', ref(WebhookDelivery))
export const WebhookDeliveryQuery = Type.Object({ ...PAGE_QUERY, state: Type.Optional(wordOf(STATES)) })

export const RedeliverWebhook = closed(
  { since: { ...Timestamp, description: 'Deliveries that were made before stay as they are.' } },
  { $id: 'RedeliverWebhook', description: 'Which of the deliveries that failed are tried anew.' },
)
export const Redelivered = closed(
  {
    count: Type.Integer({ minimum: 0, description: 'How many are tried anew.' }),
    more: Type.Boolean({ description: 'There may be more: call again.' }),
  },
  { $id: 'Redelivered', description: 'What is sent again.' },
)
