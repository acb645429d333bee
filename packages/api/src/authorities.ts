import { type Static, Type } from 'typebox'
import { KeyType, SignatureAlgorithm } from './algorithms.ts'
import { closed, listOf, wordOf } from './closed.ts'
import { ref } from './named.ts'
import { PAGE_QUERY, pageOf } from './page.ts'
import { Id, Timestamp } from './values.ts'

const AUTHORITY_STATUS_WORDS = ['awaiting-certificate', 'active', 'archived', 'deleted'] as const

export const AuthorityStatus = wordOf(AUTHORITY_STATUS_WORDS, {
  $id: 'AuthorityStatus',
  description:
    '`archived`: it issues nothing more and goes on answering for what it issued. `deleted`: its keys go as soon as they have signed a last CRL, which goes on being served with its certificates.',
})

export const AuthoritySettings = closed(
  {
    publicUrl: Type.Optional(
      Type.String({
        description: "Base of the http addresses in its certificates, in place of the installation's.",
      }),
    ),
    serviceCertificates: closed(
      { keyType: Type.Optional(ref(KeyType)), signatureAlgorithm: Type.Optional(ref(SignatureAlgorithm)) },
      { description: 'Keys of its service certificates (OCSP responder). Absent: chosen by the key type of the CA.' },
    ),
    retentionDays: Type.Optional(
      Type.Integer({
        description: 'Days that certificates stay in the register after they expired. Absent: for ever.',
      }),
    ),
    crl: closed(
      {
        validityHours: Type.Optional(Type.Integer({ description: 'From thisUpdate to nextUpdate.' })),
        partitions: Type.Optional(Type.Integer({ description: 'Into how many CRLs new certificates are spread.' })),
        delta: Type.Boolean({ description: 'Whether delta CRLs are made too.' }),
      },
      { description: 'How its CRLs are made. An absent validity is chosen by the kind of CA.' },
    ),
  },
  { $id: 'AuthoritySettings', description: 'What is set of a CA.' },
)

const SUMMARY = {
  id: Id,
  publicId: Type.String({ description: 'Its public address: 16 letters and digits.' }),
  name: Type.String({ description: 'The common name of its subject.' }),
  status: ref(AuthorityStatus),
  parent: Type.Optional(Id),
  createdAt: Timestamp,
}

export const AuthoritySummary = closed(SUMMARY, {
  $id: 'AuthoritySummary',
  description: 'A certificate authority, as lists show it. `parent` is the CA of the tenant that signed it.',
})
export type AuthoritySummary = Static<typeof AuthoritySummary>

export const AuthorityCertificate = closed(
  {
    id: Id,
    active: Type.Boolean({ description: 'Whether it is the issuer of what its generation issues now.' }),
    subject: Type.String({ description: 'RFC 4514.' }),
    issuer: Type.String({ description: 'RFC 4514.' }),
    serialNumber: Type.String({ description: 'Hexadecimal.' }),
    notBefore: Timestamp,
    notAfter: Timestamp,
    fingerprint: Type.String({ description: 'SHA-256 of the DER, hexadecimal.' }),
    issuedAs: Type.Optional(Id),
  },
  {
    $id: 'AuthorityCertificate',
    description:
      'A certificate of the key of a CA. `issuedAs` is its id among the certificates when a CA of the tenant issued it.',
  },
)

export const GenerationServices = closed(
  {
    crl: Type.Optional(
      closed({
        number: Type.Integer(),
        thisUpdate: Timestamp,
        nextUpdate: Timestamp,
        entries: Type.Integer({ description: 'How many certificates it names.' }),
        overdue: Type.Boolean({ description: 'Whether its nextUpdate has passed.' }),
      }),
    ),
    ocspResponder: Type.Optional(
      closed({
        notAfter: Timestamp,
        certificate: Id,
        overdue: Type.Boolean({ description: 'Whether its certificate has expired or was revoked.' }),
      }),
    ),
  },
  {
    $id: 'GenerationServices',
    description:
      'How it answers: its newest CRL, and the certificate of its OCSP responder. Absent: none was made yet.',
  },
)

export const Generation = closed(
  {
    id: Id,
    publicId: Type.String({ description: 'Stands in the addresses of its CRL, OCSP responder and certificate.' }),
    number: Type.Integer({ description: '1 for the first.' }),
    status: wordOf(['awaiting-certificate', 'active', 'retired']),
    keyType: ref(KeyType),
    keyOrigin: wordOf(['generated', 'imported']),
    signatureAlgorithm: ref(SignatureAlgorithm),
    historyKnown: Type.Boolean({
      description:
        'Whether all that this key ever issued is known. Otherwise OCSP does not answer for strange serials.',
    }),
    createdAt: Timestamp,
    certificates: listOf(ref(AuthorityCertificate)),
    services: ref(GenerationServices),
  },
  {
    $id: 'Generation',
    description:
      'One key of a CA with the certificates of that key. Serials, CRL and OCSP belong to it. `signatureAlgorithm` is how it signs certificates and CRLs; a template may choose otherwise for its own.',
  },
)

export const Authority = closed(
  {
    ...SUMMARY,
    cps: Type.String({ description: 'Certification practice statement: plain text or Markdown.' }),
    settings: ref(AuthoritySettings),
    revision: Type.Integer({ description: 'Grows with each change of `cps` or `settings`.' }),
    generations: listOf(ref(Generation), { description: 'Newest first.' }),
  },
  { $id: 'Authority', description: 'A certificate authority with its keys, certificates and services.' },
)
export type Authority = Static<typeof Authority>

export const AuthorityPage = pageOf('AuthorityPage', ref(AuthoritySummary))
export const AuthorityQuery = Type.Object({
  ...PAGE_QUERY,
  authority: Type.Optional(Id),
  status: Type.Optional(
    wordOf(AUTHORITY_STATUS_WORDS, { description: 'Only those. Deleted ones are listed only when asked for.' }),
  ),
})

export const Renewal = closed(
  {
    state: wordOf(['renewed', 'awaiting-certificate'], {
      description: '`awaiting-certificate`: `csr` has to be signed elsewhere, and its certificate imported.',
    }),
    csr: Type.Optional(Type.String({ description: 'PKCS#10 in PEM.' })),
    authority: ref(Authority),
  },
  { $id: 'Renewal', description: 'What a renewal led to.' },
)
export type Renewal = Static<typeof Renewal>

const Url = Type.String()

export const GenerationUrls = closed(
  {
    generation: Id,
    number: Type.Integer(),
    crl: Url,
    deltaCrl: Type.Optional(Url),
    crlPartitions: listOf(Url),
    ocsp: Url,
    aia: Url,
  },
  { $id: 'GenerationUrls', description: 'Where a generation of a CA answers.' },
)

export const AuthorityServiceUrls = closed(
  {
    cps: Url,
    generations: listOf(ref(GenerationUrls), { description: 'Newest first.' }),
    warnings: listOf(Type.String(), { description: 'What is wrong with these addresses, in words.' }),
  },
  { $id: 'AuthorityServiceUrls', description: 'Where a CA answers.' },
)

export const AuthorityDeletion = closed(
  {
    name: Type.String({ description: 'What has to be typed to delete it.' }),
    blockers: listOf(closed({ authority: Id, name: Type.String() }), {
      description: 'CAs below it that are alive: these have to be deleted or revoked first.',
    }),
    elsewhere: listOf(
      closed({ certificate: Id, subject: Type.String({ description: 'RFC 4514.' }), notAfter: Timestamp }),
      {
        description:
          'Live certificates that it issued under its templates to CAs that are not here; up to 100. They go on being accepted, and nobody can revoke them any more: revoke first those that should not be.',
      },
    ),
    goes: closed(
      {
        keys: Type.Integer({ description: 'Private keys of its generations.' }),
        templates: Type.Integer(),
        pendingRequests: Type.Integer(),
        certificates: Type.Integer({ description: 'Records of certificates; counted up to 10,000.' }),
        liveCertificates: Type.Integer({
          description: 'Those of them that are neither expired nor revoked; counted up to 10,000.',
        }),
      },
      { description: 'What goes with it.' },
    ),
    stays: listOf(Type.String(), { description: 'What goes on being served, in words.' }),
  },
  { $id: 'AuthorityDeletion', description: 'What deleting a CA means.' },
)
