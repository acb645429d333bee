import type { AccountRecord } from '../audit/account-record.ts'

/** A passkey of an account, W3C Web Authentication §4: what proves that a browser holds the private key. */
export interface Passkey {
  readonly id: string
  readonly account: string
  readonly name: string
  /** base64url. */
  readonly credentialId: string
  /** COSE_Key. */
  readonly publicKey: Uint8Array
  readonly counter: number
  /** `singleDevice` or `multiDevice`. */
  readonly deviceType: string
  readonly backedUp: boolean
  /** With commas between. */
  readonly transports: string
  readonly aaguid: string
  readonly createdAt: number
}

export interface PasskeyStore {
  find(id: string): Promise<Passkey | undefined>
  findByCredential(credentialId: string): Promise<Passkey | undefined>
  /** Newest first; at most 100. */
  list(account: string): Promise<readonly Passkey[]>
  /** Throws `Refusal` 'conflict' for a credential that is there already, 'not-permitted' for more than 50 of an account. */
  add(passkey: Passkey, record: AccountRecord): Promise<void>
  rename(id: string, name: string): Promise<Passkey | undefined>
  /** Notes the counter of a use: it never goes back. False when it would, which is how a copied key shows. */
  count(id: string, counter: number): Promise<boolean>
  remove(account: string, id: string, record: AccountRecord): Promise<boolean>
}
