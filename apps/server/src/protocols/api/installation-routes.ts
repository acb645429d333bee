import {
  CreateTenant,
  Id,
  InstallationHealth,
  InstallationRestores,
  InstallationSettings,
  ListQuery,
  NameOperator,
  Operator,
  OperatorPage,
  Rename,
  Tenant,
  TenantPage,
  toTimestamp,
} from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import type { AccountStore, Person } from '../../accounts/account-store.ts'
import { checkEmail, checkName } from '../../accounts/person.ts'
import { recordOf } from '../../audit/audit-record.ts'
import { MAY_BE_MISSING } from '../../restores/may-be-missing.ts'
import type { PastRestore } from '../../restores/restored.ts'
import { aboveRoute } from './above-domain.ts'
import { createdTenant, presentTenant } from './account-routes.ts'

/** For operators: the installation, and tenants as such. Nothing of what is in a tenant. */
export const INSTALLATION_ROUTES = [
  aboveRoute({
    method: 'GET',
    path: '/api/v1/installation/settings',
    role: 'operator',
    operationId: 'showInstallationSettings',
    summary: 'Show the settings of the installation',
    schema: { response: { 200: InstallationSettings } },
    async handle({ domain }) {
      return { status: 200, body: { openRegistration: await domain.registration.isOpen() } }
    },
  }),
  aboveRoute({
    method: 'PATCH',
    path: '/api/v1/installation/settings',
    role: 'operator',
    operationId: 'changeInstallationSettings',
    summary: 'Change the settings of the installation',
    schema: { body: InstallationSettings, response: { 200: InstallationSettings } },
    async handle({ domain, act, body }) {
      const object = { type: 'installation', id: 'open-registration' }
      const record = recordOf(act, { action: 'setting.change', object, details: { open: body.openRegistration } })
      await domain.registration.set(body.openRegistration, record)
      return { status: 200, body: { openRegistration: await domain.registration.isOpen() } }
    },
  }),
  aboveRoute({
    method: 'GET',
    path: '/api/v1/installation/health',
    role: 'operator',
    operationId: 'showInstallationHealth',
    summary: 'Show which parts of the server work',
    schema: { response: { 200: InstallationHealth } },
    async handle({ domain }) {
      const parts = await domain.health()
      return { status: 200, body: { ready: Object.values(parts).every((part) => part === 'ready'), parts } }
    },
  }),
  aboveRoute({
    method: 'GET',
    path: '/api/v1/installation/restores',
    role: 'operator',
    operationId: 'listRestores',
    summary: 'List the restores of the installation, and what may be missing since',
    description:
      'Newest first, a hundred at most. A restore between the making of a backup and its putting back is lost like all else of that time.',
    schema: { response: { 200: InstallationRestores } },
    async handle({ domain }) {
      return { status: 200, body: { items: (await domain.restores.list()).map(presentRestore) } }
    },
  }),
  aboveRoute({
    method: 'GET',
    path: '/api/v1/installation/tenants',
    role: 'operator',
    operationId: 'listTenants',
    summary: 'List tenants',
    schema: { querystring: ListQuery, response: { 200: TenantPage } },
    async handle({ domain, query }) {
      const page = await domain.tenants.list(query)
      const items = page.items.map(({ members, ...tenant }) => ({ ...presentTenant(tenant), members }))
      return { status: 200, body: { ...page, items } }
    },
  }),
  aboveRoute({
    method: 'POST',
    path: '/api/v1/installation/tenants',
    role: 'operator',
    operationId: 'createTenant',
    summary: 'Make a tenant for an account',
    schema: { body: CreateTenant, response: { 201: Tenant } },
    creates: {
      async present({ domain }, id) {
        return createdTenant(await domain.tenantOf(id).show())
      },
    },
    async handle({ domain, act, body: { name, owner } }) {
      const { id: account } = await findPerson(owner, '/owner', domain.accounts)
      const tenant = { id: domain.newId(), name: checkName(name), createdAt: act.at }
      const object = { type: 'tenant', id: tenant.id }
      const record = recordOf({ ...act, tenant: tenant.id }, { action: 'tenant.create', object, details: { account } })
      await domain.tenants.create({ ...tenant, owner: account, own: false }, record)
      return createdTenant(tenant)
    },
  }),
  aboveRoute({
    method: 'PATCH',
    path: '/api/v1/installation/tenants/:id',
    role: 'operator',
    operationId: 'renameTenantOf',
    summary: 'Rename a tenant',
    schema: { params: Type.Object({ id: Id }), body: Rename, response: { 200: Tenant } },
    async handle({ domain, act, params: { id }, body }) {
      const record = recordOf({ ...act, tenant: id }, { action: 'tenant.rename', object: { type: 'tenant', id } })
      return {
        status: 200,
        body: presentTenant(await domain.tenantOf(id).rename(checkName(body.name), record)),
      }
    },
  }),
  aboveRoute({
    method: 'GET',
    path: '/api/v1/installation/operators',
    role: 'operator',
    operationId: 'listOperators',
    summary: 'List operators',
    schema: { querystring: ListQuery, response: { 200: OperatorPage } },
    async handle({ domain, query }) {
      const page = await domain.accounts.operators(query)
      return { status: 200, body: { ...page, items: page.items.map(presentOperator) } }
    },
  }),
  aboveRoute({
    method: 'POST',
    path: '/api/v1/installation/operators',
    role: 'operator',
    operationId: 'nameOperator',
    summary: 'Name an operator',
    description: 'An account that there is. It gets no right inside a tenant by it.',
    schema: { body: NameOperator, response: { 200: Operator } },
    async handle({ domain, act, caller, body }) {
      const person = await findPerson(body.email, '/email', domain.accounts)
      const record = recordOf(act, { action: 'operator.name', object: { type: 'account', id: person.id } })
      await domain.accounts.setOperator(person.id, true, caller.account, record)
      return { status: 200, body: presentOperator(person) }
    },
  }),
  aboveRoute({
    method: 'DELETE',
    path: '/api/v1/installation/operators/:account',
    role: 'operator',
    operationId: 'removeOperator',
    summary: 'Remove an operator',
    description: 'The account stays. The last operator stays one.',
    schema: { params: Type.Object({ account: Id }), response: { 204: Type.Null() } },
    async handle({ domain, act, caller, params: { account } }) {
      const record = recordOf(act, { action: 'operator.remove', object: { type: 'account', id: account } })
      if (await domain.accounts.setOperator(account, false, caller.account, record)) return { status: 204, body: null }
      throw new Refusal('not-found', 'There is no such operator.')
    },
  }),
]

async function findPerson(
  email: string,
  field: string,
  accounts: Pick<AccountStore, 'findAccountByEmail'>,
): Promise<Person> {
  const person = await accounts.findAccountByEmail(checkEmail(email))
  if (person !== undefined) return person
  throw new Refusal('not-found', 'There is no account with this address.', [
    { field, detail: 'Invite them, or let them register first.' },
  ])
}

function presentOperator({ id, email, name }: Person) {
  return { account: id, email, name }
}

function presentRestore({ backup, engine, madeAt, restoredAt, newestRecordAt, ...held }: PastRestore) {
  const { tenants, authorities, certificates, openIntents, pendingRequests, validTokens } = held
  return {
    ...{ backup, engine, backupMadeAt: toTimestamp(madeAt), restoredAt: toTimestamp(restoredAt) },
    ...(newestRecordAt !== undefined && { newestRecordAt: toTimestamp(newestRecordAt) }),
    held: { tenants, authorities, certificates, openIntents, pendingRequests, validTokens },
    mayBeMissing: MAY_BE_MISSING,
  }
}
