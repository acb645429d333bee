import {
  type AcmeBinding,
  AcmeBindingPage,
  CreateAcmeBinding,
  CreatedAcmeBinding,
  type CreatedAcmeBinding as CreatedBody,
  fromTimestamp,
  Id,
  ListQuery,
  toTimestamp,
} from '@chancery/api'
import { Type } from 'typebox'
import { findPolicy } from '../../acme-policies/acme-policies.ts'
import type { AcmePolicy } from '../../acme-policies/acme-policy.ts'
import type { Binding } from '../../acme-policies/binding.ts'
import { createBinding, deleteBinding, findBinding } from '../../acme-policies/bindings.ts'
import { OF_POLICY } from './acme-policy-routes.ts'
import { directoryOf } from './acme-settings.ts'
import { type ApiDomain, route } from './api-domain.ts'

const BY_ID = Type.Object({ id: Id })

const OF_BINDING = {
  authorityOf: async ({ domain, params }: { readonly domain: ApiDomain; readonly params: { readonly id: string } }) => {
    const binding = await domain.acmeBindings.store.find(params.id)
    return binding && (await domain.acmePolicies.store.find(binding.policy))?.authority
  },
}

export const ACME_BINDING_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/acme-policies/:id/bindings',
    role: 'auditor',
    reach: OF_POLICY,
    operationId: 'listAcmeBindings',
    summary: 'List external account bindings',
    schema: { params: BY_ID, querystring: ListQuery, response: { 200: AcmeBindingPage } },
    async handle({ domain, params, query }) {
      const policy = await findPolicy(params.id, domain.acmePolicies)
      const page = await domain.acmeBindings.store.list(policy.id, query)
      return { status: 200, body: { ...page, items: page.items.map(presentBinding) } }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/acme-policies/:id/bindings',
    role: 'administrator',
    reach: OF_POLICY,
    operationId: 'createAcmeBinding',
    summary: 'Make an external account binding',
    description: 'Its HMAC key is shown once.',
    schema: { params: BY_ID, body: CreateAcmeBinding, response: { 201: CreatedAcmeBinding } },
    creates: {
      async present({ domain }, id) {
        const binding = await findBinding(id, domain.acmeBindings)
        const policy = await findPolicy(binding.policy, domain.acmePolicies)
        const note = `The HMAC key was shown once. To rotate, make another binding with a new Idempotency-Key, and delete this one: DELETE ${locationOf(id)}`
        return created({ ...shown(binding, policy, domain), note })
      },
    },
    async handle({ domain, params, act, body: { expiresAt, ...same } }) {
      const policy = await findPolicy(params.id, domain.acmePolicies)
      const wanted = { ...same, ...(expiresAt !== undefined && { expiresAt: fromTimestamp(expiresAt) }) }
      const { binding, hmacKey } = await createBinding(wanted, policy, act, domain.acmeBindings)
      return created({ ...shown(binding, policy, domain), hmacKey })
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/acme-bindings/:id',
    role: 'administrator',
    reach: OF_BINDING,
    operationId: 'deleteAcmeBinding',
    needsLittleRoom: true,
    summary: 'Delete an external account binding',
    description: 'Nobody registers by it any more. Accounts that did go on as they are.',
    schema: { params: BY_ID, response: { 204: Type.Null() } },
    async handle({ domain, params, act }) {
      await deleteBinding(await findBinding(params.id, domain.acmeBindings), act, domain.acmeBindings)
      return { status: 204, body: null }
    },
  }),
]

function shown(binding: Binding, { publicId }: AcmePolicy, { url }: ApiDomain): CreatedBody {
  return { binding: presentBinding(binding), directory: directoryOf(publicId, url) }
}

function created(body: CreatedBody) {
  return { status: 201, body, location: locationOf(body.binding.id) } as const
}

function locationOf(id: string): string {
  return `/api/v1/acme-bindings/${id}`
}

function presentBinding({ expiresAt, createdAt, ...same }: Binding): AcmeBinding {
  return {
    ...same,
    ...(expiresAt !== undefined && { expiresAt: toTimestamp(expiresAt) }),
    createdAt: toTimestamp(createdAt),
  }
}
