import type { KeyType, SignatureAlgorithm } from '../api/operations.ts'

/** Key types as people know them, the usual ones first. */
export const KEY_TYPE_GROUPS: readonly {
  readonly group: string
  readonly items: readonly { readonly value: KeyType; readonly label: string }[]
}[] = [
  {
    group: 'Elliptic curves',
    items: [
      { value: 'ecdsa-p256', label: 'ECDSA P-256' },
      { value: 'ecdsa-p384', label: 'ECDSA P-384' },
      { value: 'ecdsa-p521', label: 'ECDSA P-521' },
      { value: 'ed25519', label: 'Ed25519' },
    ],
  },
  {
    group: 'RSA',
    items: [
      { value: 'rsa-2048', label: 'RSA 2048' },
      { value: 'rsa-3072', label: 'RSA 3072' },
      { value: 'rsa-4096', label: 'RSA 4096' },
    ],
  },
  {
    group: 'Post-quantum: ML-DSA',
    items: [
      { value: 'ml-dsa-44', label: 'ML-DSA-44 (category 2)' },
      { value: 'ml-dsa-65', label: 'ML-DSA-65 (category 3)' },
      { value: 'ml-dsa-87', label: 'ML-DSA-87 (category 5)' },
    ],
  },
  {
    group: 'Post-quantum: SLH-DSA (slow to sign)',
    items: (['sha2', 'shake'] as const).flatMap((hash) =>
      (['128', '192', '256'] as const).flatMap((level) =>
        (['s', 'f'] as const).map((kind) => ({
          value: `slh-dsa-${hash}-${level}${kind}` as const,
          label: `SLH-DSA-${hash.toUpperCase()}-${level}${kind}`,
        })),
      ),
    ),
  },
]

const LABELS = new Map<string, string>(
  KEY_TYPE_GROUPS.flatMap(({ items }) => items.map(({ value, label }) => [value, label] as const)),
)

/** What people call a key type; the word itself where we know none. */
export function keyTypeLabel(type: string): string {
  return LABELS.get(type)?.replace(/ \(.*/, '') ?? type.toUpperCase()
}

/** How a key of this type can sign, the default first; one entry where there is no choice. */
export function signaturesFor(
  type: KeyType,
): readonly { readonly value: SignatureAlgorithm; readonly label: string }[] {
  if (type.startsWith('rsa-')) {
    return (['rsa', 'rsa-pss'] as const).flatMap((kind) =>
      (['sha256', 'sha384', 'sha512'] as const).map((hash) => ({
        value: `${kind}-${hash}` as const,
        label: `${kind === 'rsa' ? 'RSA PKCS #1' : 'RSA-PSS'} with ${hashLabel(hash)}`,
      })),
    )
  }
  if (type.startsWith('ecdsa-')) {
    return HASHES_FOR_CURVE[type === 'ecdsa-p384' || type === 'ecdsa-p521' ? type : 'ecdsa-p256'].map((hash) => ({
      value: `ecdsa-${hash}` as const,
      label: `ECDSA with ${hashLabel(hash)}`,
    }))
  }
  return [{ value: type as SignatureAlgorithm, label: keyTypeLabel(type) }]
}

/** The first is the one that an ECDSA signature has by default. */
const HASHES_FOR_CURVE = {
  'ecdsa-p256': ['sha256', 'sha384', 'sha512'],
  'ecdsa-p384': ['sha384', 'sha256', 'sha512'],
  'ecdsa-p521': ['sha512', 'sha256', 'sha384'],
} as const

/** What people call a way to sign. */
export function signatureLabel(type: KeyType, algorithm: SignatureAlgorithm): string {
  return signaturesFor(type).find(({ value }) => value === algorithm)?.label ?? algorithm
}

/** The same for the signature of a certificate from anywhere; the word itself where we know none. */
export function signatureOfAny(algorithm: string): string {
  const known = [...signaturesFor('rsa-2048'), ...signaturesFor('ecdsa-p256')]
  return known.find(({ value }) => value === algorithm)?.label ?? keyTypeLabel(algorithm)
}

function hashLabel(hash: string): string {
  return `SHA-${hash.slice(3)}`
}
