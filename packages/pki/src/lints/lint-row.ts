import type { LintView } from '../lint-view.ts'

/** What lints judge: fields of the TBSCertificate (RFC 5280 §4.1) and extensions, by their names in its ASN.1 modules. */
export const CERTIFICATE_FIELDS = [
  'tbsCertificate',
  'version',
  'serialNumber',
  'signature',
  'issuer',
  'validity',
  'subject',
  'subjectPublicKeyInfo',
  'issuerUniqueID',
  'subjectUniqueID',
  'extensions',
  'authorityKeyIdentifier',
  'subjectKeyIdentifier',
  'keyUsage',
  'certificatePolicies',
  'policyMappings',
  'policyConstraints',
  'inhibitAnyPolicy',
  'subjectAltName',
  'basicConstraints',
  'nameConstraints',
  'extKeyUsage',
  'cRLDistributionPoints',
  'freshestCRL',
  'authorityInfoAccess',
  'ocspNoCheck',
] as const
export type CertificateField = (typeof CERTIFICATE_FIELDS)[number]

/** One rule that certificates keep: where it stands, what it says, of which field, and how it is seen. */
export interface Lint {
  /** Where the rule stands; `Chancery` when it is our own. */
  readonly cites: string
  readonly requires: string
  /** What it is about: where something is changed when it is broken. A fault may know better. */
  readonly field: CertificateField
  /** Absent: what breaks it is not signed. */
  readonly severity?: 'warning'
  /** `true` when the rule is kept; else `false`, or what is wrong. */
  readonly check: (view: LintView) => boolean | string | Fault
}

/** What is wrong, in a sentence, and in which part of the field or in which other one: `subject.countryName`. */
export interface Fault {
  readonly detail: string
  readonly field: string
}

/** `true` when no value has a fault, else the faults of the first few as sentences, and the field of the first. */
export function allGood<T>(
  values: readonly T[],
  fault: (value: T, at: number) => string | Fault | undefined,
): true | string | Fault {
  const faults: (string | Fault)[] = []
  for (const [at, value] of values.entries()) {
    const found = fault(value, at)
    if (found !== undefined) faults.push(found)
    if (faults.length === 3) break
  }
  const [first] = faults
  if (first === undefined) return true
  const detail = faults.map((found) => (typeof found === 'string' ? found : found.detail)).join(' ')
  return typeof first === 'string' ? detail : { detail, field: first.field }
}
