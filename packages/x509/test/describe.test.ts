import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs } from '../../../test/support/system-program.ts'
import {
  decodeCertificate,
  decodeCertificationRequest,
  decodePemOrDer,
  describeCertificate,
  describeRequest,
  encodeCertificationRequestInfo,
  makeName,
} from '../src/index.ts'
import { fileMadeBy } from './support/openssl-files.ts'
import { SAMPLE_KEY } from './support/sample-certificate.ts'

const CONFIG = `[req]
distinguished_name=dn
prompt=no
[dn]
C=DE
O=Example GmbH
CN=Alice
[all]
basicConstraints=critical,CA:TRUE,pathlen:2
keyUsage=critical,keyCertSign,cRLSign
extendedKeyUsage=serverAuth,1.3.6.1.4.1.55555.7
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid:always,issuer:always
subjectAltName=@names
nameConstraints=permitted;DNS:example.com,excluded;IP:10.0.0.0/255.0.0.0
certificatePolicies=1.3.6.1.4.1.55555.1,@policy
crlDistributionPoints=URI:http://crl.example/1.crl
authorityInfoAccess=OCSP;URI:http://ocsp.example/,caIssuers;URI:http://aia.example/1.cer
1.2.3.4.5=ASN1:UTF8String:hello
[names]
DNS.1=www.example.com
IP.1=2001:db8::1
email.1=a@example.com
URI.1=https://example.com/x
RID.1=1.2.3
otherName.1=1.3.6.1.4.1.311.20.2.3;UTF8:alice@corp.example
otherName.2=1.2.3.9;UTF8:x
dirName.1=other
[other]
CN=Bob
[policy]
policyIdentifier=1.3.6.1.4.1.55555.2
CPS.1=http://cps.example/
userNotice.1=@notice
[notice]
explicitText=UTF8:Read this
`
const KEY = [
  '-newkey',
  'ec',
  '-pkeyopt',
  'ec_paramgen_curve:P-384',
  '-nodes',
  '-keyout',
  'key.pem',
  '-config',
  'config',
] as const

let made: Promise<Uint8Array> | undefined

/** A certificate with all of these extensions. */
async function selfSigned() {
  const command = [
    'req',
    '-x509',
    '-new',
    ...KEY,
    '-extensions',
    'all',
    '-days',
    '30',
    '-set_serial',
    '0x0a0b',
  ] as const
  made ??= fileMadeBy({ config: CONFIG }, [['openssl', ...command, '-out', 'c.pem']], 'c.pem')
  return decodeCertificate(decodePemOrDer(await made, 'CERTIFICATE'))
}

test('a certificate of OpenSSL is explained as it was asked for', needs('openssl'), async () => {
  const described = describeCertificate(await selfSigned())

  assert.equal(described.serialNumber, '0a0b')
  assert.equal(described.signatureAlgorithm, 'ecdsa-sha256')
  assert.deepEqual(described.subject, {
    text: 'CN=Alice,O=Example GmbH,C=DE',
    attributes: [
      { type: 'countryName', value: 'DE' },
      { type: 'organizationName', value: 'Example GmbH' },
      { type: 'commonName', value: 'Alice' },
    ],
  })
  assert.deepEqual(described.publicKey, { type: 'ecdsa-p384', curve: 'p384' })
  assert.deepEqual(described.subjectAltNames, [
    { type: 'dns', value: 'www.example.com' },
    { type: 'ip', value: '2001:db8::1' },
    { type: 'email', value: 'a@example.com' },
    { type: 'uri', value: 'https://example.com/x' },
    { type: 'registeredId', value: '1.2.3' },
    { type: 'upn', value: 'alice@corp.example' },
    { type: 'otherName', value: '1.2.3.9=#0c0178' },
    { type: 'directoryName', value: 'CN=Bob' },
  ])
})

test(
  'each extension is explained by the names of the standards, an unknown one by its octets',
  needs('openssl'),
  async () => {
    const { extensions, subjectAltNames } = describeCertificate(await selfSigned())
    const of = (id: string) => extensions.find((extension) => extension.id === id)

    assert.deepEqual([of('2.5.29.19')?.value, of('2.5.29.19')?.critical], [{ ca: true, pathLength: 2 }, true])
    assert.deepEqual(of('2.5.29.15')?.value, ['keyCertSign', 'cRLSign'])
    assert.deepEqual(of('2.5.29.37')?.value, ['serverAuth', '1.3.6.1.4.1.55555.7'])
    assert.match(JSON.stringify(of('2.5.29.14')?.value), /^"[0-9a-f]{40}"$/)
    assert.deepEqual(of('2.5.29.35')?.value, {
      keyIdentifier: of('2.5.29.14')?.value,
      authorityCertIssuer: [{ type: 'directoryName', value: 'CN=Alice,O=Example GmbH,C=DE' }],
      authorityCertSerialNumber: '0a0b',
    })
    assert.deepEqual(of('2.5.29.30')?.value, {
      permitted: [{ base: { type: 'dns', value: 'example.com' } }],
      excluded: [{ base: { type: 'ip', value: '10.0.0.0/8' } }],
    })
    assert.deepEqual(of('2.5.29.32')?.value, [
      { policy: '1.3.6.1.4.1.55555.1' },
      {
        policy: '1.3.6.1.4.1.55555.2',
        qualifiers: [{ cps: 'http://cps.example/' }, { userNotice: { explicitText: 'Read this' } }],
      },
    ])
    assert.deepEqual(of('2.5.29.31')?.value, [
      { distributionPoint: { fullName: [{ type: 'uri', value: 'http://crl.example/1.crl' }] } },
    ])
    assert.deepEqual(of('1.3.6.1.5.5.7.1.1')?.value, [
      { method: 'ocsp', location: { type: 'uri', value: 'http://ocsp.example/' } },
      { method: 'caIssuers', location: { type: 'uri', value: 'http://aia.example/1.cer' } },
    ])
    assert.deepEqual(of('1.2.3.4.5'), { id: '1.2.3.4.5', critical: false, hex: '0c0568656c6c6f' })
    assert.equal(subjectAltNames.length, 8)
  },
)

test(
  'an extension whose value is broken is shown as its octets, and what is explained is plain JSON',
  needs('openssl'),
  async () => {
    const certificate = await selfSigned()
    const broken = certificate.extensions.map((extension) => ({ ...extension, value: extension.value.subarray(0, 3) }))
    const described = describeCertificate({ ...certificate, extensions: broken })

    for (const { value, hex } of described.extensions) assert.deepEqual([value, hex.length], [undefined, 6])
    assert.deepEqual(described.subjectAltNames, [])
    const whole = describeCertificate(certificate)
    assert.deepEqual(JSON.parse(JSON.stringify(whole)), whole)
  },
)

test('the challenge password of a request is not told', () => {
  const subject = makeName([[{ type: '2.5.4.3', value: 'Alice' }]])
  const info = encodeCertificationRequestInfo({
    subject,
    publicKey: SAMPLE_KEY,
    extensions: [],
    challengePassword: 'sesame',
  })
  const request = { ...decodeUnsigned(info), challengePassword: 'sesame' }

  assert.doesNotMatch(JSON.stringify(describeRequest(request)), /sesame/)
})

/** A request whose signature nobody checks. */
function decodeUnsigned(info: Uint8Array) {
  const signature = [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02, 0x03, 0x02, 0x00, 0x00]
  const content = [...info, ...signature]
  const length = content.length < 0x100 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff]
  return decodeCertificationRequest(Uint8Array.from([0x30, ...length, ...content]))
}
