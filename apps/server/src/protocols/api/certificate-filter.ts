import { fromTimestamp } from '@chancery/api'
import type { CertificateFilter } from '../../certificates/certificate-register.ts'

/** The filter that the query of a list says. */
export function filterOf({
  fingerprint,
  expiresFrom,
  expiresTo,
  ...same
}: Omit<CertificateFilter, 'fingerprint' | 'expiresFrom' | 'expiresTo'> & {
  readonly fingerprint?: string
  readonly expiresFrom?: string
  readonly expiresTo?: string
}): CertificateFilter {
  return {
    ...same,
    ...(fingerprint !== undefined && { fingerprint: Uint8Array.fromHex(fingerprint.replaceAll(':', '')) }),
    ...(expiresFrom !== undefined && { expiresFrom: fromTimestamp(expiresFrom) }),
    ...(expiresTo !== undefined && { expiresTo: fromTimestamp(expiresTo) }),
  }
}
