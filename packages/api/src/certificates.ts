import { type Static, Type } from 'typebox'
import { closed, listOf, wordOf } from './closed.ts'
import { DecodedCertificate, DecodedSubjectAltName } from './decoded.ts'
import { ref } from './named.ts'
import { OVERRIDES } from './overrides.ts'
import { PAGE_QUERY, pageOf } from './page.ts'
import { Id, Pem, Timestamp } from './values.ts'

export const CertificateStatus = wordOf(['valid', 'expired', 'revoked', 'held'], {
  $id: 'CertificateStatus',
  description: '`held` is revoked with the reason certificateHold, the only revocation that can end.',
})

export const RevocationReason = wordOf(
  [
    'unspecified',
    'keyCompromise',
    'cACompromise',
    'affiliationChanged',
    'superseded',
    'cessationOfOperation',
    'certificateHold',
    'privilegeWithdrawn',
    'aACompromise',
  ],
  { $id: 'RevocationReason', description: 'Why a certificate is revoked, RFC 5280 §5.3.1.' },
)

export const Revocation = closed(
  {
    revokedAt: Timestamp,
    reason: ref(RevocationReason),
    invalidityDate: Type.Optional(Timestamp),
  },
  { $id: 'Revocation', description: 'When and why a certificate was revoked.' },
)

const EVIDENCE = closed(
  {
    by: wordOf(['submitted-csr', 'web-form', 'claim', 'renewal', 'api-token', 'acme-order', 'system'], {
      description:
        'How it was asked for: a submitted CSR, a public request, a claim of what was approved before, the key of an earlier certificate, an API token, an order of ACME, or the installation itself.',
    }),
    account: Type.Optional(Type.String({ description: 'Whose account asked.' })),
    token: Type.Optional(Type.String({ description: 'The id of the API token that asked.' })),
    request: Type.Optional(Id),
    order: Type.Optional(Type.String({ description: 'The order of ACME.' })),
    policy: Type.Optional(Type.String({ description: 'The ACME policy that it was ordered under.' })),
    purpose: Type.Optional(Type.String({ description: 'What the installation needed it for.' })),
  },
  { description: 'How the right to the certificate was earned.' },
)

const SUMMARY = {
  id: Id,
  authority: Id,
  generation: Id,
  template: Type.Optional(Id),
  request: Type.Optional(Id),
  status: ref(CertificateStatus),
  subject: Type.String({ description: 'RFC 4514; empty when the certificate has none.' }),
  subjectAltNames: listOf(ref(DecodedSubjectAltName)),
  serialNumber: Type.String({ description: 'Hexadecimal, lower case, an even number of digits.' }),
  notBefore: Timestamp,
  notAfter: Timestamp,
  issuedAt: Timestamp,
  fingerprint: Type.Optional(Type.String({ description: 'SHA-256 of the DER, hexadecimal.' })),
  revocation: Type.Optional(ref(Revocation)),
}

export const CertificateSummary = closed(SUMMARY, {
  $id: 'CertificateSummary',
  description: 'An issued certificate, as lists show it.',
})
export type CertificateSummary = Static<typeof CertificateSummary>

export const Certificate = closed(
  {
    ...SUMMARY,
    evidence: Type.Optional(EVIDENCE),
    approval: Type.Optional(
      closed({ account: Type.String(), approvedAt: Timestamp }, { description: 'Who approved it, and when.' }),
    ),
    decoded: Type.Optional(ref(DecodedCertificate)),
    pem: Type.Optional(Pem),
  },
  {
    $id: 'Certificate',
    description:
      'An issued certificate. `decoded` and `pem` are absent where nothing but the serial number is known, of before an import.',
  },
)
export type Certificate = Static<typeof Certificate>

export const CertificatePage = pageOf('CertificatePage', ref(CertificateSummary))

export const IssuedCertificate = closed(
  {
    id: Id,
    state: Type.Literal('issued'),
    authority: Id,
    template: Type.Optional(Id),
    request: Type.Optional(Id),
    serialNumber: Type.String({ description: 'Hexadecimal.' }),
    subject: Type.String({ description: 'RFC 4514.' }),
    notBefore: Timestamp,
    notAfter: Timestamp,
    fingerprint: Type.String({ description: 'SHA-256 of the DER, hexadecimal.' }),
    certificate: Pem,
    chain: Type.String({ description: 'The CA certificates above it in PEM, nearest first.' }),
  },
  { $id: 'IssuedCertificate', description: 'A certificate that was just issued.' },
)
export type IssuedCertificate = Static<typeof IssuedCertificate>

export const PendingCertificate = closed(
  {
    id: Id,
    state: Type.Literal('pending'),
    waitsFor: Type.Literal('key', { description: 'The key of the CA cannot be reached now.' }),
  },
  {
    $id: 'PendingCertificate',
    description:
      'The certificate is recorded and will be signed as soon as the key of the CA can be reached. Ask for it by its id.',
  },
)
export type PendingCertificate = Static<typeof PendingCertificate>

export const IssueCertificate = closed(
  {
    template: Id,
    csr: Pem,
    ...OVERRIDES,
  },
  { $id: 'IssueCertificate', description: 'A certificate that is to be issued at once.' },
)

const FILTERS = {
  authority: Type.Optional(Id),
  template: Type.Optional(Id),
  status: Type.Optional(wordOf(['valid', 'expired', 'revoked', 'held'])),
  name: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 300,
      description:
        'The beginning of any of its names: common name, host, address, e-mail (of the subject too), URI, UPN, directory name (`CN=…`), registered id. With a leading dot (`.example.com`) every host below that domain. Letter case does not matter. The list is then in the order of names.',
    }),
  ),
  serialNumber: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'Hexadecimal, with or without colons.' }),
  ),
  fingerprint: Type.Optional(
    Type.String({
      pattern: '^[0-9a-fA-F]{2}(:?[0-9a-fA-F]{2}){31}$',
      description: 'SHA-256 of the DER: 64 hexadecimal digits, with or without colons.',
    }),
  ),
  expiresFrom: Type.Optional(Timestamp),
  expiresTo: Type.Optional(Timestamp),
}

export const CertificateQuery = Type.Object({ ...PAGE_QUERY, ...FILTERS })
export const CertificateExportQuery = Type.Object(FILTERS)

const InvalidityDate = Type.Optional(
  Type.String({
    format: 'date-time',
    description: 'When the key became unsafe, as far as known (RFC 5280 §5.3.2). It lies in the past.',
  }),
)

export const Revoke = closed(
  { reason: ref(RevocationReason), invalidityDate: InvalidityDate },
  {
    $id: 'Revoke',
    description: 'A hold may become any other reason, and any reason may be sharpened to keyCompromise.',
  },
)

export const RevokeMany = closed(
  {
    ids: listOf(Id, { minItems: 1, maxItems: 200, uniqueItems: true }),
    reason: ref(RevocationReason),
    invalidityDate: InvalidityDate,
  },
  { $id: 'RevokeMany', description: 'Revokes each of these certificates, for one reason.' },
)
