import { type Static, Type } from 'typebox'
import { closed, listOf } from './closed.ts'
import { Email } from './members.ts'

const DAYS = {
  ...listOf(Type.Integer({ minimum: 1, maximum: 365 }), { minItems: 1, maxItems: 6, uniqueItems: true }),
  description:
    'How many days before the end somebody is told, once for each. A number that lies in the first half of the life of a certificate does not count for it.',
}
const CONTACTS = {
  ...listOf(Email, { maxItems: 10 }),
  description: 'Who is told of all that expires, beside who asked for it: one mail a day at the most.',
}

const NOTICES = {
  expiring: Type.Boolean({ description: 'Whether anybody is told before a certificate expires.' }),
  days: DAYS,
  requester: Type.Boolean({
    description:
      'Whether who asked for a certificate is told that it expires, where a confirmed address of theirs is known.',
  }),
  certificateAddresses: Type.Boolean({
    description: 'Whether mail addresses that stand in a certificate are told that it expires.',
  }),
  contacts: CONTACTS,
  revoked: Type.Boolean({
    description: 'Whether who asked for a certificate is told that it was revoked, put on hold, or is good again.',
  }),
}

export const NoticeSettings = closed(NOTICES, {
  $id: 'NoticeSettings',
  description: 'What the tenant has people told about certificates.',
})
export type NoticeSettings = Static<typeof NoticeSettings>

export const ChangeNoticeSettings = closed(
  {
    expiring: Type.Optional(NOTICES.expiring),
    days: Type.Optional(DAYS),
    requester: Type.Optional(NOTICES.requester),
    certificateAddresses: Type.Optional(NOTICES.certificateAddresses),
    contacts: Type.Optional(CONTACTS),
    revoked: Type.Optional(NOTICES.revoked),
  },
  { $id: 'ChangeNoticeSettings', description: 'What is left out stays as it is.' },
)
export type ChangeNoticeSettings = Static<typeof ChangeNoticeSettings>
