import { type Static, Type } from 'typebox'
import { closed, lineOfText, listOf } from './closed.ts'
import { ref } from './named.ts'
import { ScopedRole } from './session.ts'
import { Id, Timestamp } from './values.ts'

const NAME = lineOfText(100, 'A name, for people.')

export const Account = closed(
  {
    id: Id,
    email: Type.String(),
    name: Type.String(),
    operator: Type.Boolean({ description: 'Runs the installation. It gives no right inside a tenant.' }),
    secondFactor: Type.Boolean({ description: 'Whether signing in by password asks for a code too.' }),
    createdAt: Timestamp,
    tenants: listOf(closed({ id: Id, name: Type.String(), roles: listOf(ref(ScopedRole)) }), {
      description: 'Those that the account is a member of.',
    }),
  },
  { $id: 'Account', description: 'Who is signed in.' },
)
export type Account = Static<typeof Account>

export const Rename = closed({ name: NAME }, { $id: 'Rename', description: 'What something is to be called.' })

export const Tenant = closed(
  { id: Id, name: Type.String(), createdAt: Timestamp },
  { $id: 'Tenant', description: 'An organization, with its own CAs and members.' },
)
export type Tenant = Static<typeof Tenant>
