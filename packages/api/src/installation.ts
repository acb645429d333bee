import { type Static, Type } from 'typebox'
import { closed, lineOfText, listOf, wordOf } from './closed.ts'
import { Email } from './members.ts'
import { ref } from './named.ts'
import { PAGE_QUERY, pageOf } from './page.ts'
import { Id, Timestamp } from './values.ts'

export const InstallationSettings = closed(
  {
    openRegistration: Type.Boolean({
      description:
        'Whether strangers may make accounts. Where no mail leaves they learn so whether an address has one already. Off unless it is switched on.',
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

export const MAIL_STATE_WORDS = ['waiting', 'sent', 'refused', 'expired', 'withdrawn'] as const

export const MailState = wordOf(MAIL_STATE_WORDS, {
  $id: 'MailState',
  description:
    '`waiting`: it is sent soon, or tried again. `sent`: a mail server took it. `refused`: a mail server said that it never will. `expired`: what it said was of no use any more before it could be sent. `withdrawn`: a newer one took its place, or what it was about has ended.',
})

export const Mail = closed(
  {
    id: Id,
    tenant: Type.String({ description: 'Whose it is; `installation` for what belongs to no tenant.' }),
    kind: Type.String({ description: 'What it is about, in one word, e.g. `member-invitation`.' }),
    address: Type.String(),
    state: ref(MailState),
    attempts: Type.Integer({ minimum: 0, description: 'How often it was tried.' }),
    problem: Type.Optional(Type.String({ description: 'What the mail server, or the way there, said last.' })),
    createdAt: Timestamp,
    expiresAt: { ...Timestamp, description: 'It is not sent after this.' },
    settledAt: Type.Optional({ ...Timestamp, description: 'When it got its final state.' }),
  },
  { $id: 'Mail', description: 'A mail as operators see it: not what it says. Kept for 30 days after its end.' },
)
export type Mail = Static<typeof Mail>
export const MailPage = pageOf('MailPage', ref(Mail))
export const MailQuery = Type.Object({ ...PAGE_QUERY, state: Type.Optional(wordOf(MAIL_STATE_WORDS)) })

export const TenantMail = closed(
  {
    id: Id,
    kind: Type.String({ description: 'What it is about, in one word, e.g. `claim`.' }),
    address: Type.String(),
    state: ref(MailState),
    attempts: Type.Integer({ minimum: 0, description: 'How often it was tried.' }),
    problem: Type.Optional(Type.String({ description: 'Why it has not arrived, in plain words.' })),
    resendable: Type.Boolean({ description: 'Whether it can be sent again.' }),
    createdAt: Timestamp,
    settledAt: Type.Optional({ ...Timestamp, description: 'When it got its final state.' }),
  },
  { $id: 'TenantMail', description: 'A mail of the tenant: not what it says. Kept for 30 days after its end.' },
)
export type TenantMail = Static<typeof TenantMail>
export const TenantMailPage = pageOf('TenantMailPage', ref(TenantMail))

export const TestMail = closed(
  { to: Type.Optional(Email) },
  { $id: 'TestMail', description: 'Where the test goes: to the account that asks unless another address is given.' },
)
