import type { Account } from './account-store.ts'
import { accountUrl } from './addresses.ts'

/** An account as its client sees it, RFC 8555 §7.1.2. */
export function presentAccount({ id, directory, status, contacts, jwk }: Account, url: string): object {
  return { status, contact: contacts, orders: `${accountUrl(url, id, directory)}/orders`, key: jwk }
}
