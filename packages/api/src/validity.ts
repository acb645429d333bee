import { type Static, Type } from 'typebox'
import { closed } from './closed.ts'
import { Timestamp } from './values.ts'

const MOST_DAYS = 36_525

const LENGTH = {
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_DAYS, description: 'So many days of 24 hours.' })),
  hours: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_DAYS * 24, description: 'So many hours.' })),
}

export const Duration = closed(LENGTH, {
  $id: 'Duration',
  description: 'A length of time: either `days` or `hours`.',
})
export type Duration = Static<typeof Duration>

export const RequestedValidity = closed(
  {
    ...LENGTH,
    notBefore: Type.Optional(Timestamp),
    notAfter: Type.Optional(Timestamp),
  },
  {
    $id: 'RequestedValidity',
    description:
      'When a certificate is to be valid: for `days` or `hours` from its issuance, or from `notBefore` to `notAfter`, both given. Parts of a second are cut off.',
  },
)
export type RequestedValidity = Static<typeof RequestedValidity>
