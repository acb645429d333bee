import { CertificatePolicies, InhibitAnyPolicy, makeExtension } from '@chancery/x509'

import type { LintCases } from './lint-case.ts'
import { caProfile } from './parts.ts'

export const policiesCases: Readonly<Record<string, LintCases>> = {
  policiesAreNotRepeated: {
    breaks: [{ extensions: [makeExtension(CertificatePolicies, [{ policy: '1.2.3' }, { policy: '1.2.3' }])] }],
    keeps: [{ extensions: [makeExtension(CertificatePolicies, [{ policy: '1.2.3' }, { policy: '1.2.4' }])] }],
  },
  noticesAreShort: {
    breaks: ['x'.repeat(201), 'a\nb'].map((explicitText) => ({
      extensions: [
        makeExtension(CertificatePolicies, [{ policy: '1.2.3', qualifiers: [{ userNotice: { explicitText } }] }]),
      ],
    })),
    keeps: [
      {
        extensions: [
          makeExtension(CertificatePolicies, [
            { policy: '1.2.3', qualifiers: [{ userNotice: { explicitText: '😀'.repeat(200) } }] },
          ]),
        ],
      },
    ],
  },
  cpsIsAWebAddress: {
    breaks: ['ftp://a.example', 'here'].map((cps) => ({
      extensions: [makeExtension(CertificatePolicies, [{ policy: '1.2.3', qualifiers: [{ cps }] }])],
    })),
    keeps: [
      {
        extensions: [
          makeExtension(CertificatePolicies, [{ policy: '1.2.3', qualifiers: [{ cps: 'http://a.example/cps' }] }]),
        ],
      },
    ],
  },
  publicPoliciesAreForPublicCas: {
    breaks: [{ extensions: [makeExtension(CertificatePolicies, [{ policy: '2.23.140.1.2.1' }])] }],
    keeps: [{ extensions: [makeExtension(CertificatePolicies, [{ policy: '2.5.29.32.0' }])] }],
  },
  policyLimitsAreForCas: {
    breaks: [{ extensions: [makeExtension(InhibitAnyPolicy, 0, true)] }],
    keeps: [{ profile: caProfile, extensions: [makeExtension(InhibitAnyPolicy, 0, true)] }],
  },
  policyLimitsAreCritical: {
    breaks: [{ profile: caProfile, extensions: [makeExtension(InhibitAnyPolicy, 0)] }],
    keeps: [{ profile: caProfile, extensions: [makeExtension(InhibitAnyPolicy, 0, true)] }],
  },
}
