import { extensionNamed } from '@chancery/x509'
import { allGood, type Lint } from './lint-row.ts'

export const extensionsDecode: Lint = {
  cites: 'RFC 5280 §4.2',
  requires: 'Extensions hold the DER of their type.',
  field: 'extensions',
  check: ({ broken }) =>
    allGood(broken, ({ field, problem }) => ({ field, detail: `${field}: ${problem}. Leave it out.` })),
}

export const criticalExtensionsAreKnown: Lint = {
  cites: 'RFC 5280 §4.2',
  requires: 'Critical extensions are of a known type: software refuses a certificate with any other.',
  field: 'extensions',
  severity: 'warning',
  check: ({ certificate }) =>
    allGood(certificate.extensions, ({ id, critical }) =>
      critical && extensionNamed(id) === undefined ? { field: id, detail: `${id} is not.` } : undefined,
    ),
}

/** TLS servers send it at each handshake, and phones hold it in little memory. */
export const certificateIsSmall: Lint = {
  cites: 'Chancery',
  requires: 'A certificate has at most 64 KiB.',
  field: 'tbsCertificate',
  check: ({ tbs }) => tbs.length <= 65_536 || `It would have ${Math.ceil(tbs.length / 1024)} KiB. Leave something out.`,
}
