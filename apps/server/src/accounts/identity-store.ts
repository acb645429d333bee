import type { AccountRecord } from '../audit/account-record.ts'

/** An account as sign-in sees it. */
export interface SignInAccount {
  readonly id: string
  /** Lower case. */
  readonly email: string
  readonly name: string
  /** Absent: the account signs in by other ways alone. */
  readonly passwordHash?: string
  readonly operator: boolean
  /** Whether a code is asked for after the password. */
  readonly secondFactor: boolean
  readonly createdAt: number
}

/** Who an account is at an outside provider. Issuer and subject are the identity; addresses and names change hands. */
export interface OutsideIdentity {
  readonly id: string
  readonly account: string
  readonly issuer: string
  readonly subject: string
  readonly createdAt: number
}

/** A new account with a tenant of its own. */
export interface Registration {
  readonly account: {
    readonly id: string
    readonly email: string
    readonly name: string
    /** Absent: it signs in by the identity. */
    readonly passwordHash?: string
  }
  readonly tenant: { readonly id: string; readonly name: string }
  readonly identity?: OutsideIdentity
}

/** Accounts as people prove to be them. Above tenants: obtained from `stores.system`. */
export interface IdentityStore {
  findAccount(id: string): Promise<SignInAccount | undefined>
  findAccountByEmail(email: string): Promise<SignInAccount | undefined>
  /** All accounts by address, at most `limit`, from the one after `after` on. */
  listAccounts(after: string, limit: number): Promise<readonly SignInAccount[]>
  /** Sets the password and ends every session of the account, in one transaction. False when there is no such account. */
  setPassword(account: string, passwordHash: string, record: AccountRecord): Promise<boolean>
  /**
   * One transaction: account, tenant, membership as owner, identity. Throws `Refusal` 'conflict' when the address or the identity
   * has an account already.
   */
  register(registration: Registration, record: AccountRecord): Promise<void>
  findIdentity(issuer: string, subject: string): Promise<OutsideIdentity | undefined>
  identitiesOf(account: string): Promise<readonly OutsideIdentity[]>
  /** Throws `Refusal` 'conflict' when the identity is linked already, to whomever. */
  link(identity: OutsideIdentity, record: AccountRecord): Promise<void>
  /** False when the account has no such identity. */
  unlink(account: string, identity: string, record: AccountRecord): Promise<boolean>
  /** Writes down what happened and changes nothing: a sign-in that failed. */
  note(record: AccountRecord): Promise<void>
}
