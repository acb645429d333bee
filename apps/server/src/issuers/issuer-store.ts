import type { Authority, AuthorityCertificate, Generation } from './authority.ts'

/** A generation with all that is needed to issue by it or to answer for it. */
export interface StoredIssuer {
  readonly authority: Authority
  readonly generation: Generation
  readonly certificates: readonly AuthorityCertificate[]
  /** Certificates above the active one, up to its root as far as known (DER, nearest first). */
  readonly chain: readonly Uint8Array[]
  /**
   * The ways to a top, each from a certificate of the generation upwards (DER, nearest first): by each that its key has, and by each that
   * the keys above have. None by what is revoked, on hold, or of a CA that is over; few in all.
   */
  readonly waysUp: readonly (readonly Uint8Array[])[]
  /** PKCS#8 sealed for `{ tenant, purpose: 'generation-key', id: generation }`. */
  readonly sealedKey?: Uint8Array
  /**
   * Whether a certificate above in this installation, or its own, is revoked, or a CA above is archived: then nothing but CRL and
   * OCSP is signed.
   */
  readonly blockedBy?: string
}

/** The read side of CAs. */
export interface IssuerStore {
  /**
   * A number that grows with everything that changes what a `StoredIssuer` of this tenant says: states, certificates, keys,
   * settings, the revocation of a CA certificate. Must be very cheap (one row by primary key): caches are checked against it.
   */
  version(): number | Promise<number>
  /** The generation that issues for a CA now: the newest active one. */
  activeIssuer(authority: string): Promise<StoredIssuer | undefined>
  generation(id: string): Promise<StoredIssuer | undefined>
}

/** By public id, across tenants: an address reaches its generation without a tenant, for public services alone. */
export type FindGenerationByPublicId = (
  publicId: string,
) => Promise<{ readonly tenant: string; readonly generation: string; readonly authority: string } | undefined>
