import { EXTENDED_KEY_USAGES, KEY_TYPES, type KeyType, type Oid } from '@chancery/x509'
import { CA_KEY_USAGE } from './built-in-profiles.ts'
import type { Profile, SanType } from './profile.ts'

/** A template to start from. */
export interface Starter {
  readonly name: string
  readonly description: string
  readonly profile: Profile
}

const PERSON = [
  'commonName',
  'givenName',
  'surname',
  'serialNumber',
  'organizationName',
  'organizationalUnitName',
  'countryName',
]
const ORGANIZATION = [
  'commonName',
  'organizationName',
  'organizationalUnitName',
  'localityName',
  'stateOrProvinceName',
  'countryName',
]

/** SLH-DSA signs too slowly for handshakes; who wants it there adds it. */
const QUICK_KEY_TYPES: readonly KeyType[] = KEY_TYPES.filter((type) => !type.startsWith('slh-dsa-'))

/** What starters share. Each says what it changes. */
const BASE: Profile = {
  subject: { fromRequest: ['commonName'], required: [], fixed: [] },
  subjectAltNames: { fromRequest: [], required: false, fixed: [], fromCommonName: false },
  keyTypes: QUICK_KEY_TYPES,
  validity: { default: { days: 365 }, backdateMinutes: 5, beyondIssuer: 'clamp' },
  keyUsage: { bits: ['digitalSignature'], rsaBits: [], critical: true },
  extendedKeyUsage: { purposes: [], critical: false },
  basicConstraints: { ca: false, critical: true },
  addresses: { crl: true, ocsp: true, aia: true },
  policies: [],
  copyExtensions: [],
  extraExtensions: [],
}

const { serverAuth, clientAuth, emailProtection, codeSigning } = EXTENDED_KEY_USAGES

/** The limit that browsers and operating systems set to public server certificates, less a day. */
const SERVER_VALIDITY = {
  default: { days: 397 },
  maximum: { days: 397 },
  backdateMinutes: 5,
  beyondIssuer: 'clamp',
} as const

/** A certificate for TLS servers: names in the SAN, keyEncipherment for RSA keys and TLS before 1.3. */
function server(purposes: readonly Oid[]): Profile {
  return {
    ...BASE,
    ...purposesOf(purposes),
    ...namesOf(['dns', 'ip'], { required: true, fromCommonName: true }),
    validity: SERVER_VALIDITY,
    keyUsage: { bits: ['digitalSignature'], rsaBits: ['keyEncipherment'], critical: true },
  }
}

function purposesOf(purposes: readonly Oid[]): Pick<Profile, 'extendedKeyUsage'> {
  return { extendedKeyUsage: { purposes, critical: false } }
}

function namesOf(
  fromRequest: readonly SanType[],
  { required = false, fromCommonName = false } = {},
): Pick<Profile, 'subjectAltNames'> {
  return { subjectAltNames: { fromRequest, required, fixed: [], fromCommonName } }
}

function subjectOf(
  fromRequest: Profile['subject']['fromRequest'],
  required: readonly string[],
): Pick<Profile, 'subject'> {
  return { subject: { fromRequest, required, fixed: [] } }
}

/** The templates that the console offers to begin with; each new CA gets the first, Web Server. */
export const STARTERS: readonly [Starter, ...Starter[]] = [
  { name: 'Web Server', description: 'TLS servers: web, mail, databases.', profile: server([serverAuth]) },
  {
    name: 'Client Authentication',
    description: 'People and programs that sign in with a certificate.',
    profile: {
      ...BASE,
      ...subjectOf([...PERSON, 'userId'], ['commonName']),
      ...namesOf(['email', 'upn', 'dns', 'uri']),
      ...purposesOf([clientAuth]),
    },
  },
  {
    name: 'Web Server and Client',
    description: 'Machines that are server and client of each other.',
    profile: server([serverAuth, clientAuth]),
  },
  {
    name: 'S/MIME',
    description: 'Signed and encrypted mail.',
    profile: {
      ...BASE,
      ...subjectOf(PERSON, []),
      ...namesOf(['email'], { required: true, fromCommonName: true }),
      ...purposesOf([emailProtection]),
      keyUsage: { bits: ['digitalSignature'], rsaBits: ['keyEncipherment'], critical: true },
    },
  },
  {
    name: 'Code Signing',
    description: 'Programs and packages.',
    profile: {
      ...BASE,
      ...subjectOf(ORGANIZATION, ['commonName']),
      ...purposesOf([codeSigning]),
      keyTypes: KEY_TYPES,
    },
  },
  {
    name: 'Document Signing',
    description: 'PDF and office documents.',
    profile: {
      ...BASE,
      ...subjectOf(PERSON, ['commonName']),
      ...namesOf(['email']),
      ...purposesOf([EXTENDED_KEY_USAGES.documentSigning, EXTENDED_KEY_USAGES.msDocumentSigning]),
      keyTypes: KEY_TYPES,
      keyUsage: { bits: ['digitalSignature', 'nonRepudiation'], rsaBits: [], critical: true },
    },
  },
  {
    name: 'Certificate Authority',
    description: 'Subordinate CAs that sign no further CAs.',
    profile: {
      ...BASE,
      ...subjectOf('any', ['commonName']),
      keyTypes: KEY_TYPES,
      validity: { default: { days: 1826 }, backdateMinutes: 5, beyondIssuer: 'clamp' },
      keyUsage: { bits: CA_KEY_USAGE, rsaBits: [], critical: true },
      basicConstraints: { ca: true, pathLength: 0, critical: true },
    },
  },
  {
    name: 'OpenVPN Server',
    description: 'OpenVPN servers, checked by remote-cert-tls server.',
    profile: {
      ...server([serverAuth]),
      ...namesOf(['dns', 'ip'], { fromCommonName: true }),
      ...subjectOf(['commonName'], ['commonName']),
    },
  },
  {
    name: 'OpenVPN Client',
    description: 'OpenVPN clients, checked by remote-cert-tls client.',
    profile: {
      ...BASE,
      ...subjectOf(['commonName', 'organizationalUnitName'], ['commonName']),
      ...namesOf(['email', 'dns']),
      ...purposesOf([clientAuth]),
    },
  },
  {
    name: 'Device (SCEP)',
    description: 'Phones, computers and network devices that enrol by SCEP. Their keys are RSA.',
    profile: {
      ...BASE,
      ...subjectOf([...ORGANIZATION, 'serialNumber'], []),
      ...namesOf(['dns', 'ip', 'email', 'uri', 'upn']),
      ...purposesOf([clientAuth]),
      keyTypes: ['rsa-2048', 'rsa-3072', 'rsa-4096'],
      keyUsage: { bits: ['digitalSignature', 'keyEncipherment'], rsaBits: [], critical: true },
    },
  },
]
