import {
  ChangeWebhook,
  type CreatedWebhook as CreatedBody,
  CreatedWebhook,
  CreateWebhook,
  Id,
  ListQuery,
  RotateWebhookSecret,
  toTimestamp,
  Webhook,
  type Webhook as WebhookBody,
  WebhookPage,
} from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import type { Webhook as StoredWebhook } from '../../webhooks/webhook.ts'
import { changeWebhook, createWebhook, deleteWebhook, rotateSecret } from '../../webhooks/webhooks.ts'
import { type ApiDomain, route } from './api-domain.ts'

const BY_ID = Type.Object({ id: Id })
const HOUR = 3_600_000
const OVERLAP_HOURS = 24

/** Addresses that are told of events. They may hold secrets: administrators alone see them. */
export const WEBHOOK_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/webhooks',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'listWebhooks',
    summary: 'List webhooks',
    schema: { querystring: ListQuery, response: { 200: WebhookPage } },
    async handle({ domain, query }) {
      const page = await domain.webhooks.store.list(query)
      return { status: 200, body: { ...page, items: page.items.map(presentWebhook) } }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/webhooks',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'createWebhook',
    summary: 'Make a webhook',
    description: 'Its secret is shown once.',
    schema: { body: CreateWebhook, response: { 201: CreatedWebhook } },
    creates: {
      async present({ domain }, id) {
        const webhook = await findWebhook(id, domain)
        const note = `The secret was shown once. Make another one: POST ${locationOf(id)}/rotate-secret`
        return created({ webhook: presentWebhook(webhook), note })
      },
    },
    async handle({ domain, act, body }) {
      const { webhook, secret } = await createWebhook(body, act, domain.webhooks)
      return created({ webhook: presentWebhook(webhook), secret })
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/webhooks/:id',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'showWebhook',
    summary: 'Show a webhook',
    schema: { params: BY_ID, response: { 200: Webhook } },
    async handle({ domain, params }) {
      return { status: 200, body: presentWebhook(await findWebhook(params.id, domain)) }
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/webhooks/:id',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'changeWebhook',
    needsLittleRoom: true,
    summary: 'Change a webhook',
    schema: { params: BY_ID, body: ChangeWebhook, response: { 200: Webhook } },
    async handle({ domain, params, act, body }) {
      return { status: 200, body: presentWebhook(await changeWebhook(params.id, body, act, domain.webhooks)) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/webhooks/:id',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'deleteWebhook',
    needsLittleRoom: true,
    summary: 'Delete a webhook',
    description: 'With its deliveries.',
    schema: { params: BY_ID, response: { 204: Type.Null() } },
    async handle({ domain, params, act }) {
      await deleteWebhook(params.id, act, domain.webhooks)
      return { status: 204, body: null }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/webhooks/:id/rotate-secret',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'rotateWebhookSecret',
    summary: 'Give a webhook another secret',
    description: 'It is shown once. For a while the one before signs too.',
    schema: { params: BY_ID, body: RotateWebhookSecret, response: { 200: CreatedWebhook } },
    async handle({ domain, params, act, body: { overlapHours = OVERLAP_HOURS } }) {
      const { webhook, secret } = await rotateSecret(params.id, overlapHours * HOUR, act, domain.webhooks)
      return { status: 200, body: { webhook: presentWebhook(webhook), secret } }
    },
  }),
]

/** A webhook of the tenant. Throws `Refusal` 'not-found'. */
export async function findWebhook(id: string, { webhooks }: Pick<ApiDomain, 'webhooks'>): Promise<StoredWebhook> {
  const webhook = await webhooks.store.find(id)
  if (webhook === undefined) throw new Refusal('not-found', 'There is no such webhook.')
  return webhook
}

function created(body: CreatedBody) {
  return { status: 201, body, location: locationOf(body.webhook.id) } as const
}

function locationOf(id: string): string {
  return `/api/v1/webhooks/${id}`
}

function presentWebhook(webhook: StoredWebhook): WebhookBody {
  const { id, name, url, events, enabled, revision, createdAt, offReason } = webhook
  const { previousUntil, failingSince, lastSuccessAt } = webhook
  return {
    ...{ id, name, url, events, enabled, revision, createdAt: toTimestamp(createdAt) },
    ...(offReason !== undefined && { offReason }),
    ...(previousUntil !== undefined && { previousUntil: toTimestamp(previousUntil) }),
    ...(failingSince !== undefined && { failingSince: toTimestamp(failingSince) }),
    ...(lastSuccessAt !== undefined && { lastSuccessAt: toTimestamp(lastSuccessAt) }),
  }
}
