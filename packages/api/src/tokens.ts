import { type Static, Type } from 'typebox'
import { closed, lineOfText } from './closed.ts'
import { ref } from './named.ts'
import { pageOf } from './page.ts'
import { RoleName } from './session.ts'
import { Id, Timestamp } from './values.ts'

export const ApiToken = closed(
  {
    id: Id,
    account: Id,
    name: Type.String(),
    role: RoleName,
    authority: Type.Optional(Type.String({ description: 'The CA that it is for. Absent: the whole tenant.' })),
    createdAt: Timestamp,
    expiresAt: Timestamp,
    lastUsedAt: Type.Optional(Timestamp),
    revokedAt: Type.Optional(Timestamp),
  },
  { $id: 'ApiToken', description: 'An API token, never with its secret.' },
)
export type ApiToken = Static<typeof ApiToken>
export const ApiTokenPage = pageOf('ApiTokenPage', ref(ApiToken))

export const CreateToken = closed(
  {
    name: lineOfText(100, 'What it is for.'),
    role: RoleName,
    authority: Type.Optional(Id),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_650, default: 90, description: 'How long it lives.' })),
  },
  { $id: 'CreateToken', description: 'A token for programs that act for you. Never more than you may yourself.' },
)

export const CreatedToken = closed(
  {
    token: ref(ApiToken),
    secret: Type.Optional(
      Type.String({
        description: 'Send it as `Authorization: Bearer …`. Shown once: a repeated call does not show it again.',
      }),
    ),
    note: Type.Optional(Type.String({ description: 'How to get another one.' })),
  },
  { $id: 'CreatedToken', description: 'A token with its secret.' },
)
export type CreatedToken = Static<typeof CreatedToken>
