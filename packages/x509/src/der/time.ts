import { type Codec, codec, type TaggedCodec, tagged } from './codec.ts'
import { DerError } from './der-error.ts'
import { TAG } from './tag.ts'

/**
 * Times are integer milliseconds since the epoch. X.509 keeps whole seconds in UTC (RFC 5280 §4.1.2.5): milliseconds are dropped
 * when written, fractions and offsets refused when read.
 */
export const utcTime: TaggedCodec<number> = time(TAG.utcTime, 'UTCTime', 'YYMMDDHHMMSSZ', (text) => {
  const year = Number(text.slice(0, 2))
  return `${year < 50 ? 20 : 19}${text}`
})

/** GeneralizedTime as RFC 5280 §4.1.2.5.2 has it: YYYYMMDDHHMMSSZ. */
export const generalizedTime: TaggedCodec<number> = time(
  TAG.generalizedTime,
  'GeneralizedTime',
  'YYYYMMDDHHMMSSZ',
  (text) => text,
)

const FIRST_UTC_TIME = Date.UTC(1950, 0)
const FIRST_GENERALIZED = Date.UTC(2050, 0)

/** Time ::= CHOICE of both: UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5). */
export const time5280: Codec<number> = codec({
  tags: [TAG.utcTime, TAG.generalizedTime],
  write: (out, value) =>
    (value >= FIRST_UTC_TIME && value < FIRST_GENERALIZED ? utcTime : generalizedTime).write(out, value),
  read: (input) => (input.peek() === TAG.generalizedTime ? generalizedTime : utcTime).read(input),
})

/** 99991231235959Z: "no well-defined expiration date" (RFC 5280 §4.1.2.5). */
export const NO_EXPIRATION = Date.UTC(9999, 11, 31, 23, 59, 59)

function time(tag: number, name: string, form: string, withCentury: (text: string) => string): TaggedCodec<number> {
  return tagged(tag, {
    writeContents: (out, value) => {
      if (!(value >= 0 - 62167219200000 && value < NO_EXPIRATION + 1000))
        throw new DerError('a time outside the years 0 to 9999')
      const digits = new Date(value).toISOString().replace(/\..*$|[-:T]/g, '')
      for (let text = `${digits.slice(digits.length + 1 - form.length)}Z`, at = text.length - 1; at >= 0; at--)
        out.octet(text.charCodeAt(at))
    },
    readContents: (contents) => {
      const text = String.fromCharCode(...contents.rest().subarray(0, 32))
      if (text.length !== form.length || !/^[0-9]+Z$/.test(text))
        throw new DerError(`expected a ${name} of the form ${form}`)
      const [, year, month, day, hour, minute, second] = /^(....)(..)(..)(..)(..)(..)Z$/.exec(withCentury(text)) ?? []
      const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
      const at = Date.parse(iso)
      if (Number.isNaN(at) || new Date(at).toISOString() !== iso) throw new DerError(`a ${name} that is on no calendar`)
      return at
    },
  })
}
