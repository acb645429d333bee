import { type Static, Type } from 'typebox'
import { closed, wordOf } from './closed.ts'

export const Session = closed(
  {
    account: Type.String(),
    tenant: Type.String(),
    token: Type.Optional(Type.String({ description: 'The id of the API token of this call.' })),
    role: wordOf(['owner', 'administrator', 'officer', 'auditor'], { description: 'From most to least.' }),
    authority: Type.Optional(Type.String({ description: 'The CA that the role is for. Absent: the whole tenant.' })),
  },
  { $id: 'Session', description: 'Who calls, and what they may do.' },
)
export type Session = Static<typeof Session>
