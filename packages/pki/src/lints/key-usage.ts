import { EXTENDED_KEY_USAGES, extendedKeyUsageName, KeyUsage, type KeyUsageBit, type Oid } from '@chancery/x509'
import type { LintView } from '../lint-view.ts'
import { allGood, type Lint } from './lint-row.ts'

export const keyUsageIsNotEmpty: Lint = {
  cites: 'RFC 5280 §4.2.1.3',
  requires: 'keyUsage has a bit at least.',
  field: 'keyUsage',
  check: ({ keyUsage }) => keyUsage === undefined || keyUsage.length > 0 || 'It has none. Choose one.',
}

export const keyUsageIsCritical: Lint = {
  cites: 'RFC 5280 §4.2.1.3',
  requires: 'keyUsage is critical.',
  field: 'keyUsage',
  severity: 'warning',
  check: ({ extension }) => extension(KeyUsage)?.critical !== false,
}

export const keyCertSignIsForCas: Lint = {
  cites: 'RFC 5280 §4.2.1.3',
  requires: 'keyCertSign is set in CA certificates only.',
  field: 'keyUsage',
  check: ({ keyUsage, isCa }) =>
    isCa || !keyUsage?.includes('keyCertSign') || 'Leave keyCertSign out, or make it a certificate of a CA.',
}

export const caMaySign: Lint = {
  cites: 'RFC 5280 §4.2.1.3',
  requires: 'A CA certificate has keyUsage with keyCertSign.',
  field: 'keyUsage',
  check: ({ keyUsage, isCa }) => !isCa || keyUsage?.includes('keyCertSign') === true || 'Add keyCertSign.',
}

export const caSignsItsCrls: Lint = {
  cites: 'RFC 5280 §6.3.3',
  requires: 'A CA certificate has cRLSign: relying parties reject CRLs by a key that has not.',
  field: 'keyUsage',
  severity: 'warning',
  check: ({ keyUsage, isCa }) => !isCa || keyUsage === undefined || keyUsage.includes('cRLSign'),
}

export const encipherOnlyNeedsKeyAgreement: Lint = {
  cites: 'RFC 5280 §4.2.1.3',
  requires: 'encipherOnly and decipherOnly go with keyAgreement.',
  field: 'keyUsage',
  check: ({ keyUsage = [] }) =>
    keyUsage.includes('keyAgreement') ||
    !(keyUsage.includes('encipherOnly') || keyUsage.includes('decipherOnly')) ||
    'Add keyAgreement.',
}

const AGREEMENT: readonly KeyUsageBit[] = ['keyAgreement', 'encipherOnly', 'decipherOnly']
const ENCIPHERMENT: readonly KeyUsageBit[] = ['keyEncipherment', 'dataEncipherment']

export const rsaKeysDoNotAgree: Lint = {
  cites: 'RFC 3279 §2.3.1',
  requires: 'RSA keys have no keyAgreement.',
  field: 'keyUsage',
  check: (view) => view.key?.family !== 'rsa' || without(view, AGREEMENT),
}

export const ecKeysDoNotEncipher: Lint = {
  cites: 'RFC 8813 §3',
  requires: 'Keys on elliptic curves have neither keyEncipherment nor dataEncipherment.',
  field: 'keyUsage',
  check: (view) => view.key?.family !== 'ec' || without(view, ENCIPHERMENT),
}

export const ed25519KeysOnlySign: Lint = {
  cites: 'RFC 9295 §3',
  requires: 'Ed25519 keys have neither encipherment nor keyAgreement.',
  field: 'keyUsage',
  check: (view) => view.key?.family !== 'ed25519' || without(view, [...ENCIPHERMENT, ...AGREEMENT]),
}

export const mlDsaKeysOnlySign: Lint = {
  cites: 'RFC 9881 §5',
  requires: 'ML-DSA keys have neither encipherment nor keyAgreement.',
  field: 'keyUsage',
  check: (view) => !view.key?.family.startsWith('ml-dsa-') || without(view, [...ENCIPHERMENT, ...AGREEMENT]),
}

export const slhDsaKeysOnlySign: Lint = {
  cites: 'RFC 9909 §6',
  requires: 'SLH-DSA keys have neither encipherment nor keyAgreement.',
  field: 'keyUsage',
  check: (view) => !view.key?.family.startsWith('slh-dsa-') || without(view, [...ENCIPHERMENT, ...AGREEMENT]),
}

const { serverAuth, clientAuth, codeSigning, emailProtection, timeStamping, OCSPSigning } = EXTENDED_KEY_USAGES

/** Bits of which one at least must be there for a purpose to be of use. */
const CONSISTENT: ReadonlyMap<Oid, readonly KeyUsageBit[]> = new Map<Oid, readonly KeyUsageBit[]>([
  [serverAuth, ['digitalSignature', 'keyEncipherment', 'keyAgreement']],
  [clientAuth, ['digitalSignature', 'keyAgreement']],
  [codeSigning, ['digitalSignature']],
  [emailProtection, ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'keyAgreement']],
  [timeStamping, ['digitalSignature', 'nonRepudiation']],
  [OCSPSigning, ['digitalSignature', 'nonRepudiation']],
])

/** The purposes of a CA are not its own: they limit what is below it. */
export const purposesFitKeyUsage: Lint = {
  cites: 'RFC 5280 §4.2.1.12',
  requires: 'Each purpose has a keyUsage bit that is consistent with it.',
  field: 'keyUsage',
  check: ({ keyUsage, purposes, isCa }) =>
    isCa ||
    keyUsage === undefined ||
    allGood(purposes, (purpose) => {
      const bits = CONSISTENT.get(purpose)
      return bits === undefined || bits.some((bit) => keyUsage.includes(bit))
        ? undefined
        : `${extendedKeyUsageName(purpose)} wants ${bits.join(' or ')}.`
    }),
}

function without({ keyUsage = [] }: LintView, forbidden: readonly KeyUsageBit[]): true | string {
  const found = forbidden.filter((bit) => keyUsage.includes(bit))
  return found.length === 0 || `Leave out ${found.join(', ')}.`
}
