import type { KeyUsageBit, Oid, PublicKey, SignatureAlgorithm } from '@chancery/x509'
import type { RequestedValidity, SubjectAttribute } from './certificate-request.ts'
import type { Draft } from './draft.ts'
import type { Profile } from './profile.ts'

/** A self-signed root: what a person may choose of it, and its key. */
export interface Root {
  readonly subject: readonly SubjectAttribute[]
  readonly publicKey: PublicKey
  /** Absent: the default of the key. */
  readonly signatureAlgorithm?: SignatureAlgorithm
  /** Absent: ten years. */
  readonly validity?: RequestedValidity
  /** Absent: keyCertSign and cRLSign. */
  readonly keyUsage?: readonly KeyUsageBit[]
  /** Absent: no extendedKeyUsage extension. */
  readonly extendedKeyUsage?: readonly Oid[]
  readonly pathLength?: number
  readonly nameConstraints?: NonNullable<Profile['nameConstraints']>
  readonly serialNumber: bigint
  readonly keyIdentifier: Uint8Array
  readonly now: number
}

/** The draft of a self-signed root (RFC 5280 §3.2). It names no CRL, OCSP or AIA address: nobody but itself could answer for it. */
export function fillRoot(_root: Root): Draft {
  throw new Error('not written yet')
}
