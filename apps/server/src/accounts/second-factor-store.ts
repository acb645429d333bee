import type { AccountRecord } from '../audit/account-record.ts'

/** The second factor of an account: a secret for codes by time (RFC 6238), and recovery codes that count once each. */
export interface SecondFactor {
  readonly id: string
  readonly account: string
  /** Whether a code was given once. Before that nobody is asked for one. */
  readonly confirmed: boolean
  /** The time step of the last code that was taken. */
  readonly lastStep: number
  readonly createdAt: number
  readonly sealedSecret: Uint8Array
  readonly sealedRecoveryCodes: Uint8Array
}

export interface SecondFactorStore {
  find(account: string): Promise<SecondFactor | undefined>
  /** Puts an unconfirmed one in place of an unconfirmed one. Throws `Refusal` 'conflict' when one is confirmed. */
  begin(factor: SecondFactor): Promise<void>
  confirm(account: string, record: AccountRecord): Promise<boolean>
  /** Takes the code of a time step. False when it, or a later one, was taken before (RFC 6238 §5.2). */
  takeStep(account: string, step: number): Promise<boolean>
  /** Replaces the recovery codes, if they are still these. False when somebody was quicker. */
  replaceRecoveryCodes(account: string, before: Uint8Array, after: Uint8Array, record: AccountRecord): Promise<boolean>
  /** False when the account has none. */
  remove(account: string, record: AccountRecord): Promise<boolean>
}
