import { decodeCertificate } from '@chancery/x509'
import type { IndexedName } from './certificate-register.ts'
import { indexedNames } from './indexed-names.ts'

/** The names that the certificates of a tenant are found by, for an upgrade that finds them by more. */
export interface NameIndex {
  /** Of the issued certificates whose DER is known, those that come after this id; in the order of their ids. */
  page(after: string, limit: number): Promise<readonly NameableCertificate[]>
  /**
   * Makes certificates findable by these names too: what they are found by already stays, and stays first. Those that are gone, or
   * whose names somebody else changes at this moment, are left alone. Returns how many are found by more than before.
   */
  add(named: readonly NamedCertificate[]): Promise<number>
}

export interface NameableCertificate {
  readonly id: string
  readonly der: Uint8Array
}

export interface NamedCertificate {
  readonly id: string
  readonly names: readonly IndexedName[]
}

/**
 * Makes a page of a tenant's certificates findable by every name that this release finds by. May be done again: the second time
 * changes nothing. Returns the id to go on after, none at the end.
 */
export async function indexNames(index: NameIndex, after: string, limit: number): Promise<string | undefined> {
  const page = await index.page(after, limit)
  await index.add(page.flatMap(named))
  return page.length < limit ? undefined : page.at(-1)?.id
}

/** What this release cannot read keeps the names that it has: one certificate must not keep all after it from being found. */
function named({ id, der }: NameableCertificate): readonly NamedCertificate[] {
  try {
    return [{ id, names: indexedNames(decodeCertificate(der)) }]
  } catch {
    return []
  }
}
