import {
  ACCESS_METHODS,
  AuthorityInfoAccess,
  AuthorityKeyIdentifier,
  algorithmIdentifier,
  assembleSigned,
  BasicConstraints,
  CertificateIssuer,
  CertificatePolicies,
  CrlDistributionPoints,
  CrlNumber,
  CrlWriter,
  DeltaCrlIndicator,
  EXTENDED_KEY_USAGES,
  ExtendedKeyUsage,
  type Extension,
  encodeCertificationRequestInfo,
  encodeOcspRequest,
  encodeOcspResponse,
  encodeOcspResponseData,
  encodeTbsCertificate,
  FreshestCrl,
  type GeneralName,
  HASH_OIDS,
  InhibitAnyPolicy,
  InvalidityDate,
  IssuerAltName,
  IssuingDistributionPoint,
  KeyUsage,
  makeCertId,
  makeExtension,
  makeName,
  NameConstraints,
  NULL_PARAMETERS,
  OcspNoCheck,
  PolicyConstraints,
  PolicyMappings,
  parseNameString,
  ReasonCode,
  SubjectAltName,
  SubjectInfoAccess,
  SubjectKeyIdentifier,
  TlsFeature,
} from '../../src/index.ts'
import { SAMPLE_CERTIFICATE, SAMPLE_TBS } from './sample-certificate.ts'

/** What fuzzing begins with: structures that have everything which our grammars know. */

const directoryName = makeName(parseNameString('CN=Älice+O=x,DC=example,C=SE'))
const names: readonly GeneralName[] = [
  { type: 'dns', value: 'a.example' },
  { type: 'ip', value: '10.0.0.1' },
  { type: 'email', value: 'a@example.com' },
  { type: 'uri', value: 'https://a.example/' },
  { type: 'upn', value: 'a@corp.example' },
  { type: 'registeredId', value: '1.2.3' },
  { type: 'directoryName', value: directoryName },
  { type: 'otherName', typeId: '1.2.3.4', value: NULL_PARAMETERS },
]
const point = {
  distributionPoint: { fullName: names },
  reasons: ['keyCompromise', 'aACompromise'],
  crlIssuer: names,
} as const
const access = [{ method: ACCESS_METHODS.caIssuers, location: { type: 'uri', value: 'http://a.example/' } }] as const
const subtrees = [
  { base: { type: 'ip', value: '10.0.0.0/8' } },
  { base: { type: 'dns', value: '.example' } },
  { base: { type: 'directoryName', value: directoryName } },
] as const

/** One of each type that a certificate can have. */
const CERTIFICATE_EXTENSIONS: readonly Extension[] = [
  makeExtension(SubjectKeyIdentifier, new Uint8Array(20).fill(2)),
  makeExtension(AuthorityKeyIdentifier, {
    keyIdentifier: new Uint8Array(20).fill(1),
    authorityCertIssuer: names,
    authorityCertSerialNumber: 77n,
  }),
  makeExtension(KeyUsage, ['keyCertSign', 'decipherOnly'], true),
  makeExtension(ExtendedKeyUsage, Object.values(EXTENDED_KEY_USAGES)),
  makeExtension(BasicConstraints, { ca: true, pathLength: 300 }, true),
  makeExtension(SubjectAltName, names),
  makeExtension(IssuerAltName, names),
  makeExtension(NameConstraints, { permitted: subtrees, excluded: subtrees }, true),
  makeExtension(CertificatePolicies, [
    {
      policy: '1.2.3.4',
      qualifiers: [
        { cps: 'http://a.example/cps' },
        { userNotice: { noticeReference: { organization: 'x', noticeNumbers: [1n, -1n] }, explicitText: 'é' } },
        { id: '1.2.3', value: NULL_PARAMETERS },
      ],
    },
  ]),
  makeExtension(PolicyMappings, [{ issuerDomainPolicy: '1.2.3', subjectDomainPolicy: '1.2.4' }]),
  makeExtension(PolicyConstraints, { requireExplicitPolicy: 0, inhibitPolicyMapping: 1 }, true),
  makeExtension(InhibitAnyPolicy, 5, true),
  makeExtension(CrlDistributionPoints, [
    point,
    { distributionPoint: { nameRelativeToCRLIssuer: [{ type: '2.5.4.3', value: 'x' }] } },
  ]),
  makeExtension(FreshestCrl, [point]),
  makeExtension(AuthorityInfoAccess, access),
  makeExtension(SubjectInfoAccess, access),
  makeExtension(OcspNoCheck, null),
  makeExtension(TlsFeature, [5, 17]),
]

/** And those of CRLs and their entries. */
const CRL_EXTENSIONS: readonly Extension[] = [
  makeExtension(CrlNumber, 1n << 100n),
  makeExtension(DeltaCrlIndicator, 3n, true),
  makeExtension(IssuingDistributionPoint, {
    distributionPoint: { fullName: names },
    onlyContainsUserCerts: true,
    onlyContainsCaCerts: false,
    onlySomeReasons: ['keyCompromise'],
    indirectCrl: true,
    onlyContainsAttributeCerts: false,
  }),
  makeExtension(ReasonCode, 'superseded'),
  makeExtension(InvalidityDate, Date.UTC(2026, 0)),
  makeExtension(CertificateIssuer, names, true),
]
export const EXTENSIONS: readonly Extension[] = [...CERTIFICATE_EXTENSIONS, ...CRL_EXTENSIONS]

const algorithm = algorithmIdentifier('ecdsa-sha256')
const signature = new Uint8Array(70).fill(3)
const signed = (tbs: Uint8Array) => assembleSigned(tbs, algorithm, signature)
const full = { ...SAMPLE_TBS, subject: directoryName, extensions: CERTIFICATE_EXTENSIONS }

const FULL_TBS: Uint8Array = encodeTbsCertificate(full)
export const FULL_CERTIFICATE: Uint8Array = signed(FULL_TBS)
export const FULL_REQUEST: Uint8Array = signed(encodeCertificationRequestInfo({ ...full, challengePassword: 'secret' }))

export const FULL_CRL: Uint8Array = fullCrl()
function fullCrl(): Uint8Array {
  const writer = new CrlWriter({
    signatureAlgorithm: algorithm,
    issuer: SAMPLE_TBS.issuer,
    thisUpdate: Date.UTC(2026, 0),
    nextUpdate: Date.UTC(2060, 0),
    extensions: CRL_EXTENSIONS.slice(0, 3),
  })
  writer.add(1n, Date.UTC(2026, 0))
  writer.add(-5n, Date.UTC(1949, 0), 'removeFromCRL', Date.UTC(2055, 0))
  return writer.finishSigned(signature).slice()
}

const certId = makeCertId({
  hashAlgorithm: HASH_OIDS.sha1,
  issuerNameHash: new Uint8Array(20).fill(1),
  issuerKeyHash: new Uint8Array(20).fill(2),
  serialNumber: 0x1234n,
})
const uncritical = EXTENSIONS.map((extension) => ({ ...extension, critical: false }))

export const OCSP_REQUEST: Uint8Array = encodeOcspRequest({
  requests: [{ certId, extensions: uncritical }, { certId }],
  nonce: new Uint8Array(16).fill(7),
  extensions: uncritical,
})

export const OCSP_RESPONSE: Uint8Array = encodeOcspResponse({
  responseData: encodeOcspResponseData({
    responderId: { type: 'byName', name: directoryName },
    producedAt: Date.UTC(2026, 0),
    responses: [
      { certId, certStatus: { type: 'good' }, thisUpdate: 0, nextUpdate: Date.UTC(2027, 0), extensions: uncritical },
      { certId, certStatus: { type: 'revoked', revokedAt: 0, reason: 'keyCompromise' }, thisUpdate: 0 },
      { certId, certStatus: { type: 'unknown' }, thisUpdate: 0 },
    ],
    nonce: new Uint8Array(16).fill(7),
  }),
  signatureAlgorithm: algorithm,
  signature,
  certificates: [SAMPLE_CERTIFICATE],
})
