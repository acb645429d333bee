import { type Static, Type } from 'typebox'
import { closed, wordOf } from './closed.ts'
import { ref } from './named.ts'
import { PAGE_QUERY, pageOf } from './page.ts'
import { Base64, Id, Timestamp } from './values.ts'

const Digest = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 in hexadecimal.' })
const Position = Type.Integer({ minimum: 0 })

export const AuditRecord = closed(
  {
    id: Id,
    at: Timestamp,
    actor: wordOf(['account', 'acme-account', 'stranger', 'system', 'command-line'], {
      description:
        'A person or program with an account, one with an account of ACME, one without, the installation itself, or somebody with a shell on its machine.',
    }),
    account: Type.Optional(Type.String({ description: 'Whose account acted.' })),
    token: Type.Optional(Type.String({ description: 'The id of the API token that acted.' })),
    action: Type.String({ description: 'Noun and verb.', examples: ['certificate.revoke'] }),
    object: closed({ type: Type.String(), id: Type.String() }, { description: 'What was acted upon.' }),
    details: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
    ),
    seal: Type.Optional(
      Type.Integer({
        description: 'The number of the seal that it is under; absent for the seconds until it is sealed.',
      }),
    ),
  },
  { $id: 'AuditRecord', description: 'What somebody did. It was written in the transaction in which it was done.' },
)
export type AuditRecord = Static<typeof AuditRecord>

export const AuditRecordPage = pageOf('AuditRecordPage', ref(AuditRecord))

export const AuditRange = {
  from: Type.Optional(Timestamp),
  to: Type.Optional(Timestamp),
}

export const AuditQuery = Type.Object({
  ...PAGE_QUERY,
  ...AuditRange,
  action: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Exactly this action.' })),
  account: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'The id of the account that acted.' }),
  ),
  object: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'The id of what was acted upon.' })),
})

export const AuditSeal = closed(
  {
    records: Type.Integer({ minimum: 0, description: 'How many records of the tenant are sealed.' }),
    unsealed: Type.Integer({ minimum: 0, description: 'How many wait for it, counted up to 10,000.' }),
    newest: Type.Optional(
      closed(
        {
          ...{ number: Position, first: Position, last: Position, firstAt: Timestamp, lastAt: Timestamp },
          ...{ sealedAt: Timestamp, link: Digest, previous: Digest, digest: Digest },
          ...{ key: Type.String({ description: 'The id of the key that signed it.' }), signature: Base64 },
        },
        {
          description:
            'The newest seal of the tenant. Keep its `number` and `digest` elsewhere: nobody can take them back.',
        },
      ),
    ),
  },
  { $id: 'AuditSeal', description: 'How far the audit of a tenant is sealed. docs/audit.md says what a seal proves.' },
)
export type AuditSeal = Static<typeof AuditSeal>
