import { encodeTbsCertificate, equalBytes } from '@chancery/x509'
import { isForServers } from '../lint-view.ts'
import { lengthOf } from '../validity.ts'
import type { Lint } from './lint-row.ts'

const DAY = 86_400_000

export const validityEndsAfterItBegins: Lint = {
  cites: 'RFC 5280 §4.1.2.5',
  requires: 'A validity ends after it begins.',
  check: ({ certificate: { notBefore, notAfter } }) => notAfter > notBefore,
}

export const validityIsWithinIssuers: Lint = {
  cites: 'RFC 5280 §6.1.3',
  requires: 'A certificate lives within the validity of its issuer: a path is valid while all its certificates are.',
  check: ({ certificate, issuer }) =>
    certificate.notBefore >= issuer.notBefore && certificate.notAfter <= issuer.notAfter,
}

/**
 * Times through 2049 as UTCTime, version and unique identifiers as the standard has them: all of it shows when what was read is
 * written again.
 */
export const encodingIsTheOnlyOne: Lint = {
  cites: 'RFC 5280 §4.1.2.5',
  requires: 'Dates through 2049 are UTCTime, later ones GeneralizedTime; there are no unique identifiers.',
  check: ({ certificate, tbs }) => equalBytes(encodeTbsCertificate(certificate), tbs),
}

export const serverValidityIsAccepted: Lint = {
  cites: 'Apple HT210176',
  requires:
    'Server certificates are valid for at most 825 days: Apple systems accept no longer ones, of private CAs too.',
  severity: 'warning',
  check: (view) => view.isCa || !isForServers(view) || lengthOf(view.certificate) <= 825 * DAY,
}
