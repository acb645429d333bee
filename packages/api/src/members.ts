import { type Static, Type } from 'typebox'
import { closed, lineOfText, listOf } from './closed.ts'
import { ref } from './named.ts'
import { PAGE_QUERY, pageOf } from './page.ts'
import { RoleName, ScopedRole } from './session.ts'
import { Id, Timestamp } from './values.ts'

/** An address as somebody types it: what is no address is refused by name. */
export const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  description: 'An e-mail address; letter case does not matter.',
})

/** A role as somebody gives it. */
const GivenRole = { role: RoleName, authority: Type.Optional(Id) }

export const Member = closed(
  {
    account: Id,
    email: Type.String(),
    name: Type.String(),
    roles: listOf(ref(ScopedRole), { description: 'One for each scope.' }),
    since: Timestamp,
  },
  { $id: 'Member', description: 'Somebody who may act in the tenant.' },
)
export type Member = Static<typeof Member>
export const MemberPage = pageOf('MemberPage', ref(Member))
export const ListQuery = Type.Object(PAGE_QUERY)

export const ChangeMember = closed(
  { roles: listOf(closed(GivenRole), { minItems: 1, maxItems: 50, description: 'In place of those before.' }) },
  { $id: 'ChangeMember', description: 'Other roles for a member.' },
)

export const Invitation = closed(
  {
    id: Id,
    email: Type.String(),
    role: RoleName,
    authority: Type.Optional(Id),
    bound: Type.Boolean({ description: 'Whether it is for an account with that address only.' }),
    provider: Type.Optional(Type.String({ description: 'How whoever accepts has to be signed in.' })),
    invitedBy: Type.String({ description: 'The account whose rights stand behind it.' }),
    createdAt: Timestamp,
    expiresAt: Timestamp,
  },
  { $id: 'Invitation', description: 'That somebody may come into the tenant.' },
)
export type Invitation = Static<typeof Invitation>
export const InvitationPage = pageOf('InvitationPage', ref(Invitation))

export const Invite = closed(
  {
    email: Email,
    ...GivenRole,
    bound: Type.Optional(
      Type.Boolean({ default: true, description: 'false: whoever has the link may accept, with any account.' }),
    ),
    provider: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9-]{1,40}$',
        description: 'Only for who signs in by this provider, e.g. `google`.',
      }),
    ),
  },
  { $id: 'Invite', description: 'Who is to come in, as what.' },
)

export const SentInvitation = closed(
  {
    invitation: ref(Invitation),
    mailed: Type.Boolean({ description: 'Whether the link goes to who is invited by mail: then nobody else sees it.' }),
    link: Type.Optional(
      Type.String({ description: 'For who is invited. Shown once: a repeated call does not show it again.' }),
    ),
    note: Type.Optional(Type.String({ description: 'How to get another link.' })),
  },
  { $id: 'SentInvitation', description: 'An invitation with its link.' },
)
export type SentInvitation = Static<typeof SentInvitation>

const Secret = Type.String({ minLength: 1, maxLength: 200, description: 'What follows `#` in the link.' })

export const LookAtInvitation = closed(
  { token: Secret },
  { $id: 'LookAtInvitation', description: 'Which invitation is meant.' },
)

export const ShownInvitation = closed(
  {
    tenant: Type.String({ description: 'The name of the tenant.' }),
    invitedBy: Type.Optional(Type.String({ description: 'The name of who invited.' })),
    email: Type.String(),
    role: RoleName,
    authority: Type.Optional(Type.String({ description: 'The name of the CA that the role is for.' })),
    bound: Type.Boolean(),
    provider: Type.Optional(Type.String()),
    expiresAt: Timestamp,
    accountExists: Type.Boolean({ description: 'Whether an account has the address: then sign in to accept.' }),
  },
  { $id: 'ShownInvitation', description: 'What an invitation says to who holds its link.' },
)

export const AcceptInvitation = closed(
  {
    token: Secret,
    account: Type.Optional(
      closed(
        { name: lineOfText(100, 'What the person is called.'), password: Type.String({ maxLength: 1_000 }) },
        { description: 'For who has no account: one with the invited address is made. Not while signed in.' },
      ),
    ),
  },
  { $id: 'AcceptInvitation', description: 'Which invitation is accepted, and by whom.' },
)

export const AcceptedInvitation = closed(
  { account: Id, tenant: Id, role: RoleName, authority: Type.Optional(Id) },
  { $id: 'AcceptedInvitation', description: 'Who is a member now, and what was given.' },
)
