import { CURVES } from '@chancery/x509'
import { isGoodExponent, isRoca, SMALLEST_RSA, smallFactorOf } from '../weak-rsa.ts'
import type { Lint } from './lint-row.ts'

export const keyIsKnown: Lint = {
  cites: 'RFC 5280 §4.1.2.7',
  requires: 'The public key is of a known algorithm and encoded as that algorithm says.',
  field: 'subjectPublicKeyInfo',
  check: ({ key }) => key !== undefined && key.family !== 'unknown',
}

export const curveIsKnown: Lint = {
  cites: 'RFC 5480 §2.1.1.1',
  requires: 'Elliptic curves are P-256, P-384 or P-521.',
  field: 'subjectPublicKeyInfo',
  check: ({ key }) => key?.family !== 'ec' || CURVES.some((curve) => curve === key.curve),
}

export const rsaModulusIsLongEnough: Lint = {
  cites: 'CA/Browser Forum Baseline Requirements §6.1.5',
  requires: `RSA keys have at least ${SMALLEST_RSA} bits.`,
  field: 'subjectPublicKeyInfo',
  check: ({ key }) => key?.family !== 'rsa' || key.bits >= SMALLEST_RSA,
}

export const rsaExponentIsGood: Lint = {
  cites: 'FIPS 186-4 §B.3.1',
  requires: 'RSA exponents are odd and at least 65537.',
  field: 'subjectPublicKeyInfo',
  check: ({ key }) => key?.family !== 'rsa' || isGoodExponent(key.exponent),
}

export const rsaModulusHasNoSmallFactor: Lint = {
  cites: 'CA/Browser Forum Baseline Requirements §6.1.6',
  requires: 'RSA moduli have no factors below 752.',
  field: 'subjectPublicKeyInfo',
  check: ({ key }) => key?.family !== 'rsa' || smallFactorOf(key.modulus) === undefined,
}

export const rsaKeyIsNotRoca: Lint = {
  cites: 'CVE-2017-15361',
  requires: 'RSA keys are not of the chips whose keys can be computed.',
  field: 'subjectPublicKeyInfo',
  check: ({ key }) => key?.family !== 'rsa' || !isRoca(key.modulus),
}
