import { Type } from 'typebox'
import { closed, lineOfText, listOf, wordOf } from './closed.ts'
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

const count = (description: string) => Type.Integer({ minimum: 0, description })

export const InstallationRestore = closed(
  {
    backup: Id,
    engine: wordOf(['sqlite', 'postgres'], { description: 'What the backup is of; it is put back on the same.' }),
    backupMadeAt: { ...Timestamp, description: 'All that was acknowledged before is there.' },
    restoredAt: { ...Timestamp, description: 'What happened between the two moments may be missing.' },
    newestRecordAt: Type.Optional({
      ...Timestamp,
      description: 'The last act in the backup was recorded then; absent when there is none.',
    }),
    held: closed(
      {
        tenants: count('How many.'),
        authorities: count('CAs that are not deleted.'),
        certificates: count('Issued.'),
        openIntents: count('Issuances that the start of the server finished, with the same bytes.'),
        pendingRequests: count('Requests that waited for an answer.'),
        validTokens: count('API tokens that were neither revoked nor expired.'),
      },
      { description: 'What was in the backup.' },
    ),
    mayBeMissing: listOf(
      closed({
        what: Type.String({ description: 'One word for it, e.g. `revocations`.' }),
        meaning: Type.String({ description: 'What it means, and what to do about it.' }),
      }),
      {
        description:
          'The list that `chancery restore` prints. Nobody can know what is missing, so it is the same for all.',
      },
    ),
  },
  { $id: 'InstallationRestore', description: 'A backup that was put back.' },
)
export const InstallationRestores = closed(
  { items: listOf(ref(InstallationRestore)) },
  { $id: 'InstallationRestores', description: 'The restores of the installation, newest first.' },
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
