import { Refusal } from '@chancery/pki'
import { type Act, recordOf } from '../audit/audit-record.ts'
import { checkHandOut, describeRoles } from './hand-out.ts'
import type { AtStake, Member, MemberStore } from './member-store.ts'
import type { ScopedRole } from './roles.ts'

/** A change of members, by somebody who is signed in. */
export interface MemberAct {
  readonly act: Act
  /** The account that does it. */
  readonly by: string
}

/**
 * Gives a member other roles. Throws `Refusal`: 'not-found' for no member or no CA, 'forbidden' for roles that are not theirs to
 * give or take, 'conflict' for the last owner, 'malformed' for a scope that is named twice.
 */
export async function changeMember(
  account: string,
  roles: readonly ScopedRole[],
  { act, by }: MemberAct,
  members: MemberStore,
): Promise<Member> {
  checkOncePerScope(roles)
  const changed = await members.setRoles({ account, by, roles, at: act.at }, (at) => {
    checkHandOut(at.by, [...at.of, ...roles])
    if (!roles.some(isOwner)) checkOwnerStays(at)
    return recordOf(act, {
      action: 'member.change',
      object: { type: 'account', id: account },
      details: { roles: describeRoles(roles), before: describeRoles(at.of) },
    })
  })
  const member = changed ? await members.find(account) : undefined
  if (member === undefined) throw noMember()
  return member
}

/** Ends a membership, with its tokens and invitations. Throws `Refusal`: 'not-found', 'forbidden', 'conflict' for the last owner. */
export async function removeMember(account: string, { act, by }: MemberAct, members: MemberStore): Promise<void> {
  const removed = await members.setRoles({ account, by, roles: [], at: act.at }, (at) => {
    checkHandOut(at.by, at.of)
    checkOwnerStays(at)
    return recordOf(act, {
      action: 'member.remove',
      object: { type: 'account', id: account },
      details: { before: describeRoles(at.of) },
    })
  })
  if (!removed) throw noMember()
}

/** Ends one's own membership. Throws `Refusal` 'conflict' for the last owner. */
export async function leaveTenant({ act, by }: MemberAct, members: MemberStore): Promise<void> {
  const left = await members.setRoles({ account: by, by, roles: [], at: act.at }, (at) => {
    checkOwnerStays(at)
    return recordOf(act, {
      action: 'member.leave',
      object: { type: 'account', id: by },
      details: { before: describeRoles(at.of) },
    })
  })
  if (!left) throw noMember()
}

/** A tenant without an owner could never be handed to anybody. */
function checkOwnerStays({ of, otherOwners }: AtStake): void {
  if (otherOwners || !of.some(isOwner)) return
  throw new Refusal('conflict', 'The last owner of a tenant stays: make another member an owner first.')
}

function isOwner({ role, authority }: ScopedRole): boolean {
  return role === 'owner' && authority === undefined
}

function checkOncePerScope(roles: readonly ScopedRole[]): void {
  const scopes = new Set(roles.map(({ authority }) => authority))
  if (scopes.size === roles.length) return
  const detail = 'Name each certificate authority once, and the whole tenant once.'
  throw new Refusal('malformed', 'A member has one role for each scope.', [{ field: '/roles', detail }])
}

function noMember(): Refusal {
  return new Refusal('not-found', 'There is no such member.')
}
