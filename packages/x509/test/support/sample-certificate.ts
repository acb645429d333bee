import {
  ACCESS_METHODS,
  type AlgorithmIdentifier,
  AuthorityInfoAccess,
  AuthorityKeyIdentifier,
  algorithmIdentifier,
  assembleSigned,
  BasicConstraints,
  CertificatePolicies,
  CrlDistributionPoints,
  EXTENDED_KEY_USAGES,
  ExtendedKeyUsage,
  encodeCertificationRequestInfo,
  encodeTbsCertificate,
  KeyUsage,
  makeExtension,
  makeName,
  PublicKey,
  parseNameString,
  SubjectAltName,
  SubjectKeyIdentifier,
  type TbsCertificate,
} from '../../src/index.ts'

/** A P-256 key that exists only as these bytes. */
export const SAMPLE_KEY: PublicKey = PublicKey.decode(
  Uint8Array.fromHex(
    '3059301306072a8648ce3d020106082a8648ce3d030107034200046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
      '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  ),
)

const algorithm: AlgorithmIdentifier = algorithmIdentifier('ecdsa-sha256')

/** What an ordinary server certificate says, with the extensions that a template sets. */
export const SAMPLE_TBS: TbsCertificate = {
  serialNumber: 0x7f00112233445566778899aabbccddeen,
  signatureAlgorithm: algorithm,
  issuer: makeName(parseNameString('CN=Example CA,O=Example,C=SE')),
  notBefore: Date.UTC(2026, 0, 2, 3, 4, 5),
  notAfter: Date.UTC(2027, 0, 2, 3, 4, 5),
  subject: makeName(parseNameString('CN=www.example.com,O=Exämple,C=SE')),
  publicKey: SAMPLE_KEY,
  extensions: [
    makeExtension(AuthorityKeyIdentifier, { keyIdentifier: new Uint8Array(20).fill(1) }),
    makeExtension(SubjectKeyIdentifier, new Uint8Array(20).fill(2)),
    makeExtension(KeyUsage, ['digitalSignature'], true),
    makeExtension(ExtendedKeyUsage, [EXTENDED_KEY_USAGES.serverAuth]),
    makeExtension(BasicConstraints, { ca: false }, true),
    makeExtension(SubjectAltName, [
      { type: 'dns', value: 'www.example.com' },
      { type: 'ip', value: '2001:db8::1' },
    ]),
    makeExtension(CertificatePolicies, [{ policy: '1.2.3.4', qualifiers: [{ cps: 'http://pki.example.com/cps' }] }]),
    makeExtension(AuthorityInfoAccess, [
      { method: ACCESS_METHODS.ocsp, location: { type: 'uri', value: 'http://pki.example.com/ocsp' } },
    ]),
    makeExtension(CrlDistributionPoints, [
      { distributionPoint: { fullName: [{ type: 'uri', value: 'http://pki.example.com/ca.crl' }] } },
    ]),
  ],
}

/** `SAMPLE_TBS` with something in the place of its signature. */
export const SAMPLE_CERTIFICATE: Uint8Array = assembleSigned(
  encodeTbsCertificate(SAMPLE_TBS),
  algorithm,
  new Uint8Array(70).fill(3),
)

/** A request for the same subject, key and extensions. */
export const SAMPLE_REQUEST: Uint8Array = assembleSigned(
  encodeCertificationRequestInfo({ ...SAMPLE_TBS, challengePassword: 'secret' }),
  algorithm,
  new Uint8Array(70).fill(3),
)
