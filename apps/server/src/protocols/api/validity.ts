import { type Duration as DurationBody, fromTimestamp, type RequestedValidity as ValidityBody } from '@chancery/api'
import { type Duration, Refusal, type RequestedValidity } from '@chancery/pki'

/** A length of time. Throws `Refusal` 'malformed' unless it is given in one unit. `field` is a JSON pointer. */
export function durationOf({ days, hours }: DurationBody, field: string): Duration {
  if (days !== undefined && hours === undefined) return { days }
  if (hours !== undefined && days === undefined) return { hours }
  throw malformed(field, 'Give either "days" or "hours".')
}

/** When a certificate is to be valid. Throws `Refusal` 'malformed' for anything but one way of saying it. */
export function validityOf({ notBefore, notAfter, ...length }: ValidityBody, field = '/validity'): RequestedValidity {
  if (notBefore === undefined && notAfter === undefined) {
    if (length.days === undefined && length.hours === undefined)
      throw malformed(field, 'Give "days", "hours", or both "notBefore" and "notAfter".')
    return durationOf(length, field)
  }
  if (notBefore === undefined || notAfter === undefined || length.days !== undefined || length.hours !== undefined)
    throw malformed(field, 'Give "days", "hours", or both "notBefore" and "notAfter", and nothing else beside.')
  return { notBefore: fromTimestamp(notBefore), notAfter: fromTimestamp(notAfter) }
}

function malformed(field: string, detail: string): Refusal {
  return new Refusal('malformed', detail, [{ field, detail }])
}
