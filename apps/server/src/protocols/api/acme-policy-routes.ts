import {
  AcmePolicy,
  AcmePolicyPage,
  AcmePolicyQuery,
  ChangeAcmePolicy,
  CreateAcmePolicy,
  Id,
  type AcmePolicy as PolicyBody,
} from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import { changePolicy, createPolicy, deletePolicy, findPolicy } from '../../acme-policies/acme-policies.ts'
import type { AcmePolicy as Policy } from '../../acme-policies/acme-policy.ts'
import { acmeSettings, changedSettings, presentPolicy } from './acme-settings.ts'
import { type ApiDomain, route } from './api-domain.ts'
import { findAuthority } from './find-authority.ts'

const BY_ID = Type.Object({ id: Id })

/** The CA of the policy in the path. */
export const OF_POLICY = {
  authorityOf: async ({ domain, params }: { readonly domain: ApiDomain; readonly params: { readonly id: string } }) =>
    (await domain.acmePolicies.store.find(params.id))?.authority,
}

export const ACME_POLICY_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/acme-policies',
    role: 'auditor',
    reach: { authorityOfItem: (item) => Object(item).authority },
    operationId: 'listAcmePolicies',
    summary: 'List ACME policies',
    schema: { querystring: AcmePolicyQuery, response: { 200: AcmePolicyPage } },
    async handle({ domain, authorities, query: { authority, limit, after } }) {
      const filter = {
        ...(authority !== undefined && { authority }),
        ...(authorities !== undefined && { authorities }),
      }
      const page = await domain.acmePolicies.store.list(filter, { limit, ...(after !== undefined && { after }) })
      return { status: 200, body: { ...page, items: page.items.map((policy) => presentPolicy(policy, domain)) } }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/acme-policies',
    role: 'administrator',
    reach: { authorityOf: async ({ body }) => body.authority },
    operationId: 'createAcmePolicy',
    summary: 'Make an ACME policy',
    schema: { body: CreateAcmePolicy, response: { 201: AcmePolicy } },
    creates: {
      async present({ domain }, id) {
        return created(presentPolicy(await findPolicy(id, domain.acmePolicies), domain))
      },
    },
    async handle({ domain, act, body }) {
      const { status, name: ca } = await findAuthority(body.authority, domain, '/authority')
      if (status === 'archived' || status === 'deleted')
        throw new Refusal('conflict', `The CA "${ca}" is ${status}: it issues nothing more.`)
      const { authority, name, enabled = true, confirmed = false } = body
      const wanted = { authority, name, enabled, confirmed, settings: acmeSettings(body) }
      return created(presentPolicy(await createPolicy(wanted, act, domain.acmePolicies), domain))
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/acme-policies/:id',
    role: 'auditor',
    reach: OF_POLICY,
    operationId: 'showAcmePolicy',
    summary: 'Show an ACME policy',
    schema: { params: BY_ID, response: { 200: AcmePolicy } },
    async handle({ domain, params }) {
      return { status: 200, body: presentPolicy(await findPolicy(params.id, domain.acmePolicies), domain) }
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/acme-policies/:id',
    role: 'administrator',
    reach: OF_POLICY,
    operationId: 'changeAcmePolicy',
    summary: 'Change an ACME policy',
    description: 'Counts for the next request of every account under it, also for orders that are open.',
    schema: { params: BY_ID, body: ChangeAcmePolicy, response: { 200: AcmePolicy } },
    async handle({ domain, params, act, body }) {
      const policy = await findPolicy(params.id, domain.acmePolicies)
      const changed = await changePolicy(policy, body.revision, changeOf(policy, body), act, domain.acmePolicies)
      return { status: 200, body: presentPolicy(changed, domain) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/acme-policies/:id',
    role: 'administrator',
    reach: OF_POLICY,
    operationId: 'deleteAcmePolicy',
    needsLittleRoom: true,
    summary: 'Delete an ACME policy',
    description: 'Its bindings go with it, and its accounts order nothing more. What was issued lives on.',
    schema: { params: BY_ID, response: { 204: Type.Null() } },
    async handle({ domain, params, act }) {
      await deletePolicy(await findPolicy(params.id, domain.acmePolicies), act, domain.acmePolicies)
      return { status: 204, body: null }
    },
  }),
]

function changeOf(policy: Policy, { name, enabled, confirmed = false, ...body }: ChangeAcmePolicy) {
  const settings = changedSettings(policy.settings, body)
  return {
    ...(name !== undefined && { name }),
    ...(enabled !== undefined && { enabled }),
    ...(settings !== undefined && { settings }),
    confirmed,
  }
}

function created(body: PolicyBody) {
  return { status: 201, body, location: `/api/v1/acme-policies/${body.id}` } as const
}
