import type { KeyType, SignatureAlgorithm } from '@chancery/x509'

/** A certificate authority of a tenant. */
export interface Authority {
  readonly id: string
  readonly tenant: string
  /** 16 base62 characters: in the addresses of CPS page and timestamping. */
  readonly publicId: string
  readonly name: string
  readonly status: AuthorityStatus
  /** The CA of this tenant that signed it, when it is one of ours. */
  readonly parent?: string
  /** Certification practice statement: plain text or Markdown. */
  readonly cps: string
  readonly settings: AuthoritySettings
  /** Grows with each change of statement or settings. 1 for a new one. */
  readonly revision: number
  readonly createdAt: number
}

/**
 * `archived`: it issues nothing more and goes on answering for what it issued. `deleted`: its keys and templates are gone, its
 * register goes; the last CRL and its certificates go on being served.
 */
export type AuthorityStatus = 'awaiting-certificate' | 'active' | 'archived' | 'deleted'

export interface AuthoritySettings {
  /** Base of the addresses written into its certificates, in place of the installation's. */
  readonly publicUrl?: string
  /** Keys and signatures of its service certificates (OCSP responder). Absent: by the CA's key type. */
  readonly serviceCertificates: { readonly keyType?: KeyType; readonly signatureAlgorithm?: SignatureAlgorithm }
  /** Days that certificates stay in the register after they expired; absent: for ever. */
  readonly retentionDays?: number
  readonly crl: {
    /** Absent: by kind of CA. */
    readonly validityHours?: number
    /** Into how many partitions new certificates are spread; absent: they are named by the whole CRL alone. */
    readonly partitions?: number
    readonly delta: boolean
  }
}

/** One key of a CA with the certificates of that key. Serials, CRL and OCSP belong to it. */
export interface Generation {
  readonly id: string
  readonly tenant: string
  readonly authority: string
  /** 16 base62 characters: in the addresses of CRL, OCSP and AIA. */
  readonly publicId: string
  /** 1 for the first. */
  readonly number: number
  readonly status: 'awaiting-certificate' | 'active' | 'retired'
  readonly keyType: KeyType
  readonly keyOrigin: 'generated' | 'imported'
  /** How this key signs certificates and CRLs for which nobody chose otherwise. Absent: the default of its type. */
  readonly signatureAlgorithm?: SignatureAlgorithm
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  /** PKCS#10, DER: how a certificate for this key is asked for. */
  readonly csr: Uint8Array
  /** False for an imported key whose earlier certificates are not all known: OCSP then answers `unauthorized` for strange serials. */
  readonly historyKnown: boolean
  readonly createdAt: number
}

/** A certificate of a generation's key. The active one names the issuer in what is issued. */
export interface AuthorityCertificate {
  readonly id: string
  readonly generation: string
  readonly der: Uint8Array
  readonly notBefore: number
  readonly notAfter: number
  readonly active: boolean
  /** The certificate's id in the register when one of our own CAs issued it: its revocation is looked up there. */
  readonly issuedAs?: string
}
