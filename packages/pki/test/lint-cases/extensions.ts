import { KeyUsage, NULL_PARAMETERS, SubjectAltName } from '@chancery/x509'

import type { LintCases } from './lint-case.ts'

export const extensionsCases: Readonly<Record<string, LintCases>> = {
  extensionsDecode: {
    breaks: [KeyUsage.id, SubjectAltName.id, '2.5.29.54', '1.3.6.1.5.5.7.1.24'].map((id) => ({
      extensions: [{ id, critical: false, value: Uint8Array.of(5, 0, 0) }],
    })),
    keeps: [{ extensions: [{ id: '1.2.3.4', critical: false, value: Uint8Array.of(5, 0, 0) }] }],
  },
  criticalExtensionsAreKnown: {
    breaks: [{ extensions: [{ id: '1.2.3.4', critical: true, value: NULL_PARAMETERS }] }],
    keeps: [{ extensions: [{ id: '1.2.3.4', critical: false, value: NULL_PARAMETERS }] }],
  },
  certificateIsSmall: {
    breaks: [{ extensions: [{ id: '1.2.3.4', critical: false, value: new Uint8Array(70_000) }] }],
    keeps: [{ extensions: [{ id: '1.2.3.4', critical: false, value: new Uint8Array(60_000) }] }],
  },
}
