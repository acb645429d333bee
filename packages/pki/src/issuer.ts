import type { Certificate, KeyType, Name, SignatureAlgorithm } from '@chancery/x509'

/** The CA as a draft sees it: what its certificates copy from it and what binds them. */
export interface Issuer {
  readonly authority: string
  readonly generation: string
  /**
   * The active CA certificate; its subject's bytes become the issuer field, its subjectKeyIdentifier the authority
   * key identifier.
   */
  readonly certificate: Certificate
  readonly subject: Name
  readonly keyIdentifier: Uint8Array
  readonly keyType: KeyType
  /** How the CA signs what chooses nothing else; absent: the default of its key. */
  readonly signatureAlgorithm?: SignatureAlgorithm
  /** From this CA's own certificate up to its root, as far as known. Their constraints bind too. */
  readonly chain: readonly Certificate[]
  readonly addresses: IssuerAddresses
}

/** The http addresses that are written into certificates (RFC 5280 §8). */
export interface IssuerAddresses {
  readonly crl: string
  readonly ocsp: string
  readonly aia: string
  readonly cps: string
}
