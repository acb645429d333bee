import type { ChallengeType, Duration, IdentifierType } from '@chancery/pki'
import type { KeyType } from '@chancery/x509'

/** Who gets certificates by ACME, for which names, and which. Its templates are all of one CA. */
export interface AcmePolicy {
  readonly id: string
  /** 16 base62 characters: where its own directory is. Grants nothing. */
  readonly publicId: string
  readonly authority: string
  /** Unique in the tenant. */
  readonly name: string
  readonly enabled: boolean
  /** Grows with each change. */
  readonly revision: number
  readonly settings: AcmePolicySettings
}

export interface AcmePolicySettings {
  /** What an order may ask for (draft-ietf-acme-profiles); never empty. An order that names no profile gets the first. */
  readonly profiles: readonly AcmeProfile[]
  /** Names that need no challenge: see `isPreApproved`. Canonical. */
  readonly preApproved: readonly string[]
  readonly identifiers: readonly IdentifierType[]
  readonly wildcards: boolean
  readonly challenges: readonly ChallengeType[]
  /** How long certificates live unless an order asks for less or the template gives less. Absent: as the template says. */
  readonly validity?: Duration
  /** Key types of certificates, of those of the template. Absent: all of those. */
  readonly keyTypes?: readonly KeyType[]
  /** Issuer domain names (RFC 8659 §4.2). Empty: CAA is not asked. */
  readonly caaIdentities: readonly string[]
  /** Whether single labels, `.internal` and `home.arpa` may be ordered. */
  readonly homeLabNames: boolean
  /** Who may register at the policy's own directory without a binding: addresses and networks. Absent: nobody. */
  readonly openTo?: readonly string[]
}

export interface AcmeProfile {
  /** A word in the directory. */
  readonly name: string
  readonly template: string
  /** For people, in the directory. */
  readonly description: string
}

/** Whether somebody may use the policy: what is deleted is not found any more. */
export type AcmePolicyChange = Partial<Pick<AcmePolicy, 'name' | 'enabled' | 'settings'>>
