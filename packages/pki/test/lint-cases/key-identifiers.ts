import { AuthorityKeyIdentifier, makeExtension, SubjectKeyIdentifier } from '@chancery/x509'

import type { LintCases } from './lint-case.ts'
import { caProfile } from './parts.ts'

export const keyIdentifiersCases: Readonly<Record<string, LintCases>> = {
  authorityKeyIdentifierIsThere: {
    breaks: [{ without: [AuthorityKeyIdentifier.id] }, { extensions: [makeExtension(AuthorityKeyIdentifier, {})] }],
    keeps: [{ root: true, without: [AuthorityKeyIdentifier.id] }],
  },
  authorityKeyIdentifierIsTheIssuers: {
    breaks: [
      { extensions: [makeExtension(AuthorityKeyIdentifier, { keyIdentifier: new Uint8Array(20) })] },
      { root: true, extensions: [makeExtension(AuthorityKeyIdentifier, { keyIdentifier: new Uint8Array(20) })] },
    ],
    keeps: [{}, { root: true }],
  },
  caHasSubjectKeyIdentifier: {
    breaks: [{ profile: caProfile, without: [SubjectKeyIdentifier.id] }],
    keeps: [{ without: [SubjectKeyIdentifier.id] }],
  },
  subjectKeyIdentifierIsThere: {
    breaks: [{ without: [SubjectKeyIdentifier.id] }],
    keeps: [{}],
  },
  subjectKeyIdentifierHasAFairLength: {
    breaks: [new Uint8Array(0), new Uint8Array(7), new Uint8Array(65)].map((id) => ({
      extensions: [makeExtension(SubjectKeyIdentifier, id)],
    })),
    keeps: [{ extensions: [makeExtension(SubjectKeyIdentifier, new Uint8Array(8))] }],
  },
  keyIdentifiersAreNotCritical: {
    breaks: [{ extensions: [makeExtension(SubjectKeyIdentifier, new Uint8Array(20), true)] }],
    keeps: [{}],
  },
}
