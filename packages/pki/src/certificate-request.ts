import type { Extension, GeneralName, Name, Oid, PublicKey } from '@chancery/x509'

/** One attribute of a subject: its type by name (`commonName`) or dotted identifier, and its value as text. */
export interface SubjectAttribute {
  readonly type: string
  readonly value: string
}

/**
 * When a certificate is to be valid: for so long from its issuance, or between two moments (milliseconds since the
 * epoch).
 */
export type RequestedValidity =
  | { readonly days: number }
  | { readonly hours: number }
  | { readonly notBefore: number; readonly notAfter: number }

/**
 * What somebody asks to have certified, whatever protocol it came by. The proof that the requester holds the private
 * key was checked where it was parsed. Nothing in it is granted yet: what a template does not take from requests is
 * only shown.
 */
export interface CertificateRequest {
  readonly publicKey: PublicKey
  readonly subject: readonly SubjectAttribute[]
  /** The same as it must be written, octet for octet: the name of a CA that the installation renews. */
  readonly exactSubject?: Name
  /** The subjectKeyIdentifier that earlier certificates of a CA's key have: what that key signed points to it. */
  readonly keyIdentifier?: Uint8Array
  readonly subjectAltNames: readonly GeneralName[]
  /** Requested extensions other than the subjectAltName. */
  readonly extensions: readonly Extension[]
  readonly validity?: RequestedValidity
  /** The PKCS#10 (DER) that it came in, if any. */
  readonly csr?: Uint8Array
}

/** Extensions of the request that are shown to the approver and not copied. */
export interface IgnoredExtension {
  readonly id: Oid
  readonly critical: boolean
}
