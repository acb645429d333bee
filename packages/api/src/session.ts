import { type Static, Type } from 'typebox'
import { closed, listOf, wordOf } from './closed.ts'
import { ref } from './named.ts'

/** What a member may do, from most to least. */
export const RoleName = wordOf(['owner', 'administrator', 'officer', 'auditor'], { description: 'From most to least.' })

export const ScopedRole = closed(
  {
    role: RoleName,
    authority: Type.Optional(Type.String({ description: 'The CA that the role is for. Absent: the whole tenant.' })),
  },
  { $id: 'ScopedRole', description: 'A role, and where it counts.' },
)
export type ScopedRole = Static<typeof ScopedRole>

export const Session = closed(
  {
    account: Type.String(),
    tenant: Type.String(),
    token: Type.Optional(Type.String({ description: 'The id of the API token of this call.' })),
    roles: listOf(ref(ScopedRole)),
  },
  { $id: 'Session', description: 'Who calls, and what they may do.' },
)
export type Session = Static<typeof Session>
