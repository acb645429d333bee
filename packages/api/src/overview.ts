import { type Static, Type } from 'typebox'
import { closed, listOf, wordOf } from './closed.ts'
import { ref } from './named.ts'
import { Id, Timestamp } from './values.ts'

const Count = Type.Integer({ minimum: 0 })

export const DayCount = closed(
  { from: Timestamp, count: Count },
  { $id: 'DayCount', description: 'How many in the 24 hours from that moment on.' },
)

export const Overview = closed(
  {
    ending: listOf(ref(DayCount), {
      description:
        'How many certificates end, on each day from now on. Neither those that were revoked or are on hold nor those that ended before.',
    }),
    endedLately: Type.Integer({
      minimum: 0,
      description: 'How many ended in the 30 days before, and were not revoked.',
    }),
    issued: listOf(ref(DayCount), { description: 'How many were issued, on each of the last 30 days, oldest first.' }),
    ways: closed(
      {
        counted: Type.Integer({ minimum: 0, description: 'How many of the newest were looked at: 2,000 at the most.' }),
        by: listOf(
          closed({
            by: Type.String({ description: 'The `by` of its evidence; `import`: issued before its CA came here.' }),
            count: Count,
          }),
          { description: 'Most first.' },
        ),
      },
      { description: 'By which ways the newest of the last 30 days came.' },
    ),
    waiting: closed(
      {
        requests: Type.Integer({ minimum: 0, description: 'Counted up to 200.' }),
        more: Type.Boolean({ description: 'Whether there are more than were counted.' }),
        oldest: Type.Optional(Timestamp),
      },
      { description: 'Requests that wait for somebody.' },
    ),
  },
  { $id: 'Overview', description: 'A look at what CAs issued, and what is to be done.' },
)
export type Overview = Static<typeof Overview>

export const OverviewQuery = Type.Object({ authority: Type.Optional(Id) })

export const AttentionItem = closed(
  {
    authority: Id,
    name: Type.String({ description: 'Of the CA.' }),
    kind: wordOf(
      [
        ...(['awaiting-certificate', 'ca-ended', 'ca-ends', 'cuts-short', 'crl-overdue', 'crl-missing'] as const),
        ...(['responder-overdue', 'responder-missing'] as const),
      ],
      { description: '`cuts-short`: certificates from its templates would outlive it, and end with it.' },
    ),
    severity: wordOf(['error', 'warning'], { description: '`error`: somebody is refused because of it, now.' }),
    detail: Type.String({ description: 'What is the matter, and what to do.' }),
    at: Type.Optional(Timestamp),
  },
  { $id: 'AttentionItem', description: 'Something about a CA that needs somebody.' },
)
export type AttentionItem = Static<typeof AttentionItem>

export const Attention = closed(
  { items: listOf(ref(AttentionItem), { description: 'Errors first.' }) },
  { $id: 'Attention', description: 'What needs somebody, of the CAs that the caller may see.' },
)

export const HistoryItem = closed(
  {
    at: Timestamp,
    action: Type.String({ description: 'As in the audit, e.g. `certificate.revoke`.' }),
    actor: wordOf(['account', 'acme-account', 'stranger', 'system', 'command-line']),
    account: Type.Optional(Id),
    name: Type.Optional(Type.String({ description: 'What the person is called, while they are a member.' })),
    token: Type.Optional(Id),
    tokenName: Type.Optional(Type.String({ description: 'What the API token was called.' })),
    details: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
    ),
  },
  { $id: 'HistoryItem', description: 'What somebody did with a certificate or with the request for it.' },
)
export type HistoryItem = Static<typeof HistoryItem>

export const CertificateHistory = closed(
  { items: listOf(ref(HistoryItem), { description: 'Oldest first; the newest 200.' }) },
  { $id: 'CertificateHistory', description: 'How a certificate came about, and what became of it.' },
)
