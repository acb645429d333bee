import { EXTENDED_KEY_USAGES, ExtendedKeyUsage, extendedKeyUsageName, OcspNoCheck } from '@chancery/x509'
import { allGood, type Lint } from './lint-row.ts'

const { anyExtendedKeyUsage, OCSPSigning, timeStamping } = EXTENDED_KEY_USAGES

export const purposesAreNotRepeated: Lint = {
  cites: 'Chancery',
  requires: 'No purpose is there twice.',
  field: 'extKeyUsage',
  check: ({ purposes }) =>
    allGood(purposes, (purpose) =>
      purposes.indexOf(purpose) === purposes.lastIndexOf(purpose) ? undefined : `${extendedKeyUsageName(purpose)} is.`,
    ),
}

export const anyPurposeIsNotCritical: Lint = {
  cites: 'RFC 5280 §4.2.1.12',
  requires: 'extKeyUsage is not critical when it has anyExtendedKeyUsage.',
  field: 'extKeyUsage',
  check: ({ purposes, extension }) =>
    !purposes.includes(anyExtendedKeyUsage) ||
    extension(ExtendedKeyUsage)?.critical !== true ||
    'Make it not critical, or leave anyExtendedKeyUsage out.',
}

export const timeStampersDoNothingElse: Lint = {
  cites: 'RFC 3161 §2.3',
  requires: 'timeStamping is the only purpose, in a critical extKeyUsage.',
  field: 'extKeyUsage',
  check: ({ purposes, extension, isCa }) =>
    isCa ||
    !purposes.includes(timeStamping) ||
    (purposes.length === 1 && extension(ExtendedKeyUsage)?.critical === true) ||
    'Leave out the other purposes, and make the extension critical.',
}

/** What answers for revocation is trusted for that alone. */
export const ocspRespondersAreNoCas: Lint = {
  cites: 'RFC 6960 §4.2.2.2',
  requires: 'A certificate with OCSPSigning is given to a responder, not to another CA, and has no other purpose.',
  field: 'extKeyUsage',
  check: ({ purposes, isCa }) =>
    !purposes.includes(OCSPSigning) || (!isCa && purposes.length === 1) || 'Leave OCSPSigning out.',
}

export const ocspRespondersAreNotChecked: Lint = {
  cites: 'RFC 6960 §4.2.2.2.1',
  requires: 'An OCSP responder has ocsp-nocheck: nobody else could answer for it.',
  field: 'ocspNoCheck',
  severity: 'warning',
  check: ({ purposes, extension }) => !purposes.includes(OCSPSigning) || extension(OcspNoCheck) !== undefined,
}

export const noCheckIsForOcspResponders: Lint = {
  cites: 'RFC 6960 §4.2.2.2.1',
  requires: 'Only OCSP responders have ocsp-nocheck.',
  field: 'ocspNoCheck',
  check: ({ purposes, extension }) => purposes.includes(OCSPSigning) || extension(OcspNoCheck) === undefined,
}

/** Windows, OpenSSL and browsers read the purposes of a CA as a limit for all below it. */
export const purposesAreWithinIssuers: Lint = {
  cites: 'Chancery',
  requires: 'Purposes are among those of the CAs above, or clients will not accept them.',
  field: 'extKeyUsage',
  severity: 'warning',
  check: ({ purposes, issuer }) =>
    allGood(purposes, (purpose) =>
      issuer.purposes === undefined || issuer.purposes.has(purpose) || purpose === OCSPSigning
        ? undefined
        : `${extendedKeyUsageName(purpose)} is not.`,
    ),
}
