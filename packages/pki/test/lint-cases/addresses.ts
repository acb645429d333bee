import { AuthorityInfoAccess, CrlDistributionPoints, makeExtension } from '@chancery/x509'
import { ADDRESSES, dns } from '../world.ts'

import type { LintCases } from './lint-case.ts'
import { sub } from './parts.ts'

export const addressesCases: Readonly<Record<string, LintCases>> = {
  crlsAreOnTheWeb: {
    breaks: [
      {
        extensions: [
          makeExtension(CrlDistributionPoints, [
            { distributionPoint: { fullName: [{ type: 'uri', value: 'ldap://a.example/x' }] } },
          ]),
        ],
      },
      { extensions: [makeExtension(CrlDistributionPoints, [{ distributionPoint: { fullName: [dns('a.example')] } }])] },
      {
        extensions: [
          makeExtension(CrlDistributionPoints, [
            {
              reasons: ['keyCompromise'],
              distributionPoint: { fullName: [{ type: 'uri', value: 'http://a.example/x' }] },
            },
          ]),
        ],
      },
      { extensions: [makeExtension(CrlDistributionPoints, [{}])] },
    ],
    keeps: [
      {
        extensions: [
          makeExtension(CrlDistributionPoints, [
            { distributionPoint: { fullName: [{ type: 'uri', value: 'http://a.example/x' }] } },
          ]),
        ],
      },
    ],
  },
  crlsAreSignedByTheirCa: {
    breaks: [{ ca: sub({ keyUsage: ['keyCertSign'] }) }],
    keeps: [{ ca: sub({ keyUsage: ['keyCertSign'] }), without: [CrlDistributionPoints.id] }, { ca: sub({}) }, {}],
  },
  crlPointersAreNotCritical: {
    breaks: [
      {
        extensions: [
          makeExtension(
            CrlDistributionPoints,
            [{ distributionPoint: { fullName: [{ type: 'uri', value: 'http://a.example/x' }] } }],
            true,
          ),
        ],
      },
    ],
    keeps: [{}],
  },
  accessIsByTheWeb: {
    breaks: [
      {
        extensions: [
          makeExtension(AuthorityInfoAccess, [{ method: '1.3.6.1.5.5.7.48.1', location: dns('a.example') }]),
        ],
      },
      {
        extensions: [
          makeExtension(AuthorityInfoAccess, [
            { method: '1.3.6.1.5.5.7.48.1', location: { type: 'uri', value: 'http://u:p@a.example' } },
          ]),
        ],
      },
      {
        extensions: [
          makeExtension(AuthorityInfoAccess, [
            { method: '1.2.3', location: { type: 'uri', value: 'http://a.example' } },
          ]),
        ],
      },
    ],
    keeps: [
      {
        extensions: [
          makeExtension(AuthorityInfoAccess, [
            { method: '1.3.6.1.5.5.7.48.2', location: { type: 'uri', value: 'http://a.example' } },
          ]),
        ],
      },
    ],
  },
  accessIsNotCritical: {
    breaks: [
      {
        extensions: [
          makeExtension(
            AuthorityInfoAccess,
            [{ method: '1.3.6.1.5.5.7.48.1', location: { type: 'uri', value: ADDRESSES.ocsp } }],
            true,
          ),
        ],
      },
    ],
    keeps: [{}],
  },
  addressesAreNotHttps: {
    breaks: [
      {
        extensions: [
          makeExtension(AuthorityInfoAccess, [
            { method: '1.3.6.1.5.5.7.48.1', location: { type: 'uri', value: 'HTTPS://a.example' } },
          ]),
        ],
      },
    ],
    keeps: [{}],
  },
  addressesCanBeReached: {
    breaks: ['http://localhost:8080/x', 'http://127.0.0.1/x', 'http://[::1]/x', 'http://ca.localhost/'].map(
      (value) => ({
        extensions: [
          makeExtension(CrlDistributionPoints, [{ distributionPoint: { fullName: [{ type: 'uri', value }] } }]),
        ],
      }),
    ),
    keeps: [{}],
  },
  rootNamesNoAddresses: {
    breaks: [
      {
        root: true,
        extensions: [
          makeExtension(AuthorityInfoAccess, [
            { method: '1.3.6.1.5.5.7.48.1', location: { type: 'uri', value: ADDRESSES.ocsp } },
          ]),
        ],
      },
    ],
    keeps: [{ root: true }, {}],
  },
}
