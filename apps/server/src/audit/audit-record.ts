/** Who does something. */
export type Actor =
  | { readonly kind: 'account'; readonly account: string; readonly token?: string }
  /** An account of ACME, which is no account of a person. */
  | { readonly kind: 'acme-account'; readonly account: string }
  /** The installation itself: sweeps, renewals of service certificates. */
  | { readonly kind: 'system' }
  /** Somebody with a shell on the machine. */
  | { readonly kind: 'command-line' }
  /** Somebody who is not signed in. */
  | { readonly kind: 'stranger' }

/** Who does something, in which tenant, when, and by which call. Every command of the domain takes one. */
export interface Act {
  readonly tenant: string
  readonly actor: Actor
  readonly at: number
  /** The `Idempotency-Key` of the call, spent in the transaction of the first thing that the call makes. */
  readonly idempotency?: IdempotencyClaim
}

/** Ties a creation to the key that its caller chose, so that a repeated call gives the same resource. */
export interface IdempotencyClaim {
  /** Principal and route, e.g. `token:01h…:POST /certificates`. */
  readonly scope: string
  readonly key: string
  /** SHA-256 of the request's body. */
  readonly bodyHash: Uint8Array
}

/** What was done to what. `details` hold ids and plain facts: never keys, passwords, tokens or whole documents. */
export interface AuditEntry {
  /** Noun and verb: `certificate.revoke`. */
  readonly action: string
  readonly object: { readonly type: string; readonly id: string }
  readonly details?: Readonly<Record<string, string | number | boolean | null>>
}

/** Written in the transaction of the act: what is done without its record was not done. */
export interface AuditRecord extends AuditEntry {
  readonly act: Act
}

/** The record of an act. */
export function recordOf(act: Act, entry: AuditEntry): AuditRecord {
  return { act, ...entry }
}

/** The act in its later transactions: its idempotency key is spent by the first. */
export function continued({ idempotency: _spent, ...act }: Act): Act {
  return act
}
