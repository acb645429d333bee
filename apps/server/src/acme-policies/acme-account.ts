/** RFC 8555 §7.1.6: `deactivated` by its client, `revoked` by an administrator or with its policy. */
export const ACME_ACCOUNT_STATUSES = ['valid', 'deactivated', 'revoked'] as const
export type AcmeAccountStatus = (typeof ACME_ACCOUNT_STATUSES)[number]

/** An ACME account as an administrator sees it. */
export interface AcmeAccount {
  readonly id: string
  readonly policy: string
  /** The CA of its policy. */
  readonly authority: string
  readonly status: AcmeAccountStatus
  readonly contacts: readonly string[]
  /** RFC 7638, base64url. */
  readonly thumbprint: string
  /** Whether it registered at the directory that all tenants share. */
  readonly isAtSharedDirectory: boolean
  /** By which it registered; the binding itself may be gone. */
  readonly binding?: { readonly id: string; readonly name: string }
  readonly createdAt: number
  /** The address that it registered from. */
  readonly createdFrom: string
}
