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

const DATE_TIME = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i

/** Whether a text is a moment that we can hold: RFC 3339 §5.6, on a day that exists, without leap seconds. */
export function isTimestamp(text: string): boolean {
  const date = DATE_TIME.exec(text)?.[1]
  if (date === undefined || Number.isNaN(Date.parse(text))) return false
  const midnight = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date)
}

/** The milliseconds of a text that `isTimestamp` accepts. Throws `RangeError` for any other text. */
export function fromTimestamp(timestamp: string): number {
  if (!isTimestamp(timestamp)) throw new RangeError('not an RFC 3339 timestamp')
  return Date.parse(timestamp)
}
