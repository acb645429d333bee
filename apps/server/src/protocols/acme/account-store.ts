import type { AcmeAccountStatus } from '../../acme-policies/acme-account.ts'
import type { AcmePolicy } from '../../acme-policies/acme-policy.ts'
import type { AuditRecord } from '../../audit/audit-record.ts'
import type { PublicJwk } from './jwk.ts'
import type { FlattenedJws } from './jws.ts'

/** An account as the protocol knows it: found by its key or its address, whatever tenant it is of. */
export interface Account {
  readonly id: string
  readonly tenant: string
  /** The public id of the policy at whose own directory it registered; absent: at the one that all tenants share. */
  readonly directory?: string
  readonly jwk: PublicJwk
  readonly thumbprint: string
  readonly status: AcmeAccountStatus
  readonly contacts: readonly string[]
  /** The external account binding of the request that made it (RFC 8555 §7.3.4), as it was sent. Absent: it needed none, or it is older than this field. */
  readonly externalAccountBinding?: FlattenedJws
}

/** An account with the policy that it is under. */
export interface AccountUnderPolicy {
  readonly account: Account
  readonly policy: AcmePolicy
}

export interface NewAccount extends Omit<Account, 'status'> {
  readonly policy: string
  readonly createdAt: number
  readonly createdFrom: string
  /** A use of it is spent in the transaction that stores the account. */
  readonly binding?: { readonly id: string; readonly name: string }
}

/** Of one tenant. */
export interface AccountStore {
  /**
   * Stores an account, and spends a use of its binding. `undefined` when it is done; else the account that has the key in this
   * directory already, and nothing was spent. Throws `Refusal` 'forbidden' when the binding is used up, over or gone, or the policy gone.
   */
  register(account: NewAccount, record: AuditRecord): Promise<AccountUnderPolicy | undefined>
  setContacts(id: string, contacts: readonly string[], record: AuditRecord): Promise<void>
  /** A valid account becomes `deactivated`. False: it was not valid any more. */
  deactivate(id: string, record: AuditRecord): Promise<boolean>
  /**
   * Another key for an account that has the key `was`. `done`; `taken` by the account with this id in the same directory; `overtaken`
   * by another change.
   */
  changeKey(
    id: string,
    was: string,
    key: { readonly jwk: PublicJwk; readonly thumbprint: string },
    record: AuditRecord,
  ): Promise<{ readonly result: 'done' | 'overtaken' } | { readonly result: 'taken'; readonly by: string }>
}

/** Across tenants: who asks is known by what the request carries. */
export interface AcmeDoor {
  /** The policy with its own directory under this public id. */
  policyByPublicId(publicId: string): Promise<TenantPolicy | undefined>
  /** By the id in its address. */
  account(id: string): Promise<AccountUnderPolicy | undefined>
  /** By its key, in a directory. */
  accountByKey(directory: string | undefined, thumbprint: string): Promise<AccountUnderPolicy | undefined>
  /** Whether it is the key of any account in a directory, or in the shared one: of one that is over, too. */
  isAccountKey(directory: string | undefined, thumbprint: string): Promise<boolean>
  /** A binding by its key id, with its sealed HMAC key. */
  binding(kid: string): Promise<DoorBinding | undefined>
  /** An issued certificate by the SHA-256 of its DER. */
  certificateByFingerprint(fingerprint: Uint8Array): Promise<FoundCertificate | undefined>
  /** Issued certificates with this serial number (lower-case hex, whole octets): of the CA of a policy, or of any tenant's. */
  certificatesBySerial(
    serialNumber: string,
    of: { readonly tenant: string; readonly authority: string } | undefined,
  ): Promise<readonly FoundCertificate[]>
}

export interface TenantPolicy {
  readonly tenant: string
  readonly policy: AcmePolicy
}

export interface DoorBinding extends TenantPolicy {
  readonly id: string
  readonly name: string
  readonly sealedKey: Uint8Array
  readonly allowedUses?: number
  readonly uses: number
  readonly expiresAt?: number
}

export interface FoundCertificate {
  readonly tenant: string
  readonly id: string
  /** The CA that issued it. */
  readonly authority: string
  readonly der: Uint8Array
  readonly isRevoked: boolean
  /** The order it came by, if it came by ACME. */
  readonly acme?: { readonly account: string; readonly policy: string }
}
