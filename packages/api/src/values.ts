import { Type } from 'typebox'

/** An id of anything that Chancery stores: 26 characters that sort by time of making. An address of a row, never a credential. */
export const Id = Type.String({
  pattern: '^[0-7][0-9a-hjkmnp-tv-z]{25}$',
  description: 'An id: 26 characters of Crockford base 32 in lower case, sorting by time of making.',
  examples: ['01jd9z8k6w3v5x7y9b1c3d5f7h'],
})

/** A moment, RFC 3339 §5.6: always in UTC when we write it. */
export const Timestamp = Type.String({
  format: 'date-time',
  description: 'A moment as RFC 3339 writes it, e.g. 2026-11-24T09:30:00.000Z.',
})

/** One or more PEM blocks, RFC 7468. */
export const Pem = Type.String({ maxLength: 1_000_000, description: 'PEM, RFC 7468.' })

/** Bytes in base64 with padding, RFC 4648 §4. */
export const Base64 = Type.String({
  maxLength: 10_000_000,
  pattern: '^[A-Za-z0-9+/]*={0,2}$',
  description: 'Bytes in base64.',
})

/** Milliseconds since the epoch, as the API writes them. */
export function toTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** The milliseconds of a text that `Timestamp` accepted. Throws `RangeError` for any other text. */
export function fromTimestamp(timestamp: string): number {
  const milliseconds = Date.parse(timestamp)
  if (Number.isNaN(milliseconds)) throw new RangeError('not an RFC 3339 timestamp')
  return milliseconds
}
