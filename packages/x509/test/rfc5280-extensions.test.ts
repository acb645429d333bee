import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs } from '../../../test/support/system-program.ts'
import {
  ACCESS_METHODS,
  AuthorityInfoAccess,
  AuthorityKeyIdentifier,
  BasicConstraints,
  CertificatePolicies,
  CrlDistributionPoints,
  decodeCertificate,
  EXTENDED_KEY_USAGES,
  ExtendedKeyUsage,
  type Extension,
  Extensions,
  type ExtensionType,
  extendedKeyUsageName,
  extensionNamed,
  FreshestCrl,
  findExtension,
  InhibitAnyPolicy,
  IssuerAltName,
  KEY_USAGE_BITS,
  KeyUsage,
  makeExtension,
  makeName,
  NameConstraints,
  OcspNoCheck,
  PolicyConstraints,
  PolicyMappings,
  parseNameString,
  SubjectAltName,
  SubjectInfoAccess,
  SubjectKeyIdentifier,
  TLS_FEATURE_STATUS_REQUEST,
  TlsFeature,
} from '../src/index.ts'
import { fileMadeBy } from './support/openssl-files.ts'

/** An extension in the words of an OpenSSL configuration, and the same in ours. */
interface Pair {
  readonly title: string
  /** Lines of the section; the first is the extension. */
  readonly openssl: string
  readonly sections?: string
  readonly ours: Extension
}

function pair<T>(title: string, openssl: string, type: ExtensionType<T>, value: T, sections = ''): Pair {
  return { title, openssl, sections, ours: makeExtension(type, value, openssl.includes('critical')) }
}

const uri = (value: string) => ({ type: 'uri', value }) as const
const dns = (value: string) => ({ type: 'dns', value }) as const
const example = makeName(parseNameString('CN=Part,O=Example,C=SE'))
const EXAMPLE = '[dir]\nC=SE\nO=Example\nCN=Part\n'

const PAIRS: readonly Pair[] = [
  ...KEY_USAGE_BITS.map((bit) => pair(`keyUsage with ${bit}`, `keyUsage=critical,${bit}`, KeyUsage, [bit])),
  pair('keyUsage with all bits', `keyUsage=${KEY_USAGE_BITS.join(',')}`, KeyUsage, KEY_USAGE_BITS),
  pair('extKeyUsage', 'extendedKeyUsage=serverAuth,clientAuth,1.2.3.4', ExtendedKeyUsage, [
    EXTENDED_KEY_USAGES.serverAuth,
    EXTENDED_KEY_USAGES.clientAuth,
    '1.2.3.4',
  ]),
  pair('basicConstraints of a CA', 'basicConstraints=critical,CA:TRUE', BasicConstraints, { ca: true }),
  pair('basicConstraints with a path length', 'basicConstraints=CA:TRUE,pathlen:0', BasicConstraints, {
    ca: true,
    pathLength: 0,
  }),
  pair('basicConstraints of an end entity', 'basicConstraints=CA:FALSE', BasicConstraints, { ca: false }),
  pair(
    'subjectAltName with every form',
    'subjectAltName=DNS:*.example.com,DNS:xn--bcher-kva.example,IP:192.0.2.1,IP:2001:db8::ff00:42:8329,email:a@example.com,URI:ldap://h/dc=x,otherName:1.3.6.1.4.1.311.20.2.3;UTF8:alice@corp.example,otherName:1.2.3;INT:5,dirName:dir,RID:1.2.3.4',
    SubjectAltName,
    [
      dns('*.example.com'),
      dns('xn--bcher-kva.example'),
      { type: 'ip', value: '192.0.2.1' },
      { type: 'ip', value: '2001:db8::ff00:42:8329' },
      { type: 'email', value: 'a@example.com' },
      uri('ldap://h/dc=x'),
      { type: 'upn', value: 'alice@corp.example' },
      { type: 'otherName', typeId: '1.2.3', value: Uint8Array.from([2, 1, 5]) },
      { type: 'directoryName', value: example },
      { type: 'registeredId', value: '1.2.3.4' },
    ],
    EXAMPLE,
  ),
  pair('issuerAltName', 'issuerAltName=DNS:ca.example.com', IssuerAltName, [dns('ca.example.com')]),
  pair(
    'nameConstraints with every form',
    'nameConstraints=critical,permitted;DNS:example.com,permitted;IP:10.0.0.0/255.0.0.0,permitted;IP:2001:db8::/ffff:ffff::,permitted;dirName:dir,excluded;email:.example.org,excluded;URI:host.example.net',
    NameConstraints,
    {
      permitted: [
        { base: dns('example.com') },
        { base: { type: 'ip', value: '10.0.0.0/8' } },
        { base: { type: 'ip', value: '2001:db8::/32' } },
        { base: { type: 'directoryName', value: example } },
      ],
      excluded: [{ base: { type: 'email', value: '.example.org' } }, { base: uri('host.example.net') }],
    },
    EXAMPLE,
  ),
  pair(
    'certificatePolicies with CPS and user notice',
    'certificatePolicies=2.23.140.1.2.1,@pol',
    CertificatePolicies,
    [
      { policy: '2.23.140.1.2.1' },
      {
        policy: '1.3.5.8',
        qualifiers: [{ cps: 'http://pki.example.com/cps' }, { userNotice: { explicitText: 'Für Prüfzwecke' } }],
      },
    ],
    '[pol]\npolicyIdentifier=1.3.5.8\nCPS.1=http://pki.example.com/cps\nuserNotice.1=@notice\n[notice]\nexplicitText=UTF8:Für Prüfzwecke\n',
  ),
  pair('policyMappings', 'policyMappings=1.2.3:1.2.4,1.2.5:1.2.6', PolicyMappings, [
    { issuerDomainPolicy: '1.2.3', subjectDomainPolicy: '1.2.4' },
    { issuerDomainPolicy: '1.2.5', subjectDomainPolicy: '1.2.6' },
  ]),
  pair('policyConstraints', 'policyConstraints=requireExplicitPolicy:3,inhibitPolicyMapping:0', PolicyConstraints, {
    requireExplicitPolicy: 3,
    inhibitPolicyMapping: 0,
  }),
  pair('policyConstraints with one field', 'policyConstraints=inhibitPolicyMapping:200', PolicyConstraints, {
    inhibitPolicyMapping: 200,
  }),
  pair('inhibitAnyPolicy', 'inhibitAnyPolicy=critical,2', InhibitAnyPolicy, 2),
  pair(
    'authorityInfoAccess',
    'authorityInfoAccess=OCSP;URI:http://o.example.com/,caIssuers;URI:http://a.example.com/ca.cer',
    AuthorityInfoAccess,
    [
      { method: ACCESS_METHODS.ocsp, location: uri('http://o.example.com/') },
      { method: ACCESS_METHODS.caIssuers, location: uri('http://a.example.com/ca.cer') },
    ],
  ),
  pair(
    'subjectInfoAccess',
    'subjectInfoAccess=caRepository;URI:http://r.example.com/,ad_timestamping;URI:http://t.example.com/',
    SubjectInfoAccess,
    [
      { method: ACCESS_METHODS.caRepository, location: uri('http://r.example.com/') },
      { method: ACCESS_METHODS.timeStamping, location: uri('http://t.example.com/') },
    ],
  ),
  pair(
    'cRLDistributionPoints with an address',
    'crlDistributionPoints=URI:http://c.example.com/a.crl',
    CrlDistributionPoints,
    [{ distributionPoint: { fullName: [uri('http://c.example.com/a.crl')] } }],
  ),
  pair(
    'cRLDistributionPoints with reasons, CRL issuer and relative name',
    'crlDistributionPoints=full,relative',
    CrlDistributionPoints,
    [
      {
        distributionPoint: { fullName: [uri('http://c.example.com/a.crl'), uri('ldap://h/cn=x')] },
        reasons: ['keyCompromise', 'cACompromise', 'aACompromise'],
        crlIssuer: [{ type: 'directoryName', value: example }],
      },
      {
        distributionPoint: { nameRelativeToCRLIssuer: [{ type: '2.5.4.3', value: 'part 1' }] },
        crlIssuer: [{ type: 'directoryName', value: example }],
      },
    ],
    `${EXAMPLE}[full]\nfullname=URI:http://c.example.com/a.crl,URI:ldap://h/cn=x\nCRLissuer=dirName:dir\nreasons=keyCompromise,CACompromise,AACompromise\n[relative]\nrelativename=rel\nCRLissuer=dirName:dir\n[rel]\nCN=part 1\n`,
  ),
  pair('freshestCRL', 'freshestCRL=URI:http://c.example.com/delta.crl', FreshestCrl, [
    { distributionPoint: { fullName: [uri('http://c.example.com/delta.crl')] } },
  ]),
  pair('subjectKeyIdentifier', 'subjectKeyIdentifier=0102030405', SubjectKeyIdentifier, Uint8Array.of(1, 2, 3, 4, 5)),
  pair('ocspNoCheck', 'noCheck=ignored', OcspNoCheck, null),
  pair('tlsFeature', 'tlsfeature=status_request,status_request_v2', TlsFeature, [TLS_FEATURE_STATUS_REQUEST, 17]),
]

for (const { title, openssl, sections = '', ours } of PAIRS) {
  test(`${title} is encoded as OpenSSL encodes it`, needs('openssl'), async () => {
    const theirs = await opensslExtension(openssl, sections)

    assert.equal(Extensions.encode([ours]).toHex(), Extensions.encode([theirs]).toHex())
  })

  test(`${title} is read back as the value that it was made of`, needs('openssl'), async () => {
    const type = extensionNamed(ours.id)
    const theirs = await opensslExtension(openssl, sections)

    assert.deepEqual(type?.codec.decode(theirs.value), type?.codec.decode(ours.value))
    assert.equal(type?.codec.encode(type.codec.decode(theirs.value)).toHex(), ours.value.toHex())
  })
}

test(
  'the authority key identifier of OpenSSL, with issuer and serial number, is read and written back',
  needs('openssl'),
  async () => {
    const { issuer, serialNumber, extensions } = await opensslCertificate(
      'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid:always,issuer:always',
      '',
    )

    const identifier = findExtension(extensions, AuthorityKeyIdentifier)

    assert.deepEqual(identifier, {
      keyIdentifier: findExtension(extensions, SubjectKeyIdentifier),
      authorityCertIssuer: [{ type: 'directoryName', value: issuer }],
      authorityCertSerialNumber: serialNumber,
    })
    assert.ok(identifier)
    assert.deepEqual(
      makeExtension(AuthorityKeyIdentifier, identifier),
      extensions.find(({ id }) => id === AuthorityKeyIdentifier.id),
    )
  },
)

test('every purpose with a name has the object identifier that OpenSSL knows under it', needs('openssl'), async () => {
  const names = {
    anyExtendedKeyUsage: 'anyExtendedKeyUsage',
    serverAuth: 'serverAuth',
    clientAuth: 'clientAuth',
    codeSigning: 'codeSigning',
    emailProtection: 'emailProtection',
    ipsecEndSystem: 'ipsecEndSystem',
    ipsecTunnel: 'ipsecTunnel',
    ipsecUser: 'ipsecUser',
    timeStamping: 'timeStamping',
    OCSPSigning: 'OCSPSigning',
    ipsecIKE: 'ipsecIKE',
    precertificateSigning: 'ct_precert_signer',
    msCodeInd: 'msCodeInd',
    msCodeCom: 'msCodeCom',
    msCTLSign: 'msCTLSign',
    msEFS: 'msEFS',
    msSmartcardLogin: 'msSmartcardLogin',
  } as const

  const theirs = await opensslExtension(`extendedKeyUsage=${Object.values(names).join(',')}`)

  assert.deepEqual(ExtendedKeyUsage.codec.decode(theirs.value).map(extendedKeyUsageName), Object.keys(names))
})

async function opensslExtension(line: string, sections = ''): Promise<Extension> {
  const { extensions } = await opensslCertificate(line, sections)
  const extension = extensions.find(({ id }) => id !== '2.5.29.14' || line.startsWith('subjectKeyIdentifier'))
  assert.ok(extension)
  return extension
}

async function opensslCertificate(lines: string, sections: string) {
  const config = `[req]\ndistinguished_name=dn\nutf8=yes\nstring_mask=utf8only\nprompt=no\n[dn]\nCN=Test\n[ext]\n${lines}\n${sections}`
  const der = await fileMadeBy(
    { 'openssl.cnf': config },
    [
      ['openssl', 'ecparam', '-genkey', '-noout', '-name', 'prime256v1', '-out', 'key.pem'],
      [
        'openssl',
        'req',
        '-x509',
        '-new',
        '-config',
        'openssl.cnf',
        '-extensions',
        'ext',
        '-key',
        'key.pem',
        '-utf8',
        '-outform',
        'DER',
        '-out',
        'cert.der',
      ],
    ],
    'cert.der',
  )
  return decodeCertificate(der)
}
