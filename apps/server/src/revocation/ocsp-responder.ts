import type { SignatureAlgorithm } from '@chancery/x509'

/** A key that answers for a generation of a CA, with the certificate that says so (RFC 6960 §4.2.2.2). */
export interface OcspResponder {
  /** DER; sent along with every answer. */
  readonly certificate: Uint8Array
  /** SHA-1 of the contents of its subjectPublicKey: how answers name it. */
  readonly keyHash: Uint8Array
  readonly notAfter: number
  readonly algorithm: SignatureAlgorithm
  sign(message: Uint8Array): Promise<Uint8Array>
}

/**
 * The responder of a generation now: filled by `service-certificates`, which makes a new one when the last is missing, spent or
 * revoked. `version`: the revocation version of the generation, as the question found it. Throws `KeyUnavailable` when that cannot
 * be done now, `Refusal` when this generation answers no more.
 */
export type ResponderOf = (tenant: string, generation: string, version: number) => Promise<OcspResponder>
