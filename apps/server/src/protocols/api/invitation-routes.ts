import {
  AcceptedInvitation,
  AcceptInvitation,
  Id,
  type Invitation,
  InvitationPage,
  Invite,
  ListQuery,
  LookAtInvitation,
  SentInvitation,
  ShownInvitation,
  toTimestamp,
} from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import type { Invitation as StoredInvitation } from '../../accounts/invitation-store.ts'
import {
  acceptInvitation,
  invite,
  lookAtInvitation,
  type MintedInvitation,
  removeInvitation,
  renewInvitation,
} from '../../accounts/invitations.ts'
import { aboveRoute } from './above-domain.ts'
import { type ApiDomain, route } from './api-domain.ts'

const BY_ID = Type.Object({ id: Id })

export const INVITATION_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/invitations',
    role: 'auditor',
    reach: 'tenant',
    operationId: 'listInvitations',
    summary: 'List invitations',
    schema: { querystring: ListQuery, response: { 200: InvitationPage } },
    async handle({ domain, query }) {
      const page = await domain.stores.invitations.list(query)
      return { status: 200, body: { ...page, items: page.items.map(presentInvitation) } }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/invitations',
    role: 'administrator',
    reach: 'tenant',
    forPeople: true,
    operationId: 'invite',
    summary: 'Invite somebody',
    description:
      'For 7 days. The link goes out by mail; where no mail leaves it is shown once, here: pass it on. Another invitation to the same address for the same scope ends. Owners invite to any role, administrators to all but owner.',
    schema: { body: Invite, response: { 201: SentInvitation } },
    creates: {
      async present({ domain }, id) {
        const invitation = await domain.stores.invitations.find(id)
        if (invitation === undefined) throw new Refusal('not-found', 'There is no such invitation.')
        const { delivers: mailed } = domain.mail
        const note = `The link was given out once. POST /api/v1/invitations/${id}/resend makes a new one, and ends it.`
        return { ...sent({ invitation: presentInvitation(invitation), mailed, note }), location: locationOf(id) }
      },
    },
    async handle({ principal, domain, act, body }) {
      const minted = await invite(body, { act, by: principal.account }, inviterOf(domain))
      return { ...sent(withLink(minted, domain)), location: locationOf(minted.invitation.id) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/invitations/:id/resend',
    role: 'administrator',
    reach: 'tenant',
    forPeople: true,
    operationId: 'resendInvitation',
    summary: 'Make a new link for an invitation',
    description:
      'It goes out by mail, or is shown once, as at first; it lives 7 days from now, and the one before ends.',
    schema: { params: BY_ID, response: { 200: SentInvitation } },
    async handle({ principal, domain, params, act }) {
      const minted = await renewInvitation(params.id, { act, by: principal.account }, inviterOf(domain))
      return { status: 200, body: withLink(minted, domain) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/invitations/:id',
    role: 'administrator',
    reach: 'tenant',
    forPeople: true,
    operationId: 'removeInvitation',
    needsLittleRoom: true,
    summary: 'Take an invitation back',
    schema: { params: BY_ID, response: { 204: Type.Null() } },
    async handle({ principal, domain, params, act }) {
      await removeInvitation(params.id, { act, by: principal.account }, inviterOf(domain))
      return { status: 204, body: null }
    },
  }),
  aboveRoute({
    method: 'POST',
    path: '/api/v1/invitations/look',
    role: 'anyone',
    operationId: 'lookAtInvitation',
    summary: 'Show what a link invites to',
    description: 'A POST, so that what opens the door stands in no address and in no log.',
    schema: { body: LookAtInvitation, response: { 200: ShownInvitation } },
    async handle({ domain, act, body }) {
      const open = await lookAtInvitation(body.token, act.at, domain)
      const { email, role, bound, provider, tenantName, inviterName, authorityName, addressKnown, expiresAt } = open
      const shown = {
        tenant: tenantName,
        ...(inviterName !== undefined && { invitedBy: inviterName }),
        email,
        role,
        ...(authorityName !== undefined && { authority: authorityName }),
        bound,
        ...(provider !== undefined && { provider }),
        expiresAt: toTimestamp(expiresAt),
        accountExists: addressKnown,
      }
      return { status: 200, body: shown }
    },
  }),
  aboveRoute({
    method: 'POST',
    path: '/api/v1/invitations/accept',
    role: 'anyone',
    operationId: 'acceptInvitation',
    summary: 'Accept an invitation',
    description: 'Signed in; or, for who has no account, with a name and a password for a new one. Once.',
    schema: { body: AcceptInvitation, response: { 200: AcceptedInvitation } },
    async handle({ domain, act, body: { token, account }, caller }) {
      const accepted = await acceptInvitation(token, acceptorOf(caller, account), act, domain)
      const { tenant, role, authority } = accepted.invitation
      const body = { account: accepted.account, tenant, role, ...(authority !== undefined && { authority }) }
      return { status: 200, body }
    },
  }),
]

/** Who accepts. Throws `Refusal` for nobody, and for both. */
function acceptorOf<SignedIn, Newcomer>(signedIn: SignedIn | undefined, newcomer: Newcomer | undefined) {
  if (signedIn !== undefined && newcomer === undefined) return { signedIn }
  if (signedIn === undefined && newcomer !== undefined) return { newcomer }
  if (signedIn === undefined) {
    throw new Refusal('unauthenticated', 'Sign in to accept, or give a name and a password for a new account.')
  }
  const detail = 'Leave it out, or sign out first.'
  throw new Refusal('malformed', 'You are signed in: an invitation is accepted by the account you have.', [
    { field: '/account', detail },
  ])
}

function inviterOf({ stores, door, random, mail, url }: ApiDomain) {
  const namesFor = async ({ invitedBy, authority }: StoredInvitation) => {
    const [tenant, inviter, ca] = await Promise.all([
      stores.self.show(),
      stores.members.find(invitedBy),
      authority === undefined ? undefined : stores.authorities.find(authority),
    ])
    return {
      tenantName: tenant?.name ?? '',
      ...(inviter !== undefined && { inviterName: inviter.name }),
      ...(ca !== undefined && { authorityName: ca.name }),
    }
  }
  return { invitations: stores.invitations, newId: door.newId, random, mail, url, namesFor }
}

/** Where mail leaves, the link is for who is invited alone. */
function withLink({ invitation, link }: MintedInvitation, { mail: { delivers: mailed } }: ApiDomain) {
  return { invitation: presentInvitation(invitation), mailed, ...(!mailed && { link }) }
}

function sent(body: SentInvitation) {
  return { status: 201, body } as const
}

function locationOf(id: string): string {
  return `/api/v1/invitations/${id}`
}

function presentInvitation({ tenant: _tenant, createdAt, expiresAt, ...same }: StoredInvitation): Invitation {
  return { ...same, createdAt: toTimestamp(createdAt), expiresAt: toTimestamp(expiresAt) }
}
