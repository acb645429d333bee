import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { test } from 'node:test'
import * as peculiar from '../../../test/support/peculiar-x509.ts'
import { needs, run } from '../../../test/support/system-program.ts'
import {
  algorithmIdentifier,
  assembleSigned,
  attributeValues,
  CHALLENGE_PASSWORD,
  decodeCertificationRequest,
  EMPTY_NAME,
  EXTENDED_KEY_USAGES,
  EXTENSION_REQUEST,
  ExtendedKeyUsage,
  encodeCertificationRequestInfo,
  findExtension,
  KeyUsage,
  makeExtension,
  makeName,
  nameToString,
  PublicKey,
  parseNameString,
  type SignatureAlgorithm,
  SubjectAltName,
} from '../src/index.ts'
import { fileMadeBy } from './support/openssl-files.ts'

const CONFIG = [
  '[req]\ndistinguished_name=dn\nattributes=attr\nreq_extensions=ext\nutf8=yes\nstring_mask=utf8only\nprompt=no',
  '[dn]\nC=SE\nO=Exämple\nCN=www.example.com',
  '[attr]\nchallengePassword=s3cret pass\nunstructuredName=router 7',
  '[ext]\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:www.example.com,IP:192.0.2.1\n',
].join('\n')

/** Kinds of key that OpenSSL 3.0 makes, and how it signs requests with them. */
const OPENSSL_KEYS: Readonly<Record<string, readonly string[]>> = {
  'RSA 2048': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'P-256': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'P-521': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  Ed25519: ['-algorithm', 'ED25519'],
}

for (const [kind, options] of Object.entries(OPENSSL_KEYS)) {
  test(
    `a request that OpenSSL made for a key of kind ${kind} is read, and is what we make from its values`,
    needs('openssl'),
    async () => {
      const der = await fileMadeBy(
        { 'openssl.cnf': CONFIG },
        [
          ['openssl', 'genpkey', ...options, '-out', 'k.pem'],
          ['openssl', 'req', '-new', '-config', 'openssl.cnf', '-key', 'k.pem', '-outform', 'DER', '-out', 'r.der'],
        ],
        'r.der',
      )

      const request = decodeCertificationRequest(der)

      assert.equal(nameToString(request.subject), 'CN=www.example.com,O=Exämple,C=SE')
      assert.equal(request.challengePassword, 's3cret pass')
      assert.deepEqual(
        request.attributes.map(({ type }) => type).sort(),
        [CHALLENGE_PASSWORD, EXTENSION_REQUEST, '1.2.840.113549.1.9.2'].sort(),
      )
      assert.deepEqual(request.requestedExtensions, requested())
      assert.ok(
        verify(kind === 'Ed25519' ? null : 'sha256', request.info, nodeKey(request.publicKey), request.signature),
      )
      assert.deepEqual(assembleSigned(request.info, request.signatureAlgorithm, request.signature), der)
    },
  )
}

test('the request for these values is what OpenSSL makes of them, octet for octet', needs('openssl'), async () => {
  const theirs = decodeCertificationRequest(
    await fileMadeBy(
      { 'openssl.cnf': CONFIG.replace('\nunstructuredName=router 7', '') },
      [
        ['openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'k.pem'],
        ['openssl', 'req', '-new', '-config', 'openssl.cnf', '-key', 'k.pem', '-outform', 'DER', '-out', 'r.der'],
      ],
      'r.der',
    ),
  )

  const ours = encodeCertificationRequestInfo({
    subject: makeName(parseNameString('CN=www.example.com,O=Exämple,C=SE')),
    publicKey: theirs.publicKey,
    extensions: requested(),
    challengePassword: 's3cret pass',
  })

  assert.equal(ours.toHex(), theirs.info.toHex())
})

test('a request without attributes is what OpenSSL makes, octet for octet', needs('openssl'), async () => {
  const theirs = decodeCertificationRequest(
    await fileMadeBy(
      {},
      [
        ['openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'k.pem'],
        ['openssl', 'req', '-new', '-subj', '/', '-key', 'k.pem', '-outform', 'DER', '-out', 'r.der'],
      ],
      'r.der',
    ),
  )

  const ours = encodeCertificationRequestInfo({ subject: EMPTY_NAME, publicKey: theirs.publicKey, extensions: [] })

  assert.equal(ours.toHex(), theirs.info.toHex())
  assert.deepEqual([theirs.attributes, theirs.requestedExtensions], [[], []])
  assert.ok(!('challengePassword' in theirs))
})

const GNUTLS_KEYS = [
  ['rsa', '--bits=2048'],
  ['ecdsa', '--curve=secp384r1'],
  ['ed25519'],
  ['rsa-pss', '--bits=2048'],
] as const
for (const [kind, ...options] of GNUTLS_KEYS) {
  test(`a request that GnuTLS made for a key of kind ${kind} is read`, needs('certtool'), async () => {
    const template = [
      'dn="cn=gnutls.example,o=Example,C=GR"',
      'challenge_password="pass 123"',
      'dns_name=gnutls.example',
      'ip_address=192.0.2.7',
      'tls_www_server',
      'signing_key',
      'add_extension="1.2.3.4 0x0500"',
    ]
    const der = await fileMadeBy(
      { 't.cfg': `${template.join('\n')}\n` },
      [
        ['certtool', '--generate-privkey', `--key-type=${kind}`, ...options, '--outfile', 'k.pem'],
        [
          'certtool',
          '--generate-request',
          '--load-privkey',
          'k.pem',
          '--template',
          't.cfg',
          '--outder',
          '--outfile',
          'r.der',
        ],
      ],
      'r.der',
    )

    const request = decodeCertificationRequest(der)

    assert.equal(nameToString(request.subject), 'CN=gnutls.example,O=Example,C=GR')
    assert.equal(request.challengePassword, 'pass 123')
    assert.deepEqual(findExtension(request.requestedExtensions, KeyUsage), ['digitalSignature'])
    assert.deepEqual(findExtension(request.requestedExtensions, ExtendedKeyUsage), [EXTENDED_KEY_USAGES.serverAuth])
    assert.deepEqual(findExtension(request.requestedExtensions, SubjectAltName), [
      { type: 'dns', value: 'gnutls.example' },
      { type: 'ip', value: '192.0.2.7' },
    ])
    assert.equal(request.requestedExtensions.find(({ id }) => id === '1.2.3.4')?.value.toHex(), '0500')
    assert.deepEqual(assembleSigned(request.info, request.signatureAlgorithm, request.signature), der)
  })
}

test('a request that @peculiar/x509 made is read, and is what we make from its values', async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const theirs = await peculiar.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=Peculiar, O=Exämple',
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new peculiar.KeyUsagesExtension(peculiar.KeyUsageFlags.digitalSignature, true),
      new peculiar.SubjectAlternativeNameExtension([{ type: 'dns', value: 'peculiar.example' }]),
    ],
    attributes: [new peculiar.ChallengePasswordAttribute('123')],
  })

  const request = decodeCertificationRequest(new Uint8Array(theirs.rawData))

  assert.equal(request.challengePassword, '123')
  assert.deepEqual(findExtension(request.requestedExtensions, KeyUsage), ['digitalSignature'])
  assert.deepEqual(findExtension(request.requestedExtensions, SubjectAltName), [
    { type: 'dns', value: 'peculiar.example' },
  ])
  assert.deepEqual(attributeValues(request.subject, '2.5.4.10'), ['Exämple'])
})

/** Keys whose requests node:crypto can sign and OpenSSL 3.0 may not know. */
const NODE_KEYS: readonly (readonly [SignatureAlgorithm, () => { privateKey: KeyObject; publicKey: KeyObject }])[] = [
  ['ecdsa-sha256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['rsa-sha256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['ed25519', () => generateKeyPairSync('ed25519')],
  ['ml-dsa-44', () => generateKeyPairSync('ml-dsa-44')],
  ['ml-dsa-65', () => generateKeyPairSync('ml-dsa-65')],
  ['slh-dsa-sha2-128f', () => generateKeyPairSync('slh-dsa-sha2-128f')],
]
for (const [algorithm, makeKey] of NODE_KEYS) {
  test(`a request signed by Node.js with ${algorithm} is read back by @peculiar/x509 and by us`, () => {
    const { privateKey, publicKey } = makeKey()
    const spki = PublicKey.decode(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })))
    const subject = makeName(parseNameString('CN=node'))
    const info = encodeCertificationRequestInfo({
      subject,
      publicKey: spki,
      extensions: requested(),
      challengePassword: 'p',
    })
    const hash = algorithm.endsWith('sha256') ? 'sha256' : null
    const der = assembleSigned(info, algorithmIdentifier(algorithm), sign(hash, info, privateKey))

    const ours = decodeCertificationRequest(der)
    const theirs = new peculiar.Pkcs10CertificateRequest(der)

    assert.deepEqual(ours.info, info)
    assert.ok(verify(hash, ours.info, publicKey, ours.signature))
    assert.deepEqual(ours.requestedExtensions, requested())
    assert.equal(theirs.subject, 'CN=node')
    assert.equal(new Uint8Array(theirs.publicKey.rawData).toHex(), spki.der.toHex())
    assert.deepEqual(
      Array.from(theirs.extensions, ({ type }) => type),
      requested().map(({ id }) => id),
    )
  })
}

for (const version of [1, 2])
  test(`a request that says version ${version + 1} of itself, as Ruby's acme-client does, is read as it was signed`, () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const info = infoOfVersion(version, publicKey)
    const der = assembleSigned(info, algorithmIdentifier('ecdsa-sha256'), sign('sha256', info, privateKey))

    const request = decodeCertificationRequest(der)

    assert.deepEqual(request.info, info)
    assert.ok(verify('sha256', request.info, publicKey, request.signature))
    assert.deepEqual(request.requestedExtensions, requested())
  })

test('a request that says a version of itself which nothing has is refused', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const der = assembleSigned(infoOfVersion(3, publicKey), algorithmIdentifier('ecdsa-sha256'), new Uint8Array(8))

  assert.throws(() => decodeCertificationRequest(der), /certificationRequestInfo\.version: expected version 1/)
})

test('OpenSSL verifies a request that we made, and shows its values', needs('openssl'), async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = PublicKey.decode(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })))
  const info = encodeCertificationRequestInfo({
    subject: makeName(parseNameString('CN=ours')),
    publicKey: spki,
    extensions: requested(),
    challengePassword: 'Paßwort',
  })
  const input = assembleSigned(info, algorithmIdentifier('ecdsa-sha256'), sign('sha256', info, privateKey))

  const { status, stdout, stderr } = await run('openssl', ['req', '-inform', 'DER', '-noout', '-text', '-verify'], {
    input,
  })

  assert.equal(status, 0, String(stderr))
  assert.match(String(stderr), /verify OK/)
  assert.match(String(stdout), /challengePassword +:Pa/)
  assert.match(String(stdout), /DNS:www\.example\.com, IP Address:192\.0\.2\.1/)
})

/** What is to be signed, with another version, whose octet is the last of the first member: 30 81 xx 02 01 00. */
function infoOfVersion(version: number, publicKey: KeyObject): Uint8Array {
  const info = encodeCertificationRequestInfo({
    subject: EMPTY_NAME,
    publicKey: PublicKey.decode(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))),
    extensions: requested(),
  })
  assert.deepEqual([...info.subarray(3, 6)], [2, 1, 0])
  info[5] = version
  return info
}

function requested() {
  return [
    makeExtension(KeyUsage, ['digitalSignature'], true),
    makeExtension(ExtendedKeyUsage, [EXTENDED_KEY_USAGES.serverAuth]),
    makeExtension(SubjectAltName, [
      { type: 'dns', value: 'www.example.com' },
      { type: 'ip', value: '192.0.2.1' },
    ]),
  ]
}

function nodeKey(publicKey: PublicKey): KeyObject {
  return createPublicKey({ key: Buffer.from(publicKey.der), format: 'der', type: 'spki' })
}
