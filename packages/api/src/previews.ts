import { type Static, Type } from 'typebox'
import { KeyType } from './algorithms.ts'
import { closed, listOf, wordOf } from './closed.ts'
import { DecodedRequest, DecodedTbsCertificate } from './decoded.ts'
import { ref } from './named.ts'
import { OVERRIDES } from './overrides.ts'
import { ProblemItem } from './problem.ts'
import { Profile } from './profile.ts'
import { Base64, Pem } from './values.ts'

export const LintFinding = closed(
  {
    lint: Type.String({ description: 'The name of the rule, e.g. serialNumberFits.' }),
    severity: wordOf(['error', 'warning'], { description: 'Errors stop an issuance, warnings do not.' }),
    cites: Type.String({ description: 'Where the rule stands.' }),
    requires: Type.String({ description: 'The rule in words.' }),
    field: Type.String({
      description:
        'The field of the certificate that it is about, by its name in RFC 5280, perhaps with the part of it: `keyUsage`, `subject.countryName`, `subjectAltName.2`.',
    }),
    detail: Type.Optional(Type.String({ description: 'What is wrong here.' })),
  },
  { $id: 'LintFinding', description: 'What a lint says of a certificate.' },
)

export const Preview = closed(
  {
    issuable: Type.Boolean({
      description: 'Whether it would be issued: there is neither a problem nor an error of a lint.',
    }),
    certificate: Type.Optional(ref(DecodedTbsCertificate)),
    request: Type.Optional(ref(DecodedRequest)),
    tbs: Type.Optional(Base64),
    problems: listOf(ref(ProblemItem), { description: 'What would refuse the request.' }),
    findings: listOf(ref(LintFinding)),
    ignoredExtensions: listOf(
      closed({ id: Type.String(), name: Type.Optional(Type.String()), critical: Type.Boolean() }),
      { description: 'Requested extensions that are not copied.' },
    ),
    ignoredNames: listOf(Type.String(), {
      description: 'Requested attributes and names that the template does not take.',
    }),
  },
  {
    $id: 'Preview',
    description:
      'The certificate that a request would become, and all that speaks against it. The serial number in it is a stand-in; `tbs` is what would be signed. Of a CA that somebody else signs `request` is its CSR in place of both.',
  },
)
export type Preview = Static<typeof Preview>

const PREVIEWED = {
  csr: Type.Optional(Pem),
  keyType: Type.Optional(ref(KeyType)),
  ...OVERRIDES,
}

export const PreviewTemplate = closed(PREVIEWED, {
  $id: 'PreviewTemplate',
  description:
    'What is to be shown: the certificate for a CSR, or without one for a stand-in key of `keyType` (by default the first that the template takes).',
})

export const PreviewProfile = closed(
  { name: Type.Optional(Type.String({ maxLength: 200 })), profile: ref(Profile), ...PREVIEWED },
  { $id: 'PreviewProfile', description: 'As PreviewTemplate, for a profile that is not saved yet.' },
)
