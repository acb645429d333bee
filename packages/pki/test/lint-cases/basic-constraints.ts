import { BasicConstraints, KeyUsage, makeExtension, NameConstraints } from '@chancery/x509'
import { intermediateProfile } from '../../src/index.ts'
import { cn, dns, keyOf, starter, subordinate } from '../world.ts'

import { type LintCases, plainCa } from './lint-case.ts'
import { caProfile, serverBits, sub } from './parts.ts'

export const basicConstraintsCases: Readonly<Record<string, LintCases>> = {
  caHasCriticalBasicConstraints: {
    breaks: [{ profile: caProfile, extensions: [makeExtension(BasicConstraints, { ca: true })] }],
    keeps: [{ extensions: [makeExtension(BasicConstraints, { ca: false })] }],
  },
  pathLengthIsForCas: {
    breaks: [
      { extensions: [makeExtension(BasicConstraints, { ca: false, pathLength: 0 }, true)] },
      { profile: caProfile, extensions: serverBits('cRLSign') },
    ],
    keeps: [{ profile: caProfile }],
  },
  rootIsCa: {
    breaks: [{ root: true, extensions: [makeExtension(BasicConstraints, { ca: false }, true)] }],
    keeps: [{ root: true }],
  },
  issuerMaySign: {
    breaks: [
      { ca: subordinate(plainCa, starter('Web Server'), 'www.example.com', keyOf('ecdsa-p256', 1), true) },
      { ca: sub({ keyUsage: ['cRLSign'] }) },
    ],
    keeps: [
      { ca: sub({ keyUsage: ['keyCertSign'] }) },
      { root: true, extensions: [makeExtension(KeyUsage, ['cRLSign'], true)] },
    ],
  },
  pathLengthIsLeft: {
    breaks: [
      { ca: sub({ pathLength: 0 }), profile: caProfile },
      { ca: sub({ pathLength: 0 }, sub({ pathLength: 1 }, plainCa, 'Middle')), profile: caProfile },
      { ca: sub({ pathLength: null }, sub({ pathLength: 0 }, plainCa, 'Middle')) },
    ],
    keeps: [
      { ca: sub({ pathLength: 0 }) },
      { ca: sub({ pathLength: 1 }), profile: caProfile },
      { ca: sub({ pathLength: 0 }), profile: caProfile, request: { subject: [cn('Subordinate')] } },
    ],
  },
  pathLengthIsWithinIssuers: {
    breaks: [{ ca: sub({ pathLength: 1 }), profile: intermediateProfile({ pathLength: 1 }) }],
    keeps: [{ ca: sub({ pathLength: 1 }), profile: caProfile }],
  },
  nameConstraintsAreForCas: {
    breaks: [{ extensions: [makeExtension(NameConstraints, { permitted: [{ base: dns('a.example') }] }, true)] }],
    keeps: [
      {
        profile: caProfile,
        extensions: [makeExtension(NameConstraints, { permitted: [{ base: dns('a.example') }] }, true)],
      },
    ],
  },
  nameConstraintsAreCritical: {
    breaks: [
      { profile: caProfile, extensions: [makeExtension(NameConstraints, { permitted: [{ base: dns('a.example') }] })] },
    ],
    keeps: [
      {
        profile: caProfile,
        extensions: [makeExtension(NameConstraints, { excluded: [{ base: dns('a.example') }] }, true)],
      },
    ],
  },
  nameConstraintsAreNotEmpty: {
    breaks: [
      { profile: caProfile, extensions: [{ id: NameConstraints.id, critical: true, value: Uint8Array.of(0x30, 0) }] },
    ],
    keeps: [
      { profile: caProfile, extensions: [makeExtension(NameConstraints, { excluded: [{ base: dns('') }] }, true)] },
    ],
  },
}
