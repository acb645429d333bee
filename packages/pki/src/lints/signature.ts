import { signatureAlgorithmOf } from '@chancery/x509'
import type { Lint } from './lint-row.ts'

export const signatureAlgorithmIsKnown: Lint = {
  cites: 'RFC 5280 §4.1.2.3',
  requires: 'Signatures are of a known algorithm, with SHA-256 or better.',
  field: 'signature',
  check: ({ certificate }) => signatureAlgorithmOf(certificate.signatureAlgorithm) !== undefined,
}

export const signatureAlgorithmFitsTheIssuersKey: Lint = {
  cites: 'RFC 5280 §4.1.2.3',
  requires: 'The signature algorithm is one of the issuer’s key.',
  field: 'signature',
  check: ({ certificate, issuer }) => {
    const algorithm = signatureAlgorithmOf(certificate.signatureAlgorithm)
    const family = issuer.key?.family
    if (algorithm === undefined || family === undefined) return false
    if (family === 'rsa') return algorithm.startsWith('rsa-')
    return family === 'ec' ? algorithm.startsWith('ecdsa-') : algorithm === family
  },
}
