import type { Lint } from './lint-row.ts'

export const serialNumberFits: Lint = {
  cites: 'RFC 5280 §4.1.2.2',
  requires: 'Serial numbers are positive and at most 20 octets.',
  field: 'serialNumber',
  check: ({ certificate: { serialNumber } }) => serialNumber > 0n && serialNumber < 1n << 159n,
}

/** The serial numbers made here have 128 random bits; one below 2⁶⁴ comes from something that is broken. */
export const serialNumberIsUnpredictable: Lint = {
  cites: 'CA/Browser Forum Baseline Requirements §7.1',
  requires: 'Serial numbers hold at least 64 bits from a random number generator.',
  field: 'serialNumber',
  check: ({ certificate: { serialNumber } }) => serialNumber >= 1n << 64n,
}

export const versionIs3: Lint = {
  cites: 'RFC 5280 §4.1.2.1',
  requires: 'Certificates have extensions, and so version 3.',
  field: 'version',
  check: ({ certificate: { version } }) => version === 3,
}
