import { NameConstraints } from '@chancery/x509'
import { cn, keyOf, subordinate } from '../world.ts'

import { type LintCases, plainCa } from './lint-case.ts'
import { caProfile, constrained } from './parts.ts'

export const issuerConstraintsCases: Readonly<Record<string, LintCases>> = {
  issuersConstraintsAreUnderstood: {
    breaks: [
      {
        ca: subordinate(
          plainCa,
          { ...caProfile, extraExtensions: [{ id: NameConstraints.id, critical: true, value: 'MAAA' }] },
          'Broken',
          keyOf('ecdsa-p256', 1),
          true,
        ),
      },
    ],
    keeps: [{ ca: constrained(['example.com']) }],
  },
  namesArePermitted: {
    breaks: [
      { ca: constrained(['example.org']) },
      { ca: constrained(['example.com']), request: { subject: [cn('www.example.net')] } },
    ],
    keeps: [{ ca: constrained(['example.com']) }, { ca: constrained(['example.org', 'www.example.com']) }],
  },
  namesAreNotExcluded: {
    breaks: [{ ca: constrained([], ['example.com']) }, { ca: constrained(['example.com'], ['www.example.com']) }],
    keeps: [{ ca: constrained(['example.com'], ['mail.example.com']) }],
  },
}
