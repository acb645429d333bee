import type { AccountRecord } from '../audit/account-record.ts'
import type { AuditRecord } from '../audit/audit-record.ts'
import type { Page, PageRequest } from '../tenants/page.ts'
import type { Principal, Role, Standing } from './roles.ts'
import type { NewToken } from './token-store.ts'

/** Somebody, as others see them. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly name: string
}

export interface NewAccount extends Person {
  /** `scrypt` as better-auth writes it: salt and key in hex, with a colon between. */
  readonly passwordHash: string
}

/** Accounts, and whose a call is. They stand above tenants, so this store is obtained from `stores.system`. */
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
  find(account: string): Promise<(Person & { readonly createdAt: number }) | undefined>
  findAccountByEmail(email: string): Promise<Person | undefined>
  rename(account: string, name: string, record: AccountRecord): Promise<void>
  /** The memberships of an account, to choose a tenant and to bound a token's role. */
  memberships(
    account: string,
  ): Promise<readonly { readonly tenant: string; readonly role: Role; readonly authority?: string }[]>
  /** What an account may be asked for at each call; `undefined` when there is none such. */
  standing(account: string): Promise<Standing | undefined>
  /** Whose token this is: unexpired, unrevoked, with what is left of its role within those that its maker has now. */
  principalByToken(secretHash: Uint8Array, now: number): Promise<Principal | undefined>
  /** Notes the use of a token, at most once a minute for each. */
  touchToken(token: string, at: number): Promise<void>
  operators(page: PageRequest): Promise<Page<Person>>
  /**
   * Makes an account an operator, or no operator any more. False when there is no such account, or it is that already. Throws
   * `Refusal` 'conflict' for the last one, of two at once too; 'forbidden' when who does it is none any more.
   */
  setOperator(account: string, operator: boolean, by: string, record: AuditRecord): Promise<boolean>
}
