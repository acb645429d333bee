import { Type } from 'typebox'
import { closed, lineOfText } from './closed.ts'
import { Email } from './members.ts'
import { ref } from './named.ts'
import { pageOf } from './page.ts'
import { Id, Timestamp } from './values.ts'

export const InstallationSettings = closed(
  {
    openRegistration: Type.Boolean({
      description: 'Whether strangers may make accounts. Off unless it is switched on.',
    }),
  },
  { $id: 'InstallationSettings', description: 'What holds for the whole installation.' },
)

export const InstallationHealth = closed(
  {
    ready: Type.Boolean(),
    parts: Type.Record(Type.String(), Type.Enum(['ready', 'failing']), {
      description: 'What has to work for the server to do its work.',
    }),
  },
  { $id: 'InstallationHealth', description: 'Which parts of the server work.' },
)

export const TenantSummary = closed(
  { id: Id, name: Type.String(), createdAt: Timestamp, members: Type.Integer({ description: 'How many.' }) },
  { $id: 'TenantSummary', description: 'A tenant as operators see it: nothing of what is in it.' },
)
export const TenantPage = pageOf('TenantPage', ref(TenantSummary))

export const CreateTenant = closed(
  { name: lineOfText(100, 'What the tenant is called.'), owner: Email },
  { $id: 'CreateTenant', description: 'A tenant for an account that there is.' },
)

export const Operator = closed(
  { account: Id, email: Type.String(), name: Type.String() },
  { $id: 'Operator', description: 'Somebody who runs the installation.' },
)
export const OperatorPage = pageOf('OperatorPage', ref(Operator))

export const NameOperator = closed(
  { email: Email },
  { $id: 'NameOperator', description: 'Whose account is to run the installation.' },
)
