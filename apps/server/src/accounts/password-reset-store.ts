import type { AccountRecord } from '../audit/account-record.ts'
import type { OutgoingMail } from '../mail/mail-store.ts'

/** Links by which people set a new password. Above tenants: obtained from `stores.system`. */
export interface PasswordResetStore {
  /** One for each account: the one before ends. With the mail that carries it, in one transaction. */
  create(
    reset: {
      readonly account: string
      readonly secretHash: Uint8Array
      readonly createdAt: number
      readonly expiresAt: number
    },
    mail: OutgoingMail,
    record: AccountRecord,
  ): Promise<void>
  /** Tells somebody who asked for a link why there is none. */
  tell(mail: OutgoingMail, record: AccountRecord): Promise<void>
  /** Whose link this is, while it is open. */
  find(secretHash: Uint8Array, now: number): Promise<string | undefined>
  /**
   * One transaction: spends the link, sets the password, ends every session of the account, tells its owner. False when the link is
   * not open any more: of two at once one finds it.
   */
  spend(
    use: {
      readonly secretHash: Uint8Array
      readonly account: string
      readonly at: number
      readonly passwordHash: string
    },
    mail: OutgoingMail | undefined,
    record: AccountRecord,
  ): Promise<boolean>
  /** Removes what has expired. */
  forget(now: number): Promise<void>
}
