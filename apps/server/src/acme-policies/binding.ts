/** An external account binding (RFC 8555 §7.3.4): what lets accounts register under a policy. Never with its key. */
export interface Binding {
  readonly id: string
  readonly policy: string
  /** What a client names it by: an address, no secret. */
  readonly kid: string
  /** Unique in the policy. */
  readonly name: string
  /** How many accounts may register by it; absent: any number. */
  readonly allowedUses?: number
  readonly uses: number
  /** Until when accounts may register; absent: for ever. Accounts outlive it. */
  readonly expiresAt?: number
  readonly createdAt: number
}
