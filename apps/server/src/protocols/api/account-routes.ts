import { Account, type Account as AccountBody, Rename, Tenant, toTimestamp } from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { checkName } from '../../accounts/person.ts'
import type { Tenant as StoredTenant } from '../../accounts/tenant-store.ts'
import { recordOf } from '../../audit/audit-record.ts'
import { type AboveDomain, aboveRoute } from './above-domain.ts'
import { route } from './api-domain.ts'

/** Who is signed in, and the tenants that accounts have. */
export const ACCOUNT_ROUTES = [
  aboveRoute({
    method: 'GET',
    path: '/api/v1/account',
    role: 'account',
    operationId: 'showAccount',
    summary: 'Show who is signed in, with their tenants and roles',
    schema: { response: { 200: Account } },
    async handle({ domain, caller }) {
      return { status: 200, body: await presentAccount(caller.account, domain) }
    },
  }),
  aboveRoute({
    method: 'PATCH',
    path: '/api/v1/account',
    role: 'account',
    operationId: 'renameAccount',
    summary: 'Change one’s own name',
    schema: { body: Rename, response: { 200: Account } },
    async handle({ domain, caller: { account }, act, body }) {
      const { actor, at } = act
      const object = { type: 'account', id: account }
      const record = { account, actor, at, action: 'account.rename', object }
      await domain.accounts.rename(account, checkName(body.name), record)
      return { status: 200, body: await presentAccount(account, domain) }
    },
  }),
  aboveRoute({
    method: 'POST',
    path: '/api/v1/tenants',
    role: 'account',
    operationId: 'createOwnTenant',
    summary: 'Make a tenant of one’s own',
    description: 'Each account makes one. Whoever makes it is its owner.',
    schema: { body: Rename, response: { 201: Tenant } },
    creates: {
      async present({ domain, caller }, id) {
        // Who left it, or was removed, learns nothing more of it.
        const isMember = (await domain.accounts.standing(caller.account))?.tenants.has(id)
        return createdTenant(isMember ? await domain.tenantOf(id).show() : undefined)
      },
    },
    async handle({ domain, caller, act, body }) {
      const tenant = { id: domain.newId(), name: checkName(body.name), createdAt: act.at }
      const object = { type: 'tenant', id: tenant.id }
      const record = recordOf({ ...act, tenant: tenant.id }, { action: 'tenant.create', object })
      await domain.tenants.create({ ...tenant, owner: caller.account, own: true }, record)
      return createdTenant(tenant)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/tenant',
    role: 'auditor',
    reach: 'anywhere',
    operationId: 'showTenant',
    summary: 'Show the tenant',
    schema: { response: { 200: Tenant } },
    async handle({ domain }) {
      return { status: 200, body: presentTenant(await domain.stores.self.show()) }
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/tenant',
    role: 'administrator',
    reach: 'tenant',
    operationId: 'renameTenant',
    summary: 'Rename the tenant',
    schema: { body: Rename, response: { 200: Tenant } },
    async handle({ domain, act, body }) {
      const object = { type: 'tenant', id: domain.tenant }
      const record = recordOf(act, { action: 'tenant.rename', object })
      const renamed = await domain.stores.self.rename(checkName(body.name), record)
      return { status: 200, body: presentTenant(renamed) }
    },
  }),
]

/** A tenant as it leaves. Throws `Refusal` 'not-found'. */
export function presentTenant(tenant: StoredTenant | undefined): Tenant {
  if (tenant === undefined) throw new Refusal('not-found', 'There is no such tenant.')
  return { id: tenant.id, name: tenant.name, createdAt: toTimestamp(tenant.createdAt) }
}

/** The answer when a tenant was made. */
export function createdTenant(tenant: StoredTenant | undefined) {
  return { status: 201, body: presentTenant(tenant) } as const
}

async function presentAccount(id: string, { accounts, secondFactors, tenants }: AboveDomain): Promise<AccountBody> {
  const [person, standing] = [await accounts.find(id), await accounts.standing(id)]
  if (person === undefined || standing === undefined) throw new Refusal('unauthenticated', 'Your account is gone.')
  const names = await tenants.names([...standing.tenants.keys()])
  return {
    id,
    email: person.email,
    name: person.name,
    operator: standing.operator,
    secondFactor: (await secondFactors.find(id))?.confirmed === true,
    createdAt: toTimestamp(person.createdAt),
    tenants: [...standing.tenants].map(([tenant, roles]) => ({ id: tenant, name: names.get(tenant) ?? '', roles })),
  }
}
