import type { AlgorithmIdentifier, Extension, Name, PublicKey, SignatureAlgorithm } from '@chancery/x509'

/** A certificate before it is encoded: the fields of its TBSCertificate (RFC 5280 §4.1). Times in milliseconds. */
export interface Draft {
  readonly serialNumber: bigint
  readonly algorithm: SignatureAlgorithm
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly issuer: Name
  readonly notBefore: number
  readonly notAfter: number
  readonly subject: Name
  readonly publicKey: PublicKey
  readonly extensions: readonly Extension[]
}

/** A draft with the DER that would be signed. */
export interface EncodedDraft {
  readonly draft: Draft
  readonly tbs: Uint8Array
}

/** What a lint found. Errors stop the issuance; warnings are shown where a person decides. */
export interface LintFinding {
  /** The lint's name, e.g. `serialNumberFits`. */
  readonly lint: string
  readonly severity: 'error' | 'warning'
  readonly cites: string
  readonly requires: string
  /** The field of the certificate that it is about, or the part of it: `keyUsage`, `subject.countryName`, `subjectAltName.2`. */
  readonly field: string
  /** What is wrong here, when the rule alone does not say it. */
  readonly detail?: string
}

declare const linted: unique symbol
/** An encoded draft that broke no lint. `lintDraft` (or `lintDraftElsewhere`) alone makes one, and intents are recorded of nothing else. */
export interface LintedDraft extends EncodedDraft {
  readonly [linted]: true
  readonly warnings: readonly LintFinding[]
}
