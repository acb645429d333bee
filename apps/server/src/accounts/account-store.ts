import type { AuditRecord } from '../audit/audit-record.ts'
import type { Principal, Role, Standing } from './roles.ts'

export interface NewAccount {
  readonly id: string
  /** Lower case. */
  readonly email: string
  readonly name: string
  /** `scrypt` as better-auth writes it: salt and key in hex, with a colon between. */
  readonly passwordHash: string
}

export interface NewToken {
  readonly id: string
  readonly tenant: string
  readonly account: string
  readonly name: string
  readonly role: Role
  readonly authority?: string
  /** SHA-256 of the token. */
  readonly secretHash: Uint8Array
  readonly createdAt: number
  readonly expiresAt: number
}

/** A token as it is listed: never its secret. */
export interface ApiToken extends Omit<NewToken, 'secretHash'> {
  readonly lastUsedAt?: number
  readonly revokedAt?: number
}

/** Accounts, tenants, memberships and tokens. They stand above tenants, so this store is obtained from `stores.system`. */
export interface AccountStore {
  /** How many accounts there are: setting up is for an empty installation. */
  countAccounts(): Promise<number>
  /**
   * One transaction: account, tenant, membership as owner, token. Throws `Refusal` 'conflict' when any account exists already, so
   * that of two set-ups at once one wins.
   */
  createFirst(
    first: {
      readonly account: NewAccount
      readonly tenant: { readonly id: string; readonly name: string }
      readonly token?: NewToken
    },
    record: AuditRecord,
  ): Promise<void>
  findAccountByEmail(
    email: string,
  ): Promise<{ readonly id: string; readonly email: string; readonly name: string } | undefined>
  /** The memberships of an account, to choose a tenant and to bound a token's role. */
  memberships(
    account: string,
  ): Promise<readonly { readonly tenant: string; readonly role: Role; readonly authority?: string }[]>
  createToken(token: NewToken, record: AuditRecord): Promise<void>
  listTokens(tenant: string): Promise<readonly ApiToken[]>
  /** Ends a token at once. False when there is none such in the tenant. */
  revokeToken(tenant: string, token: string, record: AuditRecord): Promise<boolean>
  /** What an account may be asked for at each call; `undefined` when there is none such. */
  standing(account: string): Promise<Standing | undefined>
  /** Whose token this is: unexpired, unrevoked, with what is left of its role within those that its maker has now. */
  principalByToken(secretHash: Uint8Array, now: number): Promise<Principal | undefined>
  /** Notes the use of a token, at most once a minute for each. */
  touchToken(token: string, at: number): Promise<void>
}
