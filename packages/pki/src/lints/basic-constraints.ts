import { BasicConstraints, NameConstraints } from '@chancery/x509'
import type { Lint } from './lint-row.ts'

export const caHasCriticalBasicConstraints: Lint = {
  cites: 'RFC 5280 §4.2.1.9',
  requires: 'basicConstraints is critical in CA certificates.',
  field: 'basicConstraints',
  check: ({ isCa, extension }) => !isCa || extension(BasicConstraints)?.critical === true || 'Make it critical.',
}

export const pathLengthIsForCas: Lint = {
  cites: 'RFC 5280 §4.2.1.9',
  requires: 'A path length is for CAs that sign certificates.',
  field: 'basicConstraints',
  check: ({ basicConstraints, isCa, keyUsage }) =>
    basicConstraints?.pathLength === undefined ||
    (isCa && keyUsage?.includes('keyCertSign') === true) ||
    'Leave the path length out, or add keyCertSign.',
}

export const rootIsCa: Lint = {
  cites: 'RFC 5280 §4.2.1.9',
  requires: 'A self-signed certificate made here is a CA.',
  field: 'basicConstraints',
  check: ({ isCa, isSelfSigned }) => isCa || !isSelfSigned,
}

export const issuerMaySign: Lint = {
  cites: 'RFC 5280 §6.1.4',
  requires: 'The issuer is a CA with keyCertSign.',
  field: 'issuer',
  // Of a root the lints of its own usages say so.
  check: ({ issuer, isSelfSigned }) => isSelfSigned || issuer.maySign || 'This one is not. Choose another CA.',
}

export const pathLengthIsLeft: Lint = {
  cites: 'RFC 5280 §6.1.4',
  requires: 'The path lengths of the CAs above leave room for this certificate.',
  field: 'issuer',
  check: ({ issuer, isCa, isSelfIssued }) => {
    if (issuer.pathLengthLeft >= (isCa && !isSelfIssued ? 1 : 0)) return true
    return isCa ? 'The issuer may sign no further CAs.' : 'The issuer stands deeper than the CAs above it allow.'
  },
}

export const pathLengthIsWithinIssuers: Lint = {
  cites: 'RFC 5280 §4.2.1.9',
  requires: 'A path length is smaller than what the CAs above leave, or it promises more than can be kept.',
  field: 'basicConstraints',
  severity: 'warning',
  check: ({ basicConstraints, issuer, isSelfIssued }) =>
    basicConstraints?.pathLength === undefined || basicConstraints.pathLength < issuer.pathLengthLeft || isSelfIssued,
}

export const nameConstraintsAreForCas: Lint = {
  cites: 'RFC 5280 §4.2.1.10',
  requires: 'nameConstraints is in CA certificates only.',
  field: 'nameConstraints',
  check: ({ isCa, extension }) => isCa || extension(NameConstraints) === undefined || 'Leave it out.',
}

export const nameConstraintsAreCritical: Lint = {
  cites: 'RFC 5280 §4.2.1.10',
  requires: 'nameConstraints is critical.',
  field: 'nameConstraints',
  check: ({ extension }) => extension(NameConstraints)?.critical !== false || 'Make it critical.',
}

export const nameConstraintsAreNotEmpty: Lint = {
  cites: 'RFC 5280 §4.2.1.10',
  requires: 'nameConstraints has permitted or excluded subtrees.',
  field: 'nameConstraints',
  check: ({ nameConstraints }) =>
    nameConstraints === undefined || nameConstraints.permitted !== undefined || nameConstraints.excluded !== undefined,
}
