import type { KeyType, KeyUsageBit, Oid, SignatureAlgorithm } from '@chancery/x509'
import type { AllowRules } from './allow-rules.ts'
import type { SubjectAttribute } from './certificate-request.ts'

/** Types of subjectAltName that a template can take from a request. */
export const SAN_TYPES = ['dns', 'ip', 'email', 'uri', 'upn', 'directoryName', 'registeredId'] as const
export type SanType = (typeof SAN_TYPES)[number]

/**
 * A subjectAltName as people and JSON write it: a host name (U-labels allowed), an address, `user@host` for email and
 * upn, an absolute URI, a distinguished name (RFC 4514), an object identifier.
 */
export interface SubjectAltNameText {
  readonly type: SanType
  readonly value: string
}

/** A length of time as people give it. */
export type Duration = { readonly days: number } | { readonly hours: number }

/**
 * What a certificate looks like. It is plain data, stored as JSON with its template. Who may have one is not decided
 * here; see `enrollment-policy.ts`.
 */
export interface Profile {
  readonly subject: {
    /** Attribute types taken from the request; `'any'` takes all. */
    readonly fromRequest: readonly string[] | 'any'
    readonly required: readonly string[]
    /** Always set, in place of what a request says of the same type. */
    readonly fixed: readonly SubjectAttribute[]
  }
  readonly subjectAltNames: {
    readonly fromRequest: readonly SanType[]
    readonly required: boolean
    /** Always added. */
    readonly fixed: readonly SubjectAltNameText[]
    /** A common name that looks like a host or an address is added as a SAN when the request has none. */
    readonly fromCommonName: boolean
  }
  /** Key types that may be certified. */
  readonly keyTypes: readonly KeyType[]
  /** How certificates are signed; absent: as the issuer signs. */
  readonly signatureAlgorithm?: SignatureAlgorithm
  readonly validity: {
    readonly default: Duration
    readonly maximum?: Duration
    /** A fixed end, milliseconds: no certificate lives past it, and it is the default end when it comes first. */
    readonly notAfter?: number
    /** How long before its issuance a certificate begins, in minutes, against clocks that are slow. */
    readonly backdateMinutes: number
    /** What happens to a validity that outlives the issuer. */
    readonly beyondIssuer: 'clamp' | 'refuse'
  }
  readonly keyUsage: {
    readonly bits: readonly KeyUsageBit[]
    /** Bits added when the certified key is RSA: keyEncipherment, for TLS before 1.3. */
    readonly rsaBits: readonly KeyUsageBit[]
    readonly critical: boolean
  }
  readonly extendedKeyUsage: { readonly purposes: readonly Oid[]; readonly critical: boolean }
  /** `null`: no basicConstraints extension. */
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength?: number; readonly critical: boolean } | null
  /** Which addresses of the issuer go into certificates; a custom address stands in place of the issuer's own. */
  readonly addresses: { readonly crl: boolean; readonly ocsp: boolean; readonly aia: boolean; readonly aiaUrl?: string }
  readonly policies: readonly CertificatePolicy[]
  readonly nameConstraints?: { readonly permitted: readonly Subtree[]; readonly excluded: readonly Subtree[] }
  /** Requested extensions that are copied when an approver or a protocol lets them through, by OID. */
  readonly copyExtensions: readonly Oid[]
  /** Added as they are. `value` is DER in base64: what stands inside the extension's OCTET STRING. */
  readonly extraExtensions: readonly { readonly id: Oid; readonly critical: boolean; readonly value: string }[]
  /** Which names may be certified; absent: any that the requester has the right to. */
  readonly allow?: AllowRules
}

/** A policy that certificates assert (RFC 5280 §4.2.1.4). */
export interface CertificatePolicy {
  readonly policy: Oid
  /** Adds the address of the CA's CPS page as a qualifier. */
  readonly cps: boolean
  readonly userNotice?: string
}

/**
 * A subtree of names, in text: a domain, a mail domain or address, a URI host, a network in CIDR, or a distinguished
 * name (RFC 4514).
 */
export interface Subtree {
  readonly type: 'dns' | 'email' | 'uri' | 'ip' | 'upn' | 'directoryName'
  readonly value: string
}
