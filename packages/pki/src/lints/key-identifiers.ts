import { AuthorityKeyIdentifier, equalBytes, SubjectKeyIdentifier } from '@chancery/x509'
import { allGood, type Lint } from './lint-row.ts'

export const authorityKeyIdentifierIsThere: Lint = {
  cites: 'RFC 5280 §4.2.1.1',
  requires: 'authorityKeyIdentifier has the key identifier of the issuer, but for self-signed certificates.',
  field: 'authorityKeyIdentifier',
  check: ({ authorityKeyIdentifier, isSelfSigned }) =>
    isSelfSigned || authorityKeyIdentifier?.keyIdentifier !== undefined,
}

export const authorityKeyIdentifierIsTheIssuers: Lint = {
  cites: 'RFC 5280 §4.2.1.2',
  requires: 'The authority key identifier is the subject key identifier of the issuer.',
  field: 'authorityKeyIdentifier',
  check: ({ authorityKeyIdentifier, issuer }) => {
    const found = authorityKeyIdentifier?.keyIdentifier
    return found === undefined || (issuer.keyIdentifier !== undefined && equalBytes(found, issuer.keyIdentifier))
  },
}

export const caHasSubjectKeyIdentifier: Lint = {
  cites: 'RFC 5280 §4.2.1.2',
  requires: 'CA certificates have a subjectKeyIdentifier.',
  field: 'subjectKeyIdentifier',
  check: ({ isCa, subjectKeyIdentifier }) => !isCa || subjectKeyIdentifier !== undefined,
}

export const subjectKeyIdentifierIsThere: Lint = {
  cites: 'RFC 5280 §4.2.1.2',
  requires: 'Certificates have a subjectKeyIdentifier.',
  field: 'subjectKeyIdentifier',
  severity: 'warning',
  check: ({ isCa, subjectKeyIdentifier }) => isCa || subjectKeyIdentifier !== undefined,
}

/** 20 octets are usual; Windows and some tokens fail on very long ones. */
export const subjectKeyIdentifierHasAFairLength: Lint = {
  cites: 'RFC 7093 §2',
  requires: 'A subjectKeyIdentifier has 8 to 64 octets.',
  field: 'subjectKeyIdentifier',
  check: ({ subjectKeyIdentifier: id }) => id === undefined || (id.length >= 8 && id.length <= 64),
}

export const keyIdentifiersAreNotCritical: Lint = {
  cites: 'RFC 5280 §4.2.1.1',
  requires: 'Key identifiers are not critical.',
  field: 'subjectKeyIdentifier',
  check: ({ extension }) =>
    allGood([AuthorityKeyIdentifier, SubjectKeyIdentifier], (type) =>
      extension(type)?.critical === true ? { field: type.name, detail: `${type.name} is.` } : undefined,
    ),
}
