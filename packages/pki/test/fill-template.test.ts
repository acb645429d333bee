import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, test } from 'node:test'
import {
  type Extension,
  type KeyType,
  makeName,
  NULL_PARAMETERS,
  parseNameString,
  type SignatureAlgorithm,
} from '@chancery/x509'
import {
  encodeDraft,
  fillTemplate,
  type Issuer,
  intermediateProfile,
  lintDraft,
  OCSP_RESPONDER_PROFILE,
  type Profile,
  Refusal,
} from '../src/index.ts'
import { openOpenssl } from './openssl.ts'
import {
  type Ca,
  certify,
  cn,
  dns,
  email,
  fillOf,
  ip,
  keyOf,
  NOW,
  requestOf,
  rootCa,
  starter,
  subordinate,
  uri,
} from './world.ts'

const openssl = await openOpenssl()
after(openssl.close)
const ca = rootCa()

function made(profile: Profile, request: Parameters<typeof requestOf>[0] = {}, below: Ca = ca) {
  const key = request.key ?? keyOf('ecdsa-p256')
  const draft = fillTemplate({ profile, request: requestOf({ ...request, key }) }, below.issuer, {
    ...fillOf(below.key),
    keyIdentifier: keyOf('ecdsa-p256').keyIdentifier,
  })
  return { draft, certificate: certify(draft, below.key) }
}

test('a Web Server certificate reads in OpenSSL as the template says', async () => {
  const { certificate } = made(starter('Web Server'), {
    key: keyOf('rsa-2048'),
    subjectAltNames: [dns('WWW.Example.com'), ip('2001:DB8::1')],
  })

  const text = await openssl.text(certificate)

  const expected = [
    'Version: 3 (0x2)',
    'Issuer: CN=Test Root',
    'Not Before: Jun  1 11:55:00 2026 GMT',
    'Not After : Jul  3 11:54:59 2027 GMT',
    'Subject: CN=www.example.com',
    'X509v3 Key Usage: critical\n                Digital Signature, Key Encipherment\n',
    'X509v3 Extended Key Usage: \n                TLS Web Server Authentication\n',
    'X509v3 Basic Constraints: critical\n                CA:FALSE\n',
    'X509v3 Subject Alternative Name: \n                DNS:www.example.com, IP Address:2001:DB8:0:0:0:0:0:1\n',
    'Full Name:\n                  URI:http://pki.example.com/crl/1.crl\n',
    'Authority Information Access: \n                OCSP - URI:http://pki.example.com/ocsp/1\n                CA Issuers - URI:http://pki.example.com/aia/1.cer\n',
  ]
  for (const part of expected) assert.ok(text.includes(part), `${part}\nis missing in\n${text}`)
})

test('extensions stand in one order, whatever the template sets', () => {
  const { certificate } = made(
    {
      ...intermediateProfile({
        extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
        nameConstraints: { permitted: [{ type: 'dns', value: 'example.com' }], excluded: [] },
      }),
      subjectAltNames: { fromRequest: ['dns'], required: false, fixed: [], fromCommonName: false },
      policies: [{ policy: '1.2.3.4', cps: true, userNotice: 'A notice' }],
      copyExtensions: ['1.3.6.1.5.5.7.1.24'],
      extraExtensions: [{ id: '1.2.3.4.5', critical: false, value: 'BQA=' }],
    },
    {
      subjectAltNames: [dns('example.com')],
      extensions: [{ id: '1.3.6.1.5.5.7.1.24', critical: false, value: Uint8Array.of(0x30, 3, 2, 1, 5) }],
    },
  )

  assert.deepEqual(
    certificate.extensions.map(({ id }) => id),
    [
      '2.5.29.35',
      '2.5.29.14',
      '2.5.29.15',
      '2.5.29.37',
      '2.5.29.19',
      '2.5.29.17',
      '2.5.29.32',
      '2.5.29.31',
      '1.3.6.1.5.5.7.1.1',
      '2.5.29.30',
      '1.3.6.1.5.5.7.1.24',
      '1.2.3.4.5',
    ],
  )
})

test('policies read in OpenSSL with CPS and notice', async () => {
  const { certificate } = made(
    { ...starter('Web Server'), policies: [{ policy: '1.2.3.4', cps: true, userNotice: 'Grüße' }] },
    { subjectAltNames: [dns('a.example')] },
  )

  const text = await openssl.text(certificate)

  assert.match(
    text,
    /Policy: 1\.2\.3\.4\n\s+CPS: http:\/\/pki\.example\.com\/cps\/1\n\s+User Notice:\n\s+Explicit Text: /,
  )
})

test('the subject has its attributes in one order, the fixed ones in place of the requested', () => {
  const subject = [
    { type: 'emailAddress', value: 'a@example.com' },
    { type: 'CN', value: 'Alice' },
    { type: '2.5.4.11', value: 'Unit 1' },
    { type: 'organizationName', value: 'Requested' },
    { type: 'ou', value: 'Unit 2' },
    { type: 'countryName', value: 'SE' },
    { type: '1.2.3.4.5', value: 'unknown' },
    { type: 'DC', value: 'com' },
    { type: 'DC', value: 'example' },
  ]
  const profile: Profile = {
    ...starter('Client Authentication'),
    subject: { fromRequest: 'any', required: [], fixed: [{ type: 'O', value: 'Fixed' }] },
  }
  const { certificate } = made(profile, { subject })

  assert.equal(
    new X509Certificate(certificate.der).subject,
    [
      'DC=com',
      'DC=example',
      'C=SE',
      'O=Fixed',
      'OU=Unit 1',
      'OU=Unit 2',
      'CN=Alice',
      'emailAddress=a@example.com',
      '1.2.3.4.5=unknown',
    ].join('\n'),
  )
})

test('attributes that a template does not name are left out', () => {
  const { certificate } = made(starter('Web Server'), {
    subject: [cn('www.example.com'), { type: 'organizationName', value: 'Microsoft' }],
    subjectAltNames: [dns('www.example.com')],
  })

  assert.equal(new X509Certificate(certificate.der).subject, 'CN=www.example.com')
})

test('a common name becomes the alternative name when the request has none', () => {
  const sanOf = (subject: string, subjectAltNames = {}) =>
    new X509Certificate(made(starter('Web Server'), { subject: [cn(subject)], ...subjectAltNames }).certificate.der)
      .subjectAltName

  assert.equal(sanOf('WWW.Bücher.example'), 'DNS:www.xn--bcher-kva.example')
  assert.equal(sanOf('10.0.0.1'), 'IP Address:10.0.0.1')
  assert.equal(sanOf('A web server'), undefined)
  assert.equal(sanOf('www.example.com', { subjectAltNames: [dns('a.example')] }), 'DNS:a.example')
  assert.equal(sanOf('alice@example.com'), undefined)
})

test('fixed names are added once, and every type of name can be carried', async () => {
  const all = ['dns', 'ip', 'email', 'uri', 'upn', 'directoryName', 'registeredId'] as const
  const profile: Profile = {
    ...starter('Client Authentication'),
    subjectAltNames: {
      fromRequest: all,
      required: true,
      fixed: [
        { type: 'dns', value: 'A.example' },
        { type: 'dns', value: 'b.example' },
      ],
      fromCommonName: false,
    },
  }
  const { certificate, draft } = made(profile, {
    subjectAltNames: [
      dns('a.example'),
      ip('10.0.0.1'),
      email('Alice@EXAMPLE.com'),
      uri('HTTPS://A.example/Path'),
      { type: 'upn', value: 'alice@corp.example' },
      { type: 'directoryName', value: makeName(parseNameString('CN=Alice,O=Example')) },
      { type: 'registeredId', value: '1.2.3.4' },
    ],
  })

  const text = await openssl.text(certificate)

  assert.match(
    text,
    /DNS:a\.example, IP Address:10\.0\.0\.1, email:Alice@example\.com, URI:https:\/\/a\.example\/Path, othername: UPN:+alice@corp\.example, DirName:.*, Registered ID:1\.2\.3\.4, DNS:b\.example\n/,
  )
  lintDraft(encodeDraft(draft), ca.issuer)
})

test('requested extensions are copied only when the template lists them, and never in place of an extra one', () => {
  const requested: Extension[] = [
    { id: '1.2.3.1', critical: true, value: NULL_PARAMETERS },
    { id: '1.2.3.2', critical: false, value: NULL_PARAMETERS },
    { id: '1.2.3.3', critical: false, value: NULL_PARAMETERS },
  ]
  const profile: Profile = {
    ...starter('Web Server'),
    copyExtensions: ['1.2.3.1', '1.2.3.2'],
    extraExtensions: [{ id: '1.2.3.2', critical: true, value: 'BAEB' }],
  }
  const { certificate } = made(profile, { extensions: requested })

  assert.deepEqual(
    certificate.extensions.slice(-2).map(({ id, critical, value }) => [id, critical, value.toHex()]),
    [
      ['1.2.3.1', true, '0500'],
      ['1.2.3.2', true, '040101'],
    ],
  )
})

test('an empty subject makes the alternative names critical', () => {
  const { certificate } = made(starter('Web Server'), { subject: [], subjectAltNames: [dns('a.example')] })

  assert.equal(certificate.extensions.find(({ id }) => id === '2.5.29.17')?.critical, true)
})

test('a value that no certificate can hold is refused, not a fault', () => {
  const subject = [{ type: 'serialNumber', value: 'ü' }]
  const profile: Profile = {
    ...starter('Client Authentication'),
    subject: { fromRequest: 'any', required: [], fixed: [] },
  }

  assert.throws(
    () => made(profile, { subject }),
    (error) => error instanceof Refusal && error.code === 'name-not-allowed' && /PrintableString/.test(error.message),
  )
})

test('a certificate is signed as its template chooses, else as its CA does, else as the key of that usually does', () => {
  const ca = rootCa()
  const key = keyOf('ecdsa-p256')
  const profile = starter('Web Server')
  const chosen = { ...ca.issuer, signatureAlgorithm: 'ecdsa-sha384' } as const
  const algorithmOf = (issuer: Issuer, signatureAlgorithm?: SignatureAlgorithm) =>
    fillTemplate(
      { profile: { ...profile, ...(signatureAlgorithm && { signatureAlgorithm }) }, request: requestOf({ key }) },
      issuer,
      fillOf(key),
    ).algorithm

  const algorithms = [algorithmOf(chosen, 'ecdsa-sha512'), algorithmOf(chosen), algorithmOf(ca.issuer)]

  assert.deepEqual(algorithms, ['ecdsa-sha512', 'ecdsa-sha384', 'ecdsa-sha256'])
})

test('a signature algorithm that the issuer cannot make is refused with those that it can', () => {
  const profile: Profile = { ...starter('Web Server'), signatureAlgorithm: 'rsa-sha256' }

  assert.throws(
    () => made(profile),
    (error) =>
      error instanceof Refusal &&
      error.code === 'not-permitted' &&
      /ecdsa-sha256, ecdsa-sha384, ecdsa-sha512/.test(error.message),
  )
  assert.equal(made({ ...profile, signatureAlgorithm: 'ecdsa-sha512' }).draft.algorithm, 'ecdsa-sha512')
})

test('OpenSSL verifies chains of root, intermediate, server and responder, strictly', async () => {
  const chains: readonly KeyType[] = ['ecdsa-p256', 'rsa-2048', 'ecdsa-p384', 'ecdsa-p521', 'ed25519']
  for (const keyType of chains) {
    const root = rootCa(
      { pathLength: 1, extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.9'] },
      keyOf(keyType, 10),
    )
    const middle = subordinate(root, intermediateProfile(), 'Middle', keyOf(keyType, 11))
    const server = made(starter('Web Server'), { subjectAltNames: [dns('www.example.com')] }, middle)
    const responder = made(OCSP_RESPONDER_PROFILE, { subject: [cn('Responder')] }, middle)

    lintDraft(encodeDraft(server.draft), middle.issuer)
    lintDraft(encodeDraft(responder.draft), middle.issuer)
    const verdicts = [
      await openssl.verify(
        middle.issuer.chain,
        server.certificate,
        '-purpose',
        'sslserver',
        '-verify_hostname',
        'www.example.com',
      ),
      await openssl.verify(middle.issuer.chain, responder.certificate, '-purpose', 'ocsphelper'),
    ]
    for (const { valid, words } of verdicts) assert.ok(valid, `${keyType}: ${words}`)
  }
})

test('OpenSSL refuses below a path length what our lint refuses', async () => {
  const root = rootCa({ pathLength: 0 }, keyOf('ecdsa-p256', 12))
  const profile = intermediateProfile({ pathLength: null })
  assert.throws(
    () => subordinate(root, profile, 'Middle', keyOf('ecdsa-p256', 13)),
    (error) => error instanceof Refusal && /pathLengthIsLeft/.test(JSON.stringify(error.problems)),
  )

  const middle = subordinate(root, profile, 'Middle', keyOf('ecdsa-p256', 13), true)
  const { draft, certificate } = made(starter('Web Server'), { subjectAltNames: [dns('www.example.com')] }, middle)

  assert.throws(() => lintDraft(encodeDraft(draft), middle.issuer), Refusal)
  assert.match((await openssl.verify(middle.issuer.chain, certificate)).words, /path length constraint exceeded/)
})

test('a root of ten years is its own issuer and names no addresses', async () => {
  const { certificate } = rootCa({
    subject: [cn('Root'), { type: 'C', value: 'SE' }],
    nameConstraints: {
      permitted: [{ type: 'ip', value: '10.0.0.0/8' }],
      excluded: [{ type: 'upn', value: 'x.example' }],
    },
  }).issuer

  const text = await openssl.text(certificate)

  assert.match(text, /Issuer: CN=Root,C=SE/)
  assert.match(text, /Subject: CN=Root,C=SE/)
  assert.match(text, /X509v3 Basic Constraints: critical\n\s+CA:TRUE\n/)
  assert.match(text, /X509v3 Key Usage: critical\n\s+Certificate Sign, CRL Sign\n/)
  assert.match(text, /X509v3 Name Constraints: critical\n\s+Permitted:\n\s+IP:10\.0\.0\.0\/255\.0\.0\.0\n/)
  assert.doesNotMatch(text, /CRL Distribution|Authority Information/)
  assert.equal(certificate.notAfter - certificate.notBefore + 1000, 3652 * 86_400_000)
  assert.ok(new X509Certificate(certificate.der).verify(new X509Certificate(certificate.der).publicKey))
  assert.ok(certificate.notBefore < NOW)
})
