import { ChangeMember, Id, ListQuery, Member, MemberPage, toTimestamp } from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import type { Member as StoredMember } from '../../accounts/member-store.ts'
import { changeMember, leaveTenant, removeMember } from '../../accounts/members.ts'
import { route } from './api-domain.ts'

const BY_ACCOUNT = Type.Object({ account: Id })

export const MEMBER_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/members',
    role: 'auditor',
    reach: 'tenant',
    operationId: 'listMembers',
    summary: 'List members',
    schema: { querystring: ListQuery, response: { 200: MemberPage } },
    async handle({ domain, query }) {
      const page = await domain.stores.members.list(query)
      return { status: 200, body: { ...page, items: page.items.map(presentMember) } }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/members/:account',
    role: 'auditor',
    reach: 'tenant',
    operationId: 'showMember',
    summary: 'Show a member',
    schema: { params: BY_ACCOUNT, response: { 200: Member } },
    async handle({ domain, params }) {
      const member = await domain.stores.members.find(params.account)
      if (member === undefined) throw new Refusal('not-found', 'There is no such member.')
      return { status: 200, body: presentMember(member) }
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/members/:account',
    role: 'administrator',
    reach: 'tenant',
    forPeople: true,
    operationId: 'changeMember',
    needsLittleRoom: true,
    summary: 'Give a member other roles',
    description:
      'Counts at the next call, in every process, for their tokens too. Owners give and take any role, administrators all but owner’s. The last owner stays.',
    schema: { params: BY_ACCOUNT, body: ChangeMember, response: { 200: Member } },
    async handle({ principal, domain, params, act, body }) {
      const by = { act, by: principal.account }
      const member = await changeMember(params.account, body.roles, by, domain.stores.members)
      return { status: 200, body: presentMember(member) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/members/:account',
    role: 'administrator',
    reach: 'tenant',
    forPeople: true,
    operationId: 'removeMember',
    needsLittleRoom: true,
    summary: 'Remove a member',
    description: 'Their tokens end, and the invitations that they sent. The last owner stays.',
    schema: { params: BY_ACCOUNT, response: { 204: Type.Null() } },
    async handle({ principal, domain, params, act }) {
      await removeMember(params.account, { act, by: principal.account }, domain.stores.members)
      return { status: 204, body: null }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/tenant/leave',
    role: 'auditor',
    reach: 'anywhere',
    forPeople: true,
    operationId: 'leaveTenant',
    summary: 'Leave the tenant',
    description: 'Your tokens for it end. The last owner stays.',
    schema: { response: { 204: Type.Null() } },
    async handle({ principal, domain, act }) {
      await leaveTenant({ act, by: principal.account }, domain.stores.members)
      return { status: 204, body: null }
    },
  }),
]

function presentMember({ id, email, name, roles, since }: StoredMember) {
  return { account: id, email, name, roles, since: toTimestamp(since) }
}
