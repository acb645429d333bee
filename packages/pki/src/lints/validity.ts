import { isForServers } from '../lint-view.ts'
import { lengthOf } from '../validity.ts'
import type { Lint } from './lint-row.ts'

const DAY = 86_400_000

export const validityEndsAfterItBegins: Lint = {
  cites: 'RFC 5280 §4.1.2.5',
  requires: 'A validity ends after it begins.',
  field: 'validity',
  check: ({ certificate: { notBefore, notAfter } }) => notAfter > notBefore || 'Choose a later end.',
}

export const validityIsWithinIssuers: Lint = {
  cites: 'RFC 5280 §6.1.3',
  requires: 'A certificate lives within the validity of its issuer: a path is valid while all its certificates are.',
  field: 'validity',
  check: ({ certificate, issuer }) =>
    (certificate.notBefore >= issuer.notBefore && certificate.notAfter <= issuer.notAfter) ||
    `The issuer’s is from ${momentOf(issuer.notBefore)} to ${momentOf(issuer.notAfter)}.`,
}

/** A CA above can be renewed with its key in time, so this stops nothing. */
export const validityIsWithinChains: Lint = {
  cites: 'RFC 5280 §6.1.3',
  requires: 'A certificate ends before the CAs above it do, unless these are renewed.',
  field: 'validity',
  severity: 'warning',
  check: ({ certificate, issuer }) => certificate.notAfter <= issuer.chainEnds,
}

export const datesHaveTheFormOfTheirYear: Lint = {
  cites: 'RFC 5280 §4.1.2.5',
  requires: 'Dates through 2049 are UTCTime, later ones GeneralizedTime.',
  field: 'validity',
  check: ({ certificate, tbs }) => {
    // The decoder takes both forms. Validity stands behind the issuer: SEQUENCE, length, then two times of a short
    // length each.
    const first = endOf(certificate.issuer.der, tbs) + 2
    const second = first + 2 + (tbs[first + 1] ?? 0)
    return tbs[first] === timeTag(certificate.notBefore) && tbs[second] === timeTag(certificate.notAfter)
  },
}

export const thereAreNoUniqueIdentifiers: Lint = {
  cites: 'RFC 5280 §4.1.2.8',
  requires: 'Certificates have no unique identifiers.',
  field: 'subjectUniqueID',
  check: ({ certificate, tbs }) => {
    // Extensions, [3], follow the key at once.
    const next = tbs[endOf(certificate.publicKey.der, tbs)]
    if (next === undefined || next === 0xa3) return true
    const field = next === 0x81 ? 'issuerUniqueID' : 'subjectUniqueID'
    return { field, detail: `Leave ${field} out.` }
  },
}

export const serverValidityIsAccepted: Lint = {
  cites: 'Apple HT210176',
  requires:
    'Server certificates are valid for at most 825 days: Apple systems accept no longer ones, of private CAs too.',
  field: 'validity',
  severity: 'warning',
  check: (view) => view.isCa || !isForServers(view) || lengthOf(view.certificate) <= 825 * DAY,
}

/** Where a part ends in the bytes that it is a view of. */
function endOf(part: Uint8Array, whole: Uint8Array): number {
  return part.byteOffset - whole.byteOffset + part.length
}

function momentOf(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

function timeTag(at: number): number {
  return at < FIRST_GENERALIZED_TIME ? UTC_TIME : GENERALIZED_TIME
}
const FIRST_GENERALIZED_TIME = Date.UTC(2050, 0)
const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18
