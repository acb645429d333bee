import { makeAlgorithmIdentifier, NULL_PARAMETERS } from '@chancery/x509'

import type { LintCases } from './lint-case.ts'

export const signatureCases: Readonly<Record<string, LintCases>> = {
  signatureAlgorithmIsKnown: {
    breaks: [{ draft: () => ({ signatureAlgorithm: makeAlgorithmIdentifier('1.2.840.10045.4.1') }) }],
    keeps: [{}],
  },
  signatureAlgorithmFitsTheIssuersKey: {
    breaks: [
      { draft: () => ({ signatureAlgorithm: makeAlgorithmIdentifier('1.3.101.112') }) },
      { draft: () => ({ signatureAlgorithm: makeAlgorithmIdentifier('1.2.840.113549.1.1.11', NULL_PARAMETERS) }) },
    ],
    keeps: [{ draft: () => ({ signatureAlgorithm: makeAlgorithmIdentifier('1.2.840.10045.4.3.4') }) }],
  },
}
