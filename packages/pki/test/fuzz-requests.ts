import {
  BasicConstraints,
  CertificatePolicies,
  ExtendedKeyUsage,
  type Extension,
  type GeneralName,
  KeyUsage,
  makeExtension,
  makeName,
  NameConstraints,
  SubjectAltName,
  TlsFeature,
} from '@chancery/x509'
import type { SeededRandom } from '../../../test/support/seeded-random.ts'
import type { CertificateRequest, RequestedValidity, SubjectAttribute } from '../src/index.ts'
import { keyOf, NOW } from './world.ts'

/** Requests of somebody who wants a certificate for what is not theirs. */

/** Names that nobody may have here, and what could make others of them. */
const PIECES = [
  'www.bank.example',
  'www.bank.example',
  'bank.example',
  'ok.example',
  'a.ok.example',
  'root@bank.example',
  '10.6.6.6',
  '::ffff:10.6.6.6',
  'https://',
  'www',
  '.',
  '..',
  '*',
  '*.',
  '@',
  ',',
  ':443',
  '/',
  '%2e',
  '\\',
  '\0',
  ' ',
  '\t',
  '\n',
  '_',
  '-',
  'xn--',
  'ü',
  '\u00ad',
  '\u200b',
  '\u202e',
  '\u3002',
  '\uff42ank',
  '\ud800',
  '__proto__',
  'a'.repeat(70),
] as const
const ATTRIBUTES = [
  'commonName',
  'CN',
  '2.5.4.3',
  'emailAddress',
  'organizationName',
  'countryName',
  'serialNumber',
  'domainComponent',
  'unstructuredName',
  '1.2.3.4',
  '2.5.4.03',
  '__proto__',
  'constructor',
  '',
] as const
const NAME_TYPES = ['dns', 'ip', 'email', 'uri', 'upn', 'registeredId'] as const

export function hostileRequest(random: SeededRandom): CertificateRequest {
  const validity = random.number(4) === 0 ? hostileValidity(random) : undefined
  return {
    publicKey: keyOf(random.pick(['ecdsa-p256', 'ecdsa-p384', 'ed25519'])).publicKey,
    subject: several(random, 3, () => attribute(random)),
    subjectAltNames: several(random, 3, () => name(random)),
    extensions: several(random, 3, () => random.pick(EXTENSIONS)),
    ...(validity && { validity }),
  }
}

/** Text that may be nearly anything. */
export function hostileText(random: SeededRandom): string {
  return several(random, 4, () => random.pick(PIECES)).join('')
}

/** A number that nobody counts with. */
export function hostileNumber(random: SeededRandom): number {
  return random.pick([0, -0, -1, 1, 1.5, 1 / 3, 397, 1e9, 1e16, 1e300, -1e300, Number.NaN, Infinity, -Infinity])
}

function several<T>(random: SeededRandom, most: number, make: () => T): T[] {
  return Array.from({ length: random.number(most + 1) }, make)
}

function attribute(random: SeededRandom): SubjectAttribute {
  return { type: random.pick(ATTRIBUTES), value: random.number(3) === 0 ? random.pick(PIECES) : hostileText(random) }
}

function name(random: SeededRandom): GeneralName {
  switch (random.number(8)) {
    case 0:
      return { type: 'otherName', typeId: '1.3.6.1.5.5.7.8.9', value: Uint8Array.fromHex('0c0161') }
    case 1:
      return { type: 'unsupported', der: Uint8Array.fromHex('a3023000') }
    case 2:
      return { type: 'directoryName', value: makeName([[{ type: '2.5.4.3', value: 'www.bank.example' }]]) }
    default:
      return {
        type: random.pick(NAME_TYPES),
        value: random.number(3) === 0 ? random.pick(PIECES) : hostileText(random),
      }
  }
}

function hostileValidity(random: SeededRandom): RequestedValidity {
  switch (random.number(3)) {
    case 0:
      return { days: hostileNumber(random) }
    case 1:
      return { hours: hostileNumber(random) }
    default:
      return { notBefore: moment(random), notAfter: moment(random) }
  }
}

function moment(random: SeededRandom): number {
  return random.pick([NOW + hostileNumber(random) * 86_400_000, hostileNumber(random), Date.UTC(9999, 11, 31)])
}

const raw = (id: string, hex: string): Extension => ({ id, critical: false, value: Uint8Array.fromHex(hex) })
const ca = makeExtension(BasicConstraints, { ca: true }, true)
const EXTENSIONS: readonly Extension[] = [
  ca,
  makeExtension(KeyUsage, ['keyCertSign', 'cRLSign'], true),
  makeExtension(ExtendedKeyUsage, ['2.5.29.37.0', '1.3.6.1.5.5.7.3.9', '1.3.6.1.5.5.7.3.8'], true),
  makeExtension(SubjectAltName, [{ type: 'dns', value: 'www.bank.example' }]),
  makeExtension(NameConstraints, { permitted: [{ base: { type: 'dns', value: '' } }] }, true),
  makeExtension(CertificatePolicies, [{ policy: '2.5.29.32.0' }]),
  makeExtension(TlsFeature, [5]),
  raw(TlsFeature.id, '0500'),
  raw(TlsFeature.id, ''),
  { ...ca, id: '2.5.29.10' },
  raw('2.16.840.1.113730.1.1', '03020007'),
  raw('1.3.6.1.4.1.311.21.10', '300830060604551d2500'),
  raw('1.2.3.4', '0500'),
  raw('1.2.3.4', ''),
]
