import {
  type AcmeAccount as AccountBody,
  AcmeAccount,
  AcmeAccountPage,
  AcmeAccountQuery,
  type AcmeOrder,
  AcmeOrderPage,
  Id,
  ListQuery,
  toTimestamp,
} from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import type { AcmeAccount as Account } from '../../acme-policies/acme-account.ts'
import type { AcmeOrder as Order } from '../../acme-policies/acme-register.ts'
import { recordOf } from '../../audit/audit-record.ts'
import { type ApiDomain, route } from './api-domain.ts'

const BY_ID = Type.Object({ id: Id })

const OF_ACCOUNT = {
  authorityOf: async ({ domain, params }: { readonly domain: ApiDomain; readonly params: { readonly id: string } }) =>
    (await domain.stores.acmeRegister.account(params.id))?.authority,
}

export const ACME_ACCOUNT_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/acme-accounts',
    role: 'auditor',
    reach: { authorityOfItem: (item) => Object(item).authority },
    operationId: 'listAcmeAccounts',
    summary: 'List ACME accounts',
    description: 'Newest first; of one CA or of one policy when it is named.',
    schema: { querystring: AcmeAccountQuery, response: { 200: AcmeAccountPage } },
    async handle({ domain, authorities, query: { authority, policy, limit, after } }) {
      const filter = {
        ...(authority !== undefined && { authority }),
        ...(authorities !== undefined && { authorities }),
        ...(policy !== undefined && { policy }),
      }
      const page = await domain.stores.acmeRegister.accounts(filter, { limit, ...(after !== undefined && { after }) })
      return { status: 200, body: { ...page, items: page.items.map(presentAccount) } }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/acme-accounts/:id',
    role: 'auditor',
    reach: OF_ACCOUNT,
    operationId: 'showAcmeAccount',
    summary: 'Show an ACME account',
    schema: { params: BY_ID, response: { 200: AcmeAccount } },
    async handle({ domain, params }) {
      return { status: 200, body: presentAccount(await findAccount(params.id, domain)) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/acme-accounts/:id/orders',
    role: 'auditor',
    reach: OF_ACCOUNT,
    operationId: 'listAcmeOrders',
    summary: 'List the orders of an ACME account',
    schema: { params: BY_ID, querystring: ListQuery, response: { 200: AcmeOrderPage } },
    async handle({ domain, params, query }) {
      const { id } = await findAccount(params.id, domain)
      const page = await domain.stores.acmeRegister.orders(id, domain.now(), query)
      return { status: 200, body: { ...page, items: page.items.map(presentOrder) } }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/acme-accounts/:id/deactivate',
    role: 'administrator',
    reach: OF_ACCOUNT,
    operationId: 'deactivateAcmeAccount',
    needsLittleRoom: true,
    summary: 'End an ACME account',
    description: 'For good, and at its next request in every process. What was issued to it lives on.',
    schema: { params: BY_ID, response: { 200: AcmeAccount } },
    async handle({ domain, params, act }) {
      const account = await findAccount(params.id, domain)
      const record = recordOf(act, { action: 'acme-account.revoke', object: { type: 'acme-account', id: account.id } })
      if (!(await domain.stores.acmeRegister.revokeAccount(account.id, record)))
        throw new Refusal('conflict', 'This account is over already.')
      return { status: 200, body: presentAccount({ ...account, status: 'revoked' }) }
    },
  }),
]

async function findAccount(id: string, { stores }: ApiDomain): Promise<Account> {
  const account = await stores.acmeRegister.account(id)
  if (account === undefined) throw new Refusal('not-found', 'There is no such ACME account.')
  return account
}

function presentAccount({ createdAt, ...same }: Account): AccountBody {
  return { ...same, createdAt: toTimestamp(createdAt) }
}

function presentOrder({ createdAt, expiresAt, ...same }: Order): AcmeOrder {
  return { ...same, createdAt: toTimestamp(createdAt), expiresAt: toTimestamp(expiresAt) }
}
