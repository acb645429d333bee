import {
  type ApiToken,
  ApiTokenPage,
  CreatedToken,
  type CreatedToken as CreatedTokenBody,
  CreateToken,
  Id,
  ListQuery,
  toTimestamp,
} from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import { holds, type Principal } from '../../accounts/roles.ts'
import type { ApiToken as StoredToken } from '../../accounts/token-store.ts'
import { createToken, revokeToken } from '../../accounts/tokens.ts'
import { type ApiDomain, route } from './api-domain.ts'

const DAY_MS = 86_400_000

export const TOKEN_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/tokens',
    role: 'auditor',
    reach: 'anywhere',
    forPeople: true,
    operationId: 'listTokens',
    summary: 'List API tokens',
    description: 'Your own; owners and administrators of the tenant see everybody’s. Newest first.',
    schema: { querystring: ListQuery, response: { 200: ApiTokenPage } },
    async handle({ principal, domain, query }) {
      const page = await domain.stores.tokens.list(reachOf(principal), query)
      return { status: 200, body: { ...page, items: page.items.map(presentToken) } }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/tokens',
    role: 'auditor',
    reach: 'anywhere',
    forPeople: true,
    operationId: 'createToken',
    summary: 'Make an API token',
    description:
      'For yourself. It has at most the rights that you have at each of its calls, and ends with your membership. Its secret is shown once.',
    schema: { body: CreateToken, response: { 201: CreatedToken } },
    creates: {
      async present({ domain }, id) {
        const token = await domain.stores.tokens.find(id)
        if (token === undefined) throw new Refusal('not-found', 'There is no such token.')
        const note = `The secret was shown once. To rotate, make another token with a new Idempotency-Key, and end this one: DELETE ${locationOf(id)}`
        return created({ token: presentToken(token), note })
      },
    },
    async handle({ principal: { tenant, account }, domain, act, body: { days = 90, ...asked } }) {
      const request = { ...asked, tenant, account, lifetimeMs: days * DAY_MS }
      const { secret, token } = await createToken(request, act, minterOf(domain))
      return created({ token: presentToken(token), secret })
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/tokens/:id',
    role: 'auditor',
    reach: 'anywhere',
    forPeople: true,
    operationId: 'revokeToken',
    needsLittleRoom: true,
    summary: 'End an API token',
    description: 'Counts at its next call, in every process. Owners and administrators of the tenant end everybody’s.',
    schema: { params: Type.Object({ id: Id }), response: { 204: Type.Null() } },
    async handle({ principal, domain, params, act }) {
      await revokeToken({ token: params.id, ...reachOf(principal) }, act, minterOf(domain))
      return { status: 204, body: null }
    },
  }),
]

/** Whose tokens somebody sees and ends. */
function reachOf(principal: Principal): { readonly account?: string } {
  return holds(principal, 'administrator') ? {} : { account: principal.account }
}

function minterOf({ stores, door, random }: ApiDomain) {
  return { tokensOf: () => stores.tokens, newId: door.newId, random }
}

function created(body: CreatedTokenBody) {
  return { status: 201, body, location: locationOf(body.token.id) } as const
}

function locationOf(id: string): string {
  return `/api/v1/tokens/${id}`
}

function presentToken(token: StoredToken): ApiToken {
  const { id, account, name, role, authority, createdAt, expiresAt, lastUsedAt, revokedAt } = token
  return {
    id,
    account,
    name,
    role,
    ...(authority !== undefined && { authority }),
    createdAt: toTimestamp(createdAt),
    expiresAt: toTimestamp(expiresAt),
    ...(lastUsedAt !== undefined && { lastUsedAt: toTimestamp(lastUsedAt) }),
    ...(revokedAt !== undefined && { revokedAt: toTimestamp(revokedAt) }),
  }
}
