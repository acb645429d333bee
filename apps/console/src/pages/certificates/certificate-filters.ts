import type { InputOf } from '../../api/call-api.ts'

export const STATUSES = ['valid', 'expired', 'revoked', 'held'] as const

/** The filters of the list, as they stand in its address. */
export interface CertificateFilters {
  readonly ca?: string | undefined
  /** A name, a serial number or a fingerprint, as somebody types it. */
  readonly name?: string | undefined
  readonly status?: (typeof STATUSES)[number] | undefined
  readonly template?: string | undefined
  /** Within so many days from now; of what is valid. */
  readonly ends?: string | undefined
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

type Query = InputOf<'exportCertificates'>['query']

/** What the API is asked for. `now` counts by the hour: the same filters ask the same for a while. */
export function queryOf({ ca, name, status, template, ends }: CertificateFilters, now: number): Query {
  const days = Number(ends)
  const hour = Math.floor(now / HOUR) * HOUR
  return {
    ...(ca !== undefined && { authority: ca }),
    ...(template !== undefined && { template }),
    ...(status !== undefined && { status }),
    ...(name !== undefined && lookedFor(name.trim())),
    ...(Number.isInteger(days) &&
      days > 0 && {
        expiresFrom: new Date(hour).toISOString(),
        expiresTo: new Date(hour + days * DAY).toISOString(),
        status: status ?? 'valid',
      }),
  }
}

/** Digits of a serial number or fingerprint are looked for as such; anything else is the beginning of a name. */
function lookedFor(text: string): Pick<Query, 'name' | 'serialNumber' | 'fingerprint'> {
  const digits = text.replaceAll(/[:\s]/g, '')
  if (!/^[0-9a-f]{16,}$/i.test(digits)) return text === '' ? {} : { name: text }
  return digits.length === 64 ? { fingerprint: digits } : { serialNumber: digits }
}
