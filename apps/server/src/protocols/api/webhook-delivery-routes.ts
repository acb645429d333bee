import {
  type WebhookDelivery as DeliveryBody,
  fromTimestamp,
  Id,
  Redelivered,
  RedeliverWebhook,
  toTimestamp,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookDeliveryQuery,
  WholeWebhookDelivery,
} from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import type { Delivery } from '../../webhooks/webhook.ts'
import { MOST_REDELIVERED, redeliver, testWebhook } from '../../webhooks/webhooks.ts'
import { route } from './api-domain.ts'
import { findWebhook } from './webhook-routes.ts'

const BY_ID = Type.Object({ id: Id })
const OF_DELIVERY = Type.Object({ id: Id, delivery: Id })

/** What went to webhooks, and what became of it. */
export const WEBHOOK_DELIVERY_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/webhooks/:id/deliveries',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'listWebhookDeliveries',
    summary: 'List the deliveries of a webhook',
    description: 'Newest first, for 30 days.',
    schema: { params: BY_ID, querystring: WebhookDeliveryQuery, response: { 200: WebhookDeliveryPage } },
    async handle({ domain, params, query: { state, ...page } }) {
      const webhook = await findWebhook(params.id, domain)
      const filter = state === undefined ? {} : { state }
      const found = await domain.webhooks.store.deliveries(webhook.id, filter, page)
      return { status: 200, body: { ...found, items: found.items.map(presentDelivery) } }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/webhooks/:id/deliveries/:delivery',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'showWebhookDelivery',
    summary: 'Show a delivery with what it says',
    schema: { params: OF_DELIVERY, response: { 200: WholeWebhookDelivery } },
    async handle({ domain, params }) {
      const webhook = await findWebhook(params.id, domain)
      const delivery = await domain.webhooks.store.delivery(webhook.id, params.delivery)
      if (delivery === undefined) throw noDelivery()
      return { status: 200, body: { ...presentDelivery(delivery), body: delivery.body } }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/webhooks/:id/test',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'testWebhook',
    summary: 'Send a webhook a test',
    description: 'It takes the way of all deliveries: look at it again to see what the address answered.',
    schema: { params: BY_ID, response: { 202: WebhookDelivery } },
    async handle({ domain, params, act }) {
      return { status: 202, body: presentDelivery(await testWebhook(params.id, act, domain.webhooks)) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/webhooks/:id/redeliver',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'redeliverWebhook',
    summary: 'Send again what failed since a moment',
    description: `At most ${MOST_REDELIVERED} by one call, the oldest first.`,
    schema: { params: BY_ID, body: RedeliverWebhook, response: { 200: Redelivered } },
    async handle({ domain, params, act, body }) {
      const count = await redeliver(params.id, { since: fromTimestamp(body.since) }, act, domain.webhooks)
      return { status: 200, body: { count, more: count === MOST_REDELIVERED } }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/webhooks/:id/deliveries/:delivery/redeliver',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'redeliverWebhookDelivery',
    summary: 'Send a delivery that failed again',
    schema: { params: OF_DELIVERY, response: { 202: WebhookDelivery } },
    async handle({ domain, params, act }) {
      const count = await redeliver(params.id, { delivery: params.delivery }, act, domain.webhooks)
      const delivery = await domain.webhooks.store.delivery(params.id, params.delivery)
      if (delivery === undefined) throw noDelivery()
      if (count === 0) throw new Refusal('conflict', 'Only a delivery that failed is sent again.')
      return { status: 202, body: presentDelivery(delivery) }
    },
  }),
]

function noDelivery(): Refusal {
  return new Refusal('not-found', 'There is no such delivery.')
}

function presentDelivery(delivery: Omit<Delivery, 'body'>): DeliveryBody {
  const { id, event, eventId, state, attempts, status, problem, createdAt, dueAt, settledAt } = delivery
  return {
    ...{ id, event, eventId, state, attempts, createdAt: toTimestamp(createdAt) },
    ...(status !== undefined && { status }),
    ...(problem !== undefined && { problem }),
    ...(state === 'waiting' && { nextAt: toTimestamp(dueAt) }),
    ...(settledAt !== undefined && { settledAt: toTimestamp(settledAt) }),
  }
}
