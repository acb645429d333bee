import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXTENDED_KEY_USAGES } from '@chancery/x509'
import { checkProfile, type Profile } from '../src/index.ts'
import { starter } from './world.ts'

const server = starter('Web Server')
const ca = starter('Certificate Authority')
const NULL = 'BQA='

/** What is changed of a profile, and the pointers to what is then wrong. */
const UNLIMITED = { backdateMinutes: 5, beyondIssuer: 'clamp' } as const

const ROWS: readonly (readonly [what: string, Profile, readonly string[]])[] = [
  [
    'an unknown attribute',
    { ...server, subject: { fromRequest: ['nickname'], required: [], fixed: [] } },
    ['/subject/fromRequest/0'],
  ],
  [
    'a required attribute that comes from nowhere',
    { ...server, subject: { fromRequest: [], required: ['commonName'], fixed: [] } },
    ['/subject/required/0'],
  ],
  [
    'a required attribute that is fixed',
    { ...server, subject: { fromRequest: [], required: ['countryName'], fixed: [{ type: 'C', value: 'SE' }] } },
    [],
  ],
  [
    'a fixed country of three letters',
    { ...server, subject: { fromRequest: [], required: [], fixed: [{ type: 'countryName', value: 'SWE' }] } },
    ['/subject/fixed/0/value'],
  ],
  [
    'a fixed value that its type cannot hold',
    { ...server, subject: { fromRequest: [], required: [], fixed: [{ type: 'serialNumber', value: 'ü' }] } },
    ['/subject/fixed/0/value'],
  ],
  [
    'a fixed value without characters',
    { ...server, subject: { fromRequest: [], required: [], fixed: [{ type: 'organizationName', value: ' ' }] } },
    ['/subject/fixed/0/value'],
  ],
  [
    'a fixed name that is none',
    { ...server, subjectAltNames: { ...server.subjectAltNames, fixed: [{ type: 'dns', value: 'a_b' }] } },
    ['/subjectAltNames/fixed/0'],
  ],
  [
    'required names that come from nowhere',
    { ...server, subjectAltNames: { fromRequest: [], required: true, fixed: [], fromCommonName: false } },
    ['/subjectAltNames/required'],
  ],
  [
    'names from the common name of no type',
    { ...server, subjectAltNames: { fromRequest: ['uri'], required: false, fixed: [], fromCommonName: true } },
    ['/subjectAltNames/fromCommonName'],
  ],
  ['no key types', { ...server, keyTypes: [] }, ['/keyTypes']],
  ['a key type twice', { ...server, keyTypes: ['rsa-2048', 'rsa-2048'] }, ['/keyTypes/1']],
  ['no days', { ...server, validity: { ...server.validity, default: { days: 0 } } }, ['/validity/default']],
  ['half days', { ...server, validity: { ...server.validity, default: { days: 1.5 } } }, ['/validity/default']],
  ['a thousand years', { ...server, validity: { ...UNLIMITED, default: { days: 365_250 } } }, ['/validity/default']],
  [
    'hours beyond all bounds',
    { ...server, validity: { ...UNLIMITED, default: { hours: Number.MAX_SAFE_INTEGER } } },
    ['/validity/default'],
  ],
  [
    'a default above the maximum',
    { ...server, validity: { ...server.validity, maximum: { hours: 24 } } },
    ['/validity/default'],
  ],
  [
    'an end beyond the calendar',
    { ...server, validity: { ...server.validity, notAfter: 1e18 } },
    ['/validity/notAfter'],
  ],
  [
    'backdating by months',
    { ...server, validity: { ...server.validity, backdateMinutes: 100_000 } },
    ['/validity/backdateMinutes'],
  ],
  [
    'encipherOnly alone',
    { ...server, keyUsage: { bits: ['encipherOnly'], rsaBits: [], critical: true } },
    ['/keyUsage/bits'],
  ],
  [
    'keyCertSign without a CA',
    { ...server, keyUsage: { bits: ['keyCertSign'], rsaBits: [], critical: true } },
    ['/keyUsage/bits'],
  ],
  [
    'keyCertSign for RSA keys without a CA',
    { ...server, keyUsage: { bits: [], rsaBits: ['keyCertSign'], critical: true } },
    ['/keyUsage/bits'],
  ],
  [
    'a purpose that is no identifier',
    { ...server, extendedKeyUsage: { purposes: ['serverAuth'], critical: false } },
    ['/extendedKeyUsage/purposes/0'],
  ],
  [
    'a purpose twice',
    { ...server, extendedKeyUsage: { purposes: ['1.2.3', '1.2.3'], critical: false } },
    ['/extendedKeyUsage/purposes/1'],
  ],
  [
    'OCSPSigning',
    { ...server, extendedKeyUsage: { purposes: [EXTENDED_KEY_USAGES.OCSPSigning], critical: false } },
    ['/extendedKeyUsage/purposes/0'],
  ],
  [
    'anyExtendedKeyUsage in a critical extension',
    { ...server, extendedKeyUsage: { purposes: [EXTENDED_KEY_USAGES.anyExtendedKeyUsage], critical: true } },
    ['/extendedKeyUsage/critical'],
  ],
  [
    'a path length without a CA',
    { ...server, basicConstraints: { ca: false, pathLength: 0, critical: true } },
    ['/basicConstraints/pathLength'],
  ],
  [
    'a CA that may not sign',
    { ...ca, keyUsage: { bits: ['cRLSign'], rsaBits: [], critical: true } },
    ['/keyUsage/bits'],
  ],
  [
    'a CA whose basicConstraints may be ignored',
    { ...ca, basicConstraints: { ca: true, critical: false } },
    ['/basicConstraints/critical'],
  ],
  [
    'a negative path length',
    { ...ca, basicConstraints: { ca: true, pathLength: -1, critical: true } },
    ['/basicConstraints/pathLength'],
  ],
  [
    'a CA that stamps times',
    { ...ca, extendedKeyUsage: { purposes: [EXTENDED_KEY_USAGES.timeStamping], critical: true } },
    ['/extendedKeyUsage/purposes'],
  ],
  [
    'an AIA address by file',
    { ...server, addresses: { crl: true, ocsp: true, aia: true, aiaUrl: 'file:///etc/passwd' } },
    ['/addresses/aiaUrl'],
  ],
  [
    'an AIA address with a password',
    { ...server, addresses: { crl: true, ocsp: true, aia: true, aiaUrl: 'http://u:p@a.example/' } },
    ['/addresses/aiaUrl'],
  ],
  [
    'an AIA address that is not used',
    { ...server, addresses: { crl: true, ocsp: true, aia: false, aiaUrl: 'http://a.example/' } },
    ['/addresses/aiaUrl'],
  ],
  ['a policy that is no identifier', { ...server, policies: [{ policy: '1', cps: false }] }, ['/policies/0']],
  [
    'a policy twice',
    {
      ...server,
      policies: [
        { policy: '1.2', cps: false },
        { policy: '1.2', cps: true },
      ],
    },
    ['/policies/1'],
  ],
  [
    'a long notice',
    { ...server, policies: [{ policy: '1.2', cps: false, userNotice: 'x'.repeat(201) }] },
    ['/policies/0/userNotice'],
  ],
  [
    'name constraints without a CA',
    { ...server, nameConstraints: { permitted: [{ type: 'dns', value: 'a.example' }], excluded: [] } },
    ['/nameConstraints'],
  ],
  ['empty name constraints', { ...ca, nameConstraints: { permitted: [], excluded: [] } }, ['/nameConstraints']],
  [
    'wrong name constraints of each type',
    {
      ...ca,
      nameConstraints: {
        permitted: [
          { type: 'dns', value: '.example.com' },
          { type: 'dns', value: '*.example.com' },
          { type: 'ip', value: '10.0.0.1' },
          { type: 'email', value: 'a b@example.com' },
          { type: 'uri', value: 'https://example.com' },
          { type: 'directoryName', value: 'Example' },
        ],
        excluded: [{ type: 'ip', value: '10.0.0.0/255.0.255.0' }],
      },
    },
    [...[0, 1, 2, 3, 4, 5].map((at) => `/nameConstraints/permitted/${at}`), '/nameConstraints/excluded/0'],
  ],
  [
    'right name constraints of each type',
    {
      ...ca,
      nameConstraints: {
        permitted: [
          { type: 'dns', value: 'example.com' },
          { type: 'ip', value: '10.0.0.0/8' },
          { type: 'email', value: 'root@example.com' },
          { type: 'email', value: '.example.com' },
          { type: 'upn', value: 'corp.example' },
          { type: 'uri', value: '.example.com' },
          { type: 'directoryName', value: 'O=Example,C=SE' },
        ],
        excluded: [{ type: 'dns', value: '' }],
      },
    },
    [],
  ],
  ['a copied basicConstraints', { ...server, copyExtensions: ['2.5.29.19'] }, ['/copyExtensions/0']],
  ['a copied subjectAltName', { ...server, copyExtensions: ['2.5.29.17'] }, ['/copyExtensions/0']],
  ['a copied policyMappings', { ...server, copyExtensions: ['2.5.29.33'] }, ['/copyExtensions/0']],
  ['a copied extension of no concern', { ...server, copyExtensions: ['1.3.6.1.5.5.7.1.24'] }, []],
  [
    'an extra extKeyUsage',
    { ...server, extraExtensions: [{ id: '2.5.29.37', critical: false, value: NULL }] },
    ['/extraExtensions/0'],
  ],
  [
    'extra application policies of Windows',
    { ...server, extraExtensions: [{ id: '1.3.6.1.4.1.311.21.10', critical: false, value: NULL }] },
    ['/extraExtensions/0'],
  ],
  [
    'an extra extension twice',
    {
      ...server,
      extraExtensions: [
        { id: '1.2.3', critical: false, value: NULL },
        { id: '1.2.3', critical: false, value: NULL },
      ],
    },
    ['/extraExtensions/1'],
  ],
  [
    'an extra extension without base64',
    { ...server, extraExtensions: [{ id: '1.2.3', critical: false, value: '!' }] },
    ['/extraExtensions/0/value'],
  ],
  [
    'an extra extension without bytes',
    { ...server, extraExtensions: [{ id: '1.2.3', critical: false, value: '' }] },
    ['/extraExtensions/0/value'],
  ],
  [
    'an extra extension with bytes behind',
    { ...server, extraExtensions: [{ id: '1.2.3', critical: false, value: 'BQAA' }] },
    ['/extraExtensions/0/value'],
  ],
  [
    'an extra extension in BER',
    { ...server, extraExtensions: [{ id: '1.2.3', critical: false, value: 'BIEBAA==' }] },
    ['/extraExtensions/0/value'],
  ],
  [
    'extensions that software reads in the place of others',
    {
      ...server,
      copyExtensions: ['2.5.29.7', '2.5.29.18', '1.3.6.1.4.1.311.21.1'],
      extraExtensions: ['2.5.29.10', '2.16.840.1.113730.1.12'].map((id) => ({ id, critical: false, value: 'BQA=' })),
    },
    ['/copyExtensions/0', '/copyExtensions/1', '/copyExtensions/2', '/extraExtensions/0', '/extraExtensions/1'],
  ],
  [
    'a network with bits behind its prefix',
    { ...ca, nameConstraints: { permitted: [{ type: 'ip', value: '10.0.0.1/8' }], excluded: [] } },
    ['/nameConstraints/permitted/0'],
  ],
  [
    'half a surrogate pair',
    {
      ...server,
      subject: { fromRequest: [], required: [], fixed: [{ type: 'O', value: 'a\ud800' }] },
      policies: [{ policy: '1.2.3', cps: false, userNotice: 'a\ud800' }],
    },
    ['/subject/fixed/0/value', '/policies/0/userNotice'],
  ],
  [
    'rules that are none',
    { ...server, allow: { dns: ['*'], ip: ['x'], email: [], upn: [], uri: ['x'] } },
    ['/allow/dns/0', '/allow/ip/0', '/allow/uri/0'],
  ],
]

for (const [what, profile, pointers] of ROWS) {
  test(`a profile with ${what} ${pointers.length === 0 ? 'may be stored' : 'is refused where it is wrong'}`, () => {
    const problems = checkProfile(profile)

    assert.deepEqual(
      problems.map(({ field }) => field),
      pointers,
    )
    for (const { detail } of problems) assert.match(detail, /\.$/)
  })
}
