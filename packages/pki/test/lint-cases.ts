import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import {
  AuthorityInfoAccess,
  AuthorityKeyIdentifier,
  BasicConstraints,
  CertificatePolicies,
  CrlDistributionPoints,
  EMPTY_NAME,
  EXTENDED_KEY_USAGES,
  ExtendedKeyUsage,
  type Extension,
  type ExtensionType,
  type GeneralName,
  InhibitAnyPolicy,
  KeyUsage,
  type KeyUsageBit,
  makeAlgorithmIdentifier,
  makeExtension,
  makeName,
  NameConstraints,
  NULL_PARAMETERS,
  OcspNoCheck,
  type Oid,
  PublicKey,
  RsaPublicKey,
  SubjectAltName,
  SubjectKeyIdentifier,
} from '@chancery/x509'
import {
  type CertificateRequest,
  type Draft,
  encodeDraft,
  fillRoot,
  fillTemplate,
  findings,
  intermediateProfile,
  type LintFinding,
  type Profile,
} from '../src/index.ts'
import {
  ADDRESSES,
  type Ca,
  cn,
  DAY,
  dns,
  fillOf,
  keyOf,
  NOW,
  nextSerial,
  publicParts,
  requestOf,
  rootCa,
  starter,
  subordinate,
} from './world.ts'

/** A certificate as a lint test describes it: a Web Server certificate of a root, but for what is said. */
export interface Case {
  readonly profile?: Profile
  readonly request?: Partial<CertificateRequest>
  readonly publicKey?: PublicKey
  readonly ca?: Ca
  /** A self-signed root in place of the rest. */
  readonly root?: true
  /** Changes to the draft, after the template was filled. */
  readonly draft?: (draft: Draft) => Partial<Draft>
  /** Extensions in the place of those of the same type, or added. */
  readonly extensions?: readonly Extension[]
  readonly without?: readonly ExtensionType<never>['id'][]
  /** Changes to the bytes. */
  readonly bytes?: (tbs: Uint8Array, draft: Draft) => Uint8Array
}

/** What the lints find in a case. */
export function findingsOf(described: Case): readonly LintFinding[] {
  const ca = described.ca ?? plainCa
  const draft = changed(described, described.root ? rootDraft(described) : leafDraft(described, ca))
  const { tbs } = encodeDraft(draft)
  return findings(described.bytes?.(tbs, draft) ?? tbs, described.root ? 'self' : ca.issuer)
}

function leafDraft({ profile = starter('Web Server'), request, publicKey }: Case, ca: Ca): Draft {
  const key = publicKey ? { publicKey, keyIdentifier: new Uint8Array(20).fill(7) } : keyOf('ecdsa-p256')
  const asked = requestOf({ key, subjectAltNames: [dns('www.example.com')], ...request })
  return fillTemplate({ profile, request: asked }, ca.issuer, fillOf(key))
}

function rootDraft({ publicKey }: Case): Draft {
  const { keyIdentifier, publicKey: usual } = keyOf('ecdsa-p256')
  const key = { publicKey: publicKey ?? usual, keyIdentifier }
  return fillRoot({ subject: [cn('Root')], ...key, serialNumber: nextSerial(), now: NOW })
}

function changed({ draft: change, extensions = [], without = [] }: Case, draft: Draft): Draft {
  const replaced = new Set<string>([...without, ...extensions.map(({ id }) => id)])
  const kept = draft.extensions.filter(({ id }) => !replaced.has(id))
  const next = { ...draft, extensions: [...kept, ...extensions] }
  return { ...next, ...change?.(next) }
}

const plainCa = rootCa()

export const caProfile = intermediateProfile()
const serverBits = (...bits: readonly KeyUsageBit[]) => [makeExtension(KeyUsage, bits, true)]
const purposes = (...ids: readonly Oid[]) => [makeExtension(ExtendedKeyUsage, ids)]
const names = (...values: readonly GeneralName[]) => [makeExtension(SubjectAltName, values)]
const subject =
  (...attributes: readonly (readonly [Oid, string])[]) =>
  () => ({
    subject: makeName(attributes.map(([type, value]) => [{ type, value }])),
  })
const rsa = (modulus: bigint, publicExponent: bigint): PublicKey =>
  PublicKey.decode(
    PublicKey.encode({
      ...keyOf('rsa-2048').publicKey,
      der: spkiOf(RsaPublicKey.encode({ modulus, publicExponent })),
    }),
  )
const nodeKey = (spki: Uint8Array) => publicParts(spki).publicKey
const spkiOf = (pkcs1: Uint8Array): Uint8Array =>
  Uint8Array.from(
    createPublicKey({ key: Buffer.from(pkcs1), format: 'der', type: 'pkcs1' }).export({ type: 'spki', format: 'der' }),
  )
const rsaKey = (modulusLength: number, publicExponent = 65537) =>
  nodeKey(
    Uint8Array.from(
      generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ type: 'spki', format: 'der' }),
    ),
  )
const curveKey = (namedCurve: string) =>
  nodeKey(Uint8Array.from(generateKeyPairSync('ec', { namedCurve }).publicKey.export({ type: 'spki', format: 'der' })))
const ed448 = nodeKey(Uint8Array.from(generateKeyPairSync('ed448').publicKey.export({ type: 'spki', format: 'der' })))

const CN = '2.5.4.3'
const O = '2.5.4.10'
const C = '2.5.4.6'
const EMAIL = '1.2.840.113549.1.9.1'
const { serverAuth, clientAuth, timeStamping, OCSPSigning, anyExtendedKeyUsage } = EXTENDED_KEY_USAGES

/** A modulus of 2048 bits that is no key of anyone: divisible by 3 or not, of the ROCA form or not. */
const PRIMORIAL = [
  2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
  113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
].reduce((product, prime) => product * BigInt(prime), 1n)
const rocaModulus = (): bigint => {
  const base = (1n << 2047n) - ((1n << 2047n) % PRIMORIAL)
  return base + PRIMORIAL * 12345n + (65537n ** 5n % PRIMORIAL)
}

const sub = (options: Parameters<typeof intermediateProfile>[0], above = plainCa, name = 'Subordinate') =>
  subordinate(above, intermediateProfile(options), name, keyOf('ecdsa-p256', 1), true)
const constrained = (permitted: readonly string[], excluded: readonly string[] = []) =>
  sub({
    nameConstraints: {
      permitted: permitted.map((value) => ({ type: 'dns', value })),
      excluded: excluded.map((value) => ({ type: 'dns', value })),
    },
  })

/** Puts bytes in place of others and mends the length of the TBSCertificate, which is two octets long. */
function spliced(tbs: Uint8Array, at: number, removed: number, inserted: readonly number[]): Uint8Array {
  const bytes = [...tbs.subarray(0, at), ...inserted, ...tbs.subarray(at + removed)]
  const length = bytes.length - 4
  bytes[2] = length >> 8
  bytes[3] = length & 0xff
  return Uint8Array.from(bytes)
}

/** The end of the issuer in the bytes, where validity begins. */
const validityAt = (tbs: Uint8Array, { issuer }: Draft) => indexOf(tbs, issuer.der) + issuer.der.length
const indexOf = (bytes: Uint8Array, part: Uint8Array) => bytes.toHex().indexOf(part.toHex()) / 2

/** notAfter as GeneralizedTime though it is before 2050. */
function lateForm(tbs: Uint8Array, draft: Draft): Uint8Array {
  const validity = validityAt(tbs, draft)
  const notAfter = validity + 2 + 15
  const longer = spliced(tbs, notAfter, 2, [0x18, 0x0f, 0x32, 0x30])
  longer[validity + 1] = 0x20
  return longer
}

/** Every lint by name, with certificates that break it and certificates that keep it narrowly. */
export const CASES: Readonly<Record<string, { readonly breaks: readonly Case[]; readonly keeps: readonly Case[] }>> = {
  serialNumberFits: {
    breaks: [
      { draft: () => ({ serialNumber: 0n }) },
      { draft: () => ({ serialNumber: -(1n << 100n) }) },
      { draft: () => ({ serialNumber: 1n << 159n }) },
    ],
    keeps: [{ draft: () => ({ serialNumber: (1n << 159n) - 1n }) }],
  },
  serialNumberIsUnpredictable: {
    breaks: [{ draft: () => ({ serialNumber: (1n << 64n) - 1n }) }],
    keeps: [{ draft: () => ({ serialNumber: 1n << 64n }) }],
  },
  versionIs3: { breaks: [{ draft: () => ({ extensions: [] }) }], keeps: [{}] },
  validityEndsAfterItBegins: {
    breaks: [{ draft: ({ notBefore }) => ({ notAfter: notBefore }) }],
    keeps: [{ draft: ({ notBefore }) => ({ notAfter: notBefore + 1000 }) }],
  },
  validityIsWithinIssuers: {
    breaks: [
      { draft: () => ({ notAfter: plainCa.issuer.certificate.notAfter + 1000 }) },
      { draft: () => ({ notBefore: plainCa.issuer.certificate.notBefore - 1000 }) },
    ],
    keeps: [
      {
        draft: () => ({
          notAfter: plainCa.issuer.certificate.notAfter,
          notBefore: plainCa.issuer.certificate.notBefore,
        }),
      },
    ],
  },
  datesHaveTheFormOfTheirYear: {
    breaks: [{ bytes: lateForm }],
    keeps: [
      { draft: () => ({ notAfter: Date.UTC(2050, 0) }) },
      { draft: () => ({ notAfter: Date.UTC(2050, 0) - 1000 }) },
    ],
  },
  thereAreNoUniqueIdentifiers: {
    breaks: [
      {
        bytes: (tbs, { publicKey }) =>
          spliced(tbs, indexOf(tbs, publicKey.der) + publicKey.der.length, 0, [0x81, 2, 0, 1]),
      },
    ],
    keeps: [{}],
  },
  serverValidityIsAccepted: {
    breaks: [{ draft: ({ notBefore }) => ({ notAfter: notBefore + 825 * DAY }) }],
    keeps: [
      { draft: ({ notBefore }) => ({ notAfter: notBefore + 825 * DAY - 1000 }) },
      { profile: starter('Client Authentication'), draft: ({ notBefore }) => ({ notAfter: notBefore + 900 * DAY }) },
    ],
  },
  issuerIsTheIssuersSubject: {
    breaks: [{ draft: () => ({ issuer: makeName([[{ type: CN, value: 'test root' }]]) }) }],
    keeps: [{}],
  },
  issuerIsNotEmpty: { breaks: [{ draft: () => ({ issuer: EMPTY_NAME }) }], keeps: [{}] },
  caHasSubject: {
    breaks: [{ profile: caProfile, draft: () => ({ subject: EMPTY_NAME }) }],
    keeps: [{ draft: () => ({ subject: EMPTY_NAME }) }],
  },
  subjectIsNotTheIssuer: {
    breaks: [{ request: { subject: [cn('TEST  root')] } }],
    keeps: [{ profile: caProfile, request: { subject: [cn('Test Root')] } }, { root: true }],
  },
  attributesHaveValues: {
    breaks: [{ draft: subject([CN, '  ']) }],
    keeps: [{ draft: subject([CN, 'x']) }],
  },
  attributesAreWithinBounds: {
    breaks: [{ draft: subject([CN, 'a'.repeat(65)]) }, { draft: subject([O, '😀'.repeat(65)]) }],
    keeps: [{ draft: subject([CN, 'a'.repeat(64)]) }, { draft: subject([O, '😀'.repeat(64)]) }],
  },
  countriesHaveTwoLetters: {
    breaks: [{ draft: subject([C, 'SWE'], [CN, 'x']) }, { draft: subject([C, 'se'], [CN, 'x']) }],
    keeps: [{ draft: subject([C, 'SE'], [CN, 'x']) }],
  },
  attributesHaveNoControlCharacters: {
    breaks: [{ draft: subject([CN, 'www.example.com\0.evil.example']) }],
    keeps: [{ draft: subject([CN, 'é ñ 中']) }],
  },
  attributesAreTrimmed: {
    breaks: [{ draft: subject([CN, 'x ']) }],
    keeps: [{ draft: subject([CN, 'x y']) }],
  },
  attributesAreNotRepeated: {
    breaks: [{ draft: subject([CN, 'x'], [CN, 'X']) }, { draft: subject([C, 'SE'], [C, 'NO']) }],
    keeps: [
      { draft: subject([CN, 'x'], [CN, 'y']) },
      { draft: subject(['0.9.2342.19200300.100.1.25', 'example'], ['0.9.2342.19200300.100.1.25', 'example']) },
    ],
  },
  mailAddressIsInSan: {
    breaks: [{ draft: subject([EMAIL, 'a@example.com']) }],
    keeps: [{ draft: subject([EMAIL, 'A@example.com']), extensions: names({ type: 'email', value: 'a@example.com' }) }],
  },
  commonNameIsInSan: {
    breaks: [{ draft: subject([CN, 'other.example.com']) }, { draft: subject([CN, '10.0.0.1']) }],
    keeps: [{ draft: subject([CN, 'WWW.example.com']) }, { draft: subject([CN, 'A web server']) }],
  },
  namelessSubjectMakesSanCritical: {
    breaks: [
      { draft: () => ({ subject: EMPTY_NAME }) },
      { draft: () => ({ subject: EMPTY_NAME }), without: [SubjectAltName.id] },
    ],
    keeps: [{ request: { subject: [] } }],
  },
  namedSubjectLeavesSanUncritical: {
    breaks: [{ extensions: [makeExtension(SubjectAltName, [dns('a.example')], true)] }],
    keeps: [{ extensions: [makeExtension(SubjectAltName, [dns('a.example')])] }],
  },
  namesAreNotEmpty: {
    breaks: [{ extensions: names(dns('')) }, { extensions: names({ type: 'directoryName', value: EMPTY_NAME }) }],
    keeps: [{ extensions: names({ type: 'directoryName', value: makeName([[{ type: CN, value: 'x' }]]) }) }],
  },
  dnsNamesAreHostNames: {
    breaks: [
      'a_b.example.com',
      'example.com.',
      '-a.example',
      'a-.example',
      'a..example',
      '1.2.3.4',
      'a.123',
      'a b.example',
      'user@example.com',
      `${'a'.repeat(64)}.example`,
      `${'abcdefgh.'.repeat(29)}example`,
      'xn--a.example',
      'xn--.example',
    ].map((name) => ({ extensions: names(dns(name)) })),
    keeps: [
      'A.Example',
      'localhost',
      'a1.2b.example',
      `${'a'.repeat(63)}.example`,
      'xn--bcher-kva.example',
      '*.example.com',
    ].map((name) => ({
      extensions: names(dns(name)),
    })),
  },
  wildcardsAreLeftmostLabels: {
    breaks: ['w*.example.com', 'a.*.example.com', '*.*.example.com', '*'].map((name) => ({
      extensions: names(dns(name)),
    })),
    keeps: [{ extensions: names(dns('*.example.com')) }],
  },
  reservedLabelsAreALabels: {
    breaks: [{ extensions: names(dns('ab--cd.example')) }],
    keeps: [{ extensions: names(dns('xn--bcher-kva.example')) }, { extensions: names(dns('a--b.example')) }],
  },
  mailAddressesAreMailboxes: {
    breaks: [
      'Alice <alice@example.com>',
      'alice',
      'alice@',
      '@example.com',
      'a..b@example.com',
      '"a b"@example.com',
      'a@b_c.example',
      `${'a'.repeat(65)}@example.com`,
    ].map((value) => ({
      extensions: names({ type: 'email', value }),
    })),
    keeps: ["o'neil+tag@example.com", `${'a'.repeat(64)}@example.com`, 'a@localhost'].map((value) => ({
      extensions: names({ type: 'email', value }),
    })),
  },
  urisAreAbsolute: {
    breaks: ['/path', 'www.example.com', 'http:', 'http://a b/', 'http://a/%zz', '1http://a'].map((value) => ({
      extensions: names({ type: 'uri', value }),
    })),
    keeps: ['urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6', 'https://a.example/%20?q#f'].map((value) => ({
      extensions: names({ type: 'uri', value }),
    })),
  },
  uriHostsAreNamesOrAddresses: {
    breaks: ['file:///etc/passwd', 'http://a_b.example/', 'http://1.2.3/', 'http://user@/'].map((value) => ({
      extensions: names({ type: 'uri', value }),
    })),
    keeps: ['spiffe://example.org/web', 'http://10.0.0.1:80/', 'http://[2001:db8::1]/', 'http://user@a.example/'].map(
      (value) => ({ extensions: names({ type: 'uri', value }) }),
    ),
  },
  userPrincipalNamesHaveDomains: {
    breaks: ['alice', 'alice@', 'a b@corp.example', 'a@b@corp.example'].map((value) => ({
      extensions: names({ type: 'upn', value }),
    })),
    keeps: ['alice@corp.example', 'ålice@bücher.example', 'alice@CORP'].map((value) => ({
      extensions: names({ type: 'upn', value }),
    })),
  },
  namesAreNotRepeated: {
    breaks: [
      { extensions: names(dns('a.example'), dns('A.example')) },
      { extensions: names({ type: 'ip', value: '::1' }, { type: 'ip', value: '::1' }) },
    ],
    keeps: [{ extensions: names(dns('a.example'), dns('b.example'), { type: 'uri', value: 'a.example:x' }) }],
  },
  serversHaveNames: {
    breaks: [{ without: [SubjectAltName.id] }, { extensions: names({ type: 'email', value: 'a@example.com' }) }],
    keeps: [{ extensions: names({ type: 'ip', value: '10.0.0.1' }) }],
  },
  mailCertificatesHaveAddresses: {
    breaks: [{ profile: starter('S/MIME') }],
    keeps: [{ profile: starter('S/MIME'), extensions: names({ type: 'email', value: 'a@example.com' }) }],
  },
  keyIsKnown: {
    breaks: [
      { publicKey: ed448 },
      { publicKey: { ...keyOf('ecdsa-p256').publicKey, der: keyOf('ecdsa-p256').publicKey.der.with(26, 5) } },
    ],
    keeps: [{ publicKey: keyOf('slh-dsa-sha2-128f').publicKey }],
  },
  curveIsKnown: {
    breaks: [{ publicKey: curveKey('secp256k1') }],
    keeps: [{ publicKey: keyOf('ecdsa-p521').publicKey }],
  },
  rsaModulusIsLongEnough: {
    breaks: [{ publicKey: rsaKey(1024) }, { publicKey: rsaKey(2047) }],
    keeps: [{ publicKey: keyOf('rsa-2048').publicKey }],
  },
  rsaExponentIsGood: {
    breaks: [
      { publicKey: rsaKey(2048, 3) },
      { publicKey: rsa(rocaModulus(), 65538n) },
      { publicKey: rsa(rocaModulus(), (1n << 256n) + 1n) },
    ],
    keeps: [{ publicKey: rsaKey(2048, 65537) }, { publicKey: rsaKey(2048, 65539) }],
  },
  rsaModulusHasNoSmallFactor: {
    breaks: [{ publicKey: rsa((1n << 2047n) + 2n, 65537n) }, { publicKey: rsa(751n * ((1n << 2042n) + 1n), 65537n) }],
    keeps: [{ publicKey: keyOf('rsa-2048').publicKey }],
  },
  rsaKeyIsNotRoca: {
    breaks: [{ publicKey: rsa(rocaModulus(), 65537n) }],
    keeps: [{ publicKey: keyOf('rsa-2048').publicKey }],
  },
  keyUsageIsNotEmpty: {
    breaks: [{ extensions: [makeExtension(KeyUsage, [], true)] }],
    keeps: [{ without: [KeyUsage.id] }],
  },
  keyUsageIsCritical: {
    breaks: [{ extensions: [makeExtension(KeyUsage, ['digitalSignature'])] }],
    keeps: [{ without: [KeyUsage.id] }],
  },
  keyCertSignIsForCas: {
    breaks: [{ extensions: serverBits('digitalSignature', 'keyCertSign') }],
    keeps: [{ extensions: serverBits('digitalSignature', 'cRLSign') }, { profile: caProfile }],
  },
  caMaySign: {
    breaks: [
      { profile: caProfile, without: [KeyUsage.id] },
      { profile: caProfile, extensions: serverBits('cRLSign') },
    ],
    keeps: [{ profile: caProfile, extensions: serverBits('keyCertSign') }],
  },
  encipherOnlyNeedsKeyAgreement: {
    breaks: [
      { extensions: serverBits('digitalSignature', 'encipherOnly') },
      { extensions: serverBits('decipherOnly') },
    ],
    keeps: [{ extensions: serverBits('keyAgreement', 'encipherOnly') }],
  },
  rsaKeysDoNotAgree: {
    breaks: [{ publicKey: keyOf('rsa-2048').publicKey, extensions: serverBits('digitalSignature', 'keyAgreement') }],
    keeps: [{ extensions: serverBits('digitalSignature', 'keyAgreement') }],
  },
  ecKeysDoNotEncipher: {
    breaks: [
      { extensions: serverBits('keyEncipherment') },
      { extensions: serverBits('dataEncipherment', 'digitalSignature') },
    ],
    keeps: [{ publicKey: keyOf('rsa-2048').publicKey, extensions: serverBits('keyEncipherment', 'dataEncipherment') }],
  },
  ed25519KeysOnlySign: {
    breaks: [
      { publicKey: keyOf('ed25519').publicKey, extensions: serverBits('digitalSignature', 'keyAgreement') },
      { publicKey: keyOf('ed25519').publicKey, extensions: serverBits('keyEncipherment') },
    ],
    keeps: [{ publicKey: keyOf('ed25519').publicKey, extensions: serverBits('digitalSignature', 'nonRepudiation') }],
  },
  mlDsaKeysOnlySign: {
    breaks: [
      { publicKey: keyOf('ml-dsa-44').publicKey, extensions: serverBits('digitalSignature', 'keyEncipherment') },
    ],
    keeps: [{ publicKey: keyOf('ml-dsa-44').publicKey }],
  },
  slhDsaKeysOnlySign: {
    breaks: [{ publicKey: keyOf('slh-dsa-sha2-128f').publicKey, extensions: serverBits('keyAgreement') }],
    keeps: [{ publicKey: keyOf('slh-dsa-sha2-128f').publicKey }],
  },
  purposesFitKeyUsage: {
    breaks: [
      { extensions: serverBits('nonRepudiation') },
      { extensions: [...serverBits('keyAgreement'), ...purposes(serverAuth, EXTENDED_KEY_USAGES.codeSigning)] },
      {
        publicKey: keyOf('rsa-2048').publicKey,
        extensions: [...serverBits('keyEncipherment'), ...purposes(clientAuth)],
      },
    ],
    keeps: [
      { extensions: [...serverBits('keyAgreement'), ...purposes(serverAuth, clientAuth)] },
      { extensions: [...serverBits('nonRepudiation'), ...purposes(EXTENDED_KEY_USAGES.emailProtection)] },
      { profile: intermediateProfile({ extendedKeyUsage: [serverAuth] }) },
    ],
  },
  purposesAreNotRepeated: {
    breaks: [{ extensions: purposes(serverAuth, clientAuth, serverAuth) }],
    keeps: [{ extensions: purposes(serverAuth, clientAuth) }],
  },
  anyPurposeIsNotCritical: {
    breaks: [{ extensions: [makeExtension(ExtendedKeyUsage, [serverAuth, anyExtendedKeyUsage], true)] }],
    keeps: [
      { extensions: [makeExtension(ExtendedKeyUsage, [serverAuth], true)] },
      { extensions: purposes(serverAuth, anyExtendedKeyUsage) },
    ],
  },
  timeStampersDoNothingElse: {
    breaks: [
      { extensions: purposes(timeStamping) },
      { extensions: [makeExtension(ExtendedKeyUsage, [timeStamping, clientAuth], true)] },
    ],
    keeps: [{ extensions: [makeExtension(ExtendedKeyUsage, [timeStamping], true)] }],
  },
  ocspRespondersAreNoCas: {
    breaks: [
      { profile: intermediateProfile({ extendedKeyUsage: [OCSPSigning] }) },
      { extensions: purposes(OCSPSigning, serverAuth) },
    ],
    keeps: [{ extensions: purposes(OCSPSigning) }],
  },
  ocspRespondersAreNotChecked: {
    breaks: [{ extensions: purposes(OCSPSigning) }],
    keeps: [{ extensions: [...purposes(OCSPSigning), makeExtension(OcspNoCheck, null)] }],
  },
  noCheckIsForOcspResponders: {
    breaks: [{ extensions: [makeExtension(OcspNoCheck, null)] }],
    keeps: [{ extensions: [...purposes(OCSPSigning), makeExtension(OcspNoCheck, null)] }],
  },
  purposesAreWithinIssuers: {
    breaks: [{ ca: sub({ extendedKeyUsage: [clientAuth] }) }],
    keeps: [
      { ca: sub({ extendedKeyUsage: [clientAuth, serverAuth] }) },
      { ca: sub({ extendedKeyUsage: [anyExtendedKeyUsage] }) },
    ],
  },
  caHasCriticalBasicConstraints: {
    breaks: [{ profile: caProfile, extensions: [makeExtension(BasicConstraints, { ca: true })] }],
    keeps: [{ extensions: [makeExtension(BasicConstraints, { ca: false })] }],
  },
  pathLengthIsForCas: {
    breaks: [
      { extensions: [makeExtension(BasicConstraints, { ca: false, pathLength: 0 }, true)] },
      { profile: caProfile, extensions: serverBits('cRLSign') },
    ],
    keeps: [{ profile: caProfile }],
  },
  rootIsCa: {
    breaks: [{ root: true, extensions: [makeExtension(BasicConstraints, { ca: false }, true)] }],
    keeps: [{ root: true }],
  },
  issuerMaySign: {
    breaks: [
      { ca: subordinate(plainCa, starter('Web Server'), 'www.example.com', keyOf('ecdsa-p256', 1), true) },
      { ca: sub({ keyUsage: ['cRLSign'] }) },
    ],
    keeps: [{ ca: sub({ keyUsage: ['keyCertSign'] }) }],
  },
  pathLengthIsLeft: {
    breaks: [
      { ca: sub({ pathLength: 0 }), profile: caProfile },
      { ca: sub({ pathLength: 0 }, sub({ pathLength: 1 }, plainCa, 'Middle')), profile: caProfile },
      { ca: sub({ pathLength: null }, sub({ pathLength: 0 }, plainCa, 'Middle')) },
    ],
    keeps: [
      { ca: sub({ pathLength: 0 }) },
      { ca: sub({ pathLength: 1 }), profile: caProfile },
      { ca: sub({ pathLength: 0 }), profile: caProfile, request: { subject: [cn('Subordinate')] } },
    ],
  },
  pathLengthIsWithinIssuers: {
    breaks: [{ ca: sub({ pathLength: 1 }), profile: intermediateProfile({ pathLength: 1 }) }],
    keeps: [{ ca: sub({ pathLength: 1 }), profile: caProfile }],
  },
  nameConstraintsAreForCas: {
    breaks: [{ extensions: [makeExtension(NameConstraints, { permitted: [{ base: dns('a.example') }] }, true)] }],
    keeps: [
      {
        profile: caProfile,
        extensions: [makeExtension(NameConstraints, { permitted: [{ base: dns('a.example') }] }, true)],
      },
    ],
  },
  nameConstraintsAreCritical: {
    breaks: [
      { profile: caProfile, extensions: [makeExtension(NameConstraints, { permitted: [{ base: dns('a.example') }] })] },
    ],
    keeps: [
      {
        profile: caProfile,
        extensions: [makeExtension(NameConstraints, { excluded: [{ base: dns('a.example') }] }, true)],
      },
    ],
  },
  nameConstraintsAreNotEmpty: {
    breaks: [
      { profile: caProfile, extensions: [{ id: NameConstraints.id, critical: true, value: Uint8Array.of(0x30, 0) }] },
    ],
    keeps: [
      { profile: caProfile, extensions: [makeExtension(NameConstraints, { excluded: [{ base: dns('') }] }, true)] },
    ],
  },
  issuersConstraintsAreUnderstood: {
    breaks: [
      {
        ca: subordinate(
          plainCa,
          { ...caProfile, extraExtensions: [{ id: NameConstraints.id, critical: true, value: 'MAAA' }] },
          'Broken',
          keyOf('ecdsa-p256', 1),
          true,
        ),
      },
    ],
    keeps: [{ ca: constrained(['example.com']) }],
  },
  namesArePermitted: {
    breaks: [
      { ca: constrained(['example.org']) },
      { ca: constrained(['example.com']), request: { subject: [cn('www.example.net')] } },
    ],
    keeps: [{ ca: constrained(['example.com']) }, { ca: constrained(['example.org', 'www.example.com']) }],
  },
  namesAreNotExcluded: {
    breaks: [{ ca: constrained([], ['example.com']) }, { ca: constrained(['example.com'], ['www.example.com']) }],
    keeps: [{ ca: constrained(['example.com'], ['mail.example.com']) }],
  },
  authorityKeyIdentifierIsThere: {
    breaks: [{ without: [AuthorityKeyIdentifier.id] }, { extensions: [makeExtension(AuthorityKeyIdentifier, {})] }],
    keeps: [{ root: true, without: [AuthorityKeyIdentifier.id] }],
  },
  authorityKeyIdentifierIsTheIssuers: {
    breaks: [
      { extensions: [makeExtension(AuthorityKeyIdentifier, { keyIdentifier: new Uint8Array(20) })] },
      { root: true, extensions: [makeExtension(AuthorityKeyIdentifier, { keyIdentifier: new Uint8Array(20) })] },
    ],
    keeps: [{}, { root: true }],
  },
  caHasSubjectKeyIdentifier: {
    breaks: [{ profile: caProfile, without: [SubjectKeyIdentifier.id] }],
    keeps: [{ without: [SubjectKeyIdentifier.id] }],
  },
  subjectKeyIdentifierIsThere: {
    breaks: [{ without: [SubjectKeyIdentifier.id] }],
    keeps: [{}],
  },
  subjectKeyIdentifierHasAFairLength: {
    breaks: [new Uint8Array(0), new Uint8Array(7), new Uint8Array(65)].map((id) => ({
      extensions: [makeExtension(SubjectKeyIdentifier, id)],
    })),
    keeps: [{ extensions: [makeExtension(SubjectKeyIdentifier, new Uint8Array(8))] }],
  },
  keyIdentifiersAreNotCritical: {
    breaks: [{ extensions: [makeExtension(SubjectKeyIdentifier, new Uint8Array(20), true)] }],
    keeps: [{}],
  },
  policiesAreNotRepeated: {
    breaks: [{ extensions: [makeExtension(CertificatePolicies, [{ policy: '1.2.3' }, { policy: '1.2.3' }])] }],
    keeps: [{ extensions: [makeExtension(CertificatePolicies, [{ policy: '1.2.3' }, { policy: '1.2.4' }])] }],
  },
  noticesAreShort: {
    breaks: ['x'.repeat(201), 'a\nb'].map((explicitText) => ({
      extensions: [
        makeExtension(CertificatePolicies, [{ policy: '1.2.3', qualifiers: [{ userNotice: { explicitText } }] }]),
      ],
    })),
    keeps: [
      {
        extensions: [
          makeExtension(CertificatePolicies, [
            { policy: '1.2.3', qualifiers: [{ userNotice: { explicitText: '😀'.repeat(200) } }] },
          ]),
        ],
      },
    ],
  },
  cpsIsAWebAddress: {
    breaks: ['ftp://a.example', 'here'].map((cps) => ({
      extensions: [makeExtension(CertificatePolicies, [{ policy: '1.2.3', qualifiers: [{ cps }] }])],
    })),
    keeps: [
      {
        extensions: [
          makeExtension(CertificatePolicies, [{ policy: '1.2.3', qualifiers: [{ cps: 'http://a.example/cps' }] }]),
        ],
      },
    ],
  },
  publicPoliciesAreForPublicCas: {
    breaks: [{ extensions: [makeExtension(CertificatePolicies, [{ policy: '2.23.140.1.2.1' }])] }],
    keeps: [{ extensions: [makeExtension(CertificatePolicies, [{ policy: '2.5.29.32.0' }])] }],
  },
  policyLimitsAreForCas: {
    breaks: [{ extensions: [makeExtension(InhibitAnyPolicy, 0, true)] }],
    keeps: [{ profile: caProfile, extensions: [makeExtension(InhibitAnyPolicy, 0, true)] }],
  },
  policyLimitsAreCritical: {
    breaks: [{ profile: caProfile, extensions: [makeExtension(InhibitAnyPolicy, 0)] }],
    keeps: [{ profile: caProfile, extensions: [makeExtension(InhibitAnyPolicy, 0, true)] }],
  },
  crlsAreOnTheWeb: {
    breaks: [
      {
        extensions: [
          makeExtension(CrlDistributionPoints, [
            { distributionPoint: { fullName: [{ type: 'uri', value: 'ldap://a.example/x' }] } },
          ]),
        ],
      },
      { extensions: [makeExtension(CrlDistributionPoints, [{ distributionPoint: { fullName: [dns('a.example')] } }])] },
      {
        extensions: [
          makeExtension(CrlDistributionPoints, [
            {
              reasons: ['keyCompromise'],
              distributionPoint: { fullName: [{ type: 'uri', value: 'http://a.example/x' }] },
            },
          ]),
        ],
      },
      { extensions: [makeExtension(CrlDistributionPoints, [{}])] },
    ],
    keeps: [
      {
        extensions: [
          makeExtension(CrlDistributionPoints, [
            { distributionPoint: { fullName: [{ type: 'uri', value: 'http://a.example/x' }] } },
          ]),
        ],
      },
    ],
  },
  crlPointersAreNotCritical: {
    breaks: [
      {
        extensions: [
          makeExtension(
            CrlDistributionPoints,
            [{ distributionPoint: { fullName: [{ type: 'uri', value: 'http://a.example/x' }] } }],
            true,
          ),
        ],
      },
    ],
    keeps: [{}],
  },
  accessIsByTheWeb: {
    breaks: [
      {
        extensions: [
          makeExtension(AuthorityInfoAccess, [{ method: '1.3.6.1.5.5.7.48.1', location: dns('a.example') }]),
        ],
      },
      {
        extensions: [
          makeExtension(AuthorityInfoAccess, [
            { method: '1.3.6.1.5.5.7.48.1', location: { type: 'uri', value: 'http://u:p@a.example' } },
          ]),
        ],
      },
      {
        extensions: [
          makeExtension(AuthorityInfoAccess, [
            { method: '1.2.3', location: { type: 'uri', value: 'http://a.example' } },
          ]),
        ],
      },
    ],
    keeps: [
      {
        extensions: [
          makeExtension(AuthorityInfoAccess, [
            { method: '1.3.6.1.5.5.7.48.2', location: { type: 'uri', value: 'http://a.example' } },
          ]),
        ],
      },
    ],
  },
  accessIsNotCritical: {
    breaks: [
      {
        extensions: [
          makeExtension(
            AuthorityInfoAccess,
            [{ method: '1.3.6.1.5.5.7.48.1', location: { type: 'uri', value: ADDRESSES.ocsp } }],
            true,
          ),
        ],
      },
    ],
    keeps: [{}],
  },
  addressesAreNotHttps: {
    breaks: [
      {
        extensions: [
          makeExtension(AuthorityInfoAccess, [
            { method: '1.3.6.1.5.5.7.48.1', location: { type: 'uri', value: 'HTTPS://a.example' } },
          ]),
        ],
      },
    ],
    keeps: [{}],
  },
  addressesCanBeReached: {
    breaks: ['http://localhost:8080/x', 'http://127.0.0.1/x', 'http://[::1]/x', 'http://ca.localhost/'].map(
      (value) => ({
        extensions: [
          makeExtension(CrlDistributionPoints, [{ distributionPoint: { fullName: [{ type: 'uri', value }] } }]),
        ],
      }),
    ),
    keeps: [{}],
  },
  rootNamesNoAddresses: {
    breaks: [
      {
        root: true,
        extensions: [
          makeExtension(AuthorityInfoAccess, [
            { method: '1.3.6.1.5.5.7.48.1', location: { type: 'uri', value: ADDRESSES.ocsp } },
          ]),
        ],
      },
    ],
    keeps: [{ root: true }, {}],
  },
  extensionsDecode: {
    breaks: [KeyUsage.id, SubjectAltName.id, '2.5.29.54', '1.3.6.1.5.5.7.1.24'].map((id) => ({
      extensions: [{ id, critical: false, value: Uint8Array.of(5, 0, 0) }],
    })),
    keeps: [{ extensions: [{ id: '1.2.3.4', critical: false, value: Uint8Array.of(5, 0, 0) }] }],
  },
  criticalExtensionsAreKnown: {
    breaks: [{ extensions: [{ id: '1.2.3.4', critical: true, value: NULL_PARAMETERS }] }],
    keeps: [{ extensions: [{ id: '1.2.3.4', critical: false, value: NULL_PARAMETERS }] }],
  },
  certificateIsSmall: {
    breaks: [{ extensions: [{ id: '1.2.3.4', critical: false, value: new Uint8Array(70_000) }] }],
    keeps: [{ extensions: [{ id: '1.2.3.4', critical: false, value: new Uint8Array(60_000) }] }],
  },
  signatureAlgorithmIsKnown: {
    breaks: [{ draft: () => ({ signatureAlgorithm: makeAlgorithmIdentifier('1.2.840.10045.4.1') }) }],
    keeps: [{}],
  },
  signatureAlgorithmFitsTheIssuersKey: {
    breaks: [
      { draft: () => ({ signatureAlgorithm: makeAlgorithmIdentifier('1.3.101.112') }) },
      { draft: () => ({ signatureAlgorithm: makeAlgorithmIdentifier('1.2.840.113549.1.1.11', NULL_PARAMETERS) }) },
    ],
    keeps: [{ draft: () => ({ signatureAlgorithm: makeAlgorithmIdentifier('1.2.840.10045.4.3.4') }) }],
  },
}
