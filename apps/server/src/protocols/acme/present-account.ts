import type { Account } from './account-store.ts'
import { accountUrl } from './addresses.ts'

/** An account as its client sees it, RFC 8555 §7.1.2. */
export function presentAccount(account: Account, url: string): object {
  const { id, directory, status, contacts, jwk, externalAccountBinding } = account
  return {
    status,
    contact: contacts,
    orders: `${accountUrl(url, id, directory)}/orders`,
    key: jwk,
    ...(externalAccountBinding && { externalAccountBinding }),
  }
}
