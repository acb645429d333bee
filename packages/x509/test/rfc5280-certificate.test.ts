import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { rootCertificates } from 'node:tls'
import * as peculiar from '../../../test/support/peculiar-x509.ts'
import { needs, run } from '../../../test/support/system-program.ts'
import {
  algorithmIdentifier,
  assembleSigned,
  BasicConstraints,
  type Certificate,
  CertificatePolicies,
  decodeCertificate,
  encodeTbsCertificate,
  extensionNamed,
  findExtension,
  KeyUsage,
  makeExtension,
  makeName,
  NO_EXPIRATION,
  parseNameString,
  SubjectAltName,
  SubjectKeyIdentifier,
  serialToHex,
  type TbsCertificate,
} from '../src/index.ts'
import { fileMadeBy } from './support/openssl-files.ts'
import { SAMPLE_TBS } from './support/sample-certificate.ts'

const ECDSA = algorithmIdentifier('ecdsa-sha256')

test('every root certificate that Node.js trusts is decoded, says what Node.js says, and is encoded to the same bytes', () => {
  assert.ok(rootCertificates.length > 100)
  for (const pem of rootCertificates) {
    const theirs = new X509Certificate(pem)
    const ours = decodeCertificate(new Uint8Array(theirs.raw))

    if (!timesAreInAnUnusualForm(ours))
      assert.equal(encodeTbsCertificate(ours).toHex(), ours.tbs.toHex(), theirs.subject)
    assert.equal(assembleSigned(ours.tbs, ours.signatureAlgorithm, ours.signature).toHex(), ours.der.toHex())
    assert.equal(serialToHex(ours.serialNumber), theirs.serialNumber.toLowerCase().padStart(2, '0'))
    assert.equal(ours.notBefore, theirs.validFromDate.getTime())
    assert.equal(ours.notAfter, theirs.validToDate.getTime())
    assert.equal(ours.publicKey.der.toHex(), theirs.publicKey.export({ format: 'der', type: 'spki' }).toHex())
    assert.equal(findExtension(ours.extensions, BasicConstraints)?.ca ?? false, theirs.ca)
    for (const { id, value } of ours.extensions) {
      const type = extensionNamed(id)
      if (type === undefined) continue
      const read = type.codec.decode(value)
      // User notices of old roots are BMPStrings; ours are always UTF8Strings.
      if (type.id !== CertificatePolicies.id) assert.equal(type.codec.encode(read).toHex(), value.toHex(), type.name)
    }
  }
})

test(
  'a certificate made here is read by Node.js, OpenSSL and @peculiar/x509 with every value in its place',
  needs('openssl'),
  async () => {
    const { der, certificate } = signed(SAMPLE_TBS)

    const node = new X509Certificate(der)
    assert.equal(node.subject, 'C=SE\nO=Exämple\nCN=www.example.com')
    assert.equal(node.issuer, 'C=SE\nO=Example\nCN=Example CA')
    assert.equal(node.serialNumber, '7F00112233445566778899AABBCCDDEE')
    assert.equal(node.validFromDate.getTime(), certificate.notBefore)
    assert.equal(node.validToDate.getTime(), certificate.notAfter)
    assert.equal(node.subjectAltName, 'DNS:www.example.com, IP Address:2001:DB8:0:0:0:0:0:1')
    assert.equal(node.infoAccess?.trim(), 'OCSP - URI:http://pki.example.com/ocsp')
    assert.deepEqual(node.keyUsage, ['1.3.6.1.5.5.7.3.1'])
    assert.equal(node.ca, false)

    const other = new peculiar.X509Certificate(der)
    assert.equal(new Uint8Array(other.rawData).toHex(), der.toHex())
    assert.equal(other.serialNumber, serialToHex(certificate.serialNumber))
    assert.equal(other.notAfter.getTime(), certificate.notAfter)
    assert.deepEqual(
      Array.from(other.extensions, ({ type, critical }) => [type, critical]),
      certificate.extensions.map(({ id, critical }) => [id, critical]),
    )

    const { status, stdout, stderr } = await run('openssl', ['x509', '-inform', 'DER', '-noout', '-text'], {
      input: der,
    })
    assert.equal(status, 0, String(stderr))
    for (const line of [
      'Version: 3 (0x2)',
      'Not After : Jan  2 03:04:05 2027 GMT',
      'Policy: 1.2.3.4',
      'CPS: http://pki.example.com/cps',
      'Full Name:',
      'URI:http://pki.example.com/ca.crl',
      'Digital Signature',
      'TLS Web Server Authentication',
    ])
      assert.ok(stdout.toString().includes(line), line)
  },
)

test('the signature that OpenSSL and Node.js verify is over the bytes in `tbs`', needs('openssl'), async () => {
  const { der, key, certificate } = signed({ ...SAMPLE_TBS, issuer: SAMPLE_TBS.subject })

  assert.ok(new X509Certificate(der).verify(key))
  assert.deepEqual(certificate.tbs, encodeTbsCertificate({ ...SAMPLE_TBS, issuer: SAMPLE_TBS.subject }))
})

test(
  'a certificate that GnuTLS made, with its own choice of string types, is encoded to the same bytes',
  needs('certtool'),
  async () => {
    const template = [
      'dn="cn=gnutls.example,o=Example,C=GR"',
      'serial=0x00ff00ff00ff00ff01',
      'expiration_days=30',
      'dns_name=gnutls.example',
      'ip_address=192.0.2.7',
      'uri=https://gnutls.example/',
      'tls_www_server',
      'signing_key',
      'ca',
      'path_len=3',
      'cert_signing_key',
      'crl_dist_points=http://gnutls.example/crl',
      'nc_permit_dns=example.com',
      'nc_exclude_ip=10.0.0.0/8',
      'policy1=1.3.6.1.4.1.5484.1.10.99.1.0',
      'policy1_txt="This is a policy"',
      'policy1_url=http://www.example.com/a-policy',
      'inhibit_anypolicy_skip_certs=2',
      'tls_feature=5',
      'ocsp_uri=http://gnutls.example/ocsp',
      'ca_issuers_uri=http://gnutls.example/ca',
    ]
    const der = await fileMadeBy(
      { 't.cfg': `${template.join('\n')}\n` },
      [
        ['certtool', '--generate-privkey', '--key-type=ecdsa', '--curve=secp256r1', '--outfile', 'k.pem'],
        [
          'certtool',
          '--generate-self-signed',
          '--load-privkey',
          'k.pem',
          '--template',
          't.cfg',
          '--outder',
          '--outfile',
          'c.der',
        ],
      ],
      'c.der',
    )

    const certificate = decodeCertificate(der)

    assert.equal(encodeTbsCertificate(certificate).toHex(), certificate.tbs.toHex())
    assert.equal(serialToHex(certificate.serialNumber), 'ff00ff00ff00ff01')
    assert.deepEqual(findExtension(certificate.extensions, BasicConstraints), { ca: true, pathLength: 3 })
    assert.deepEqual(findExtension(certificate.extensions, SubjectAltName), [
      { type: 'dns', value: 'gnutls.example' },
      { type: 'uri', value: 'https://gnutls.example/' },
      { type: 'ip', value: '192.0.2.7' },
    ])
    for (const { id, value } of certificate.extensions) {
      const type = extensionNamed(id)
      assert.equal(type?.codec.encode(type.codec.decode(value)).toHex(), value.toHex(), id)
    }
  },
)

test('a certificate that @peculiar/x509 made is encoded to the same bytes', async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const theirs = await peculiar.X509CertificateGenerator.createSelfSigned({
    serialNumber: '00c0ffee',
    name: 'CN=Peculiar, O=Exämple',
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2060-01-01T00:00:00Z'),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new peculiar.BasicConstraintsExtension(true, 2, true),
      new peculiar.KeyUsagesExtension(peculiar.KeyUsageFlags.keyCertSign | peculiar.KeyUsageFlags.cRLSign, true),
      await peculiar.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })

  const certificate = decodeCertificate(new Uint8Array(theirs.rawData))

  assert.equal(encodeTbsCertificate(certificate).toHex(), certificate.tbs.toHex())
  assert.equal(certificate.notAfter, Date.UTC(2060, 0))
  assert.deepEqual(findExtension(certificate.extensions, BasicConstraints), { ca: true, pathLength: 2 })
  assert.deepEqual(findExtension(certificate.extensions, KeyUsage), ['keyCertSign', 'cRLSign'])
  assert.equal(findExtension(certificate.extensions, SubjectKeyIdentifier)?.length, 20)
})

test(
  'the same certificate, asked for in the words of OpenSSL and in ours, is the same bytes',
  needs('openssl'),
  async () => {
    const config = [
      '[req]\ndistinguished_name=dn\nutf8=yes\nstring_mask=utf8only\nprompt=no\n[dn]\nC=SE\nO=Exämple\nCN=www.example.com',
      '[ext]\nbasicConstraints=critical,CA:TRUE,pathlen:1\nkeyUsage=critical,keyCertSign,cRLSign',
      'subjectKeyIdentifier=0102030405060708090a0b0c0d0e0f1011121314\n',
    ].join('\n')
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
          '-sha256',
          '-set_serial',
          '0x80ff',
          '-days',
          '20000',
          '-outform',
          'DER',
          '-out',
          'cert.der',
        ],
      ],
      'cert.der',
    )
    const theirs = decodeCertificate(der)
    const name = makeName(parseNameString('CN=www.example.com,O=Exämple,C=SE'))

    const ours = encodeTbsCertificate({
      serialNumber: 0x80ffn,
      signatureAlgorithm: ECDSA,
      issuer: name,
      notBefore: theirs.notBefore,
      notAfter: theirs.notAfter,
      subject: name,
      publicKey: theirs.publicKey,
      extensions: [
        makeExtension(BasicConstraints, { ca: true, pathLength: 1 }, true),
        makeExtension(KeyUsage, ['keyCertSign', 'cRLSign'], true),
        makeExtension(
          SubjectKeyIdentifier,
          Uint8Array.from({ length: 20 }, (_, at) => at + 1),
        ),
      ],
    })

    assert.equal(ours.toHex(), theirs.tbs.toHex())
  },
)

test(
  'a certificate without extensions is version 1, and one that never expires ends in 9999 (RFC 5280 §4.1.2.5)',
  needs('openssl'),
  async () => {
    const { der, certificate } = signed({ ...SAMPLE_TBS, extensions: [], notAfter: NO_EXPIRATION })

    const { stdout } = await run('openssl', ['x509', '-inform', 'DER', '-noout', '-text'], { input: der })

    assert.equal(certificate.version, 1)
    assert.match(stdout.toString(), /Version: 1 \(0x0\)/)
    assert.match(stdout.toString(), /Not After : Dec 31 23:59:59 9999 GMT/)
  },
)

function signed(tbs: TbsCertificate): { der: Uint8Array; key: KeyObject; certificate: Certificate } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const bytes = encodeTbsCertificate(tbs)
  const der = assembleSigned(bytes, ECDSA, sign('sha256', bytes, privateKey))
  return { der, key: publicKey, certificate: decodeCertificate(der) }
}

/** One root has GeneralizedTime for years before 2050, against RFC 5280 §4.1.2.5. */
function timesAreInAnUnusualForm({ tbs, notAfter }: Certificate): boolean {
  return notAfter < Date.UTC(2050, 0) && tbs.toHex().includes('180f3230')
}
