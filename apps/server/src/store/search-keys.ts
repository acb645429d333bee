import type { IndexedName } from '../certificates/certificate-register.ts'

/**
 * The keys by which a certificate is found: each name in lower case, and host names once more with their labels turned round and a
 * dot before them (`.com.example.www`), so that everything below a domain is one range of keys.
 */
export function searchKeys(names: readonly IndexedName[]): readonly string[] {
  const keys = new Set<string>()
  for (const { type, value } of names) {
    const name = storable(value)
    if (name === '') continue
    keys.add(name)
    if (type === 'dns' || (type === 'commonName' && HOST.test(name))) keys.add(storable(turned(name)))
  }
  return [...keys]
}

/** All keys that begin so: from `from`, and before `before`. */
export interface KeyRange {
  readonly from: string
  readonly before: string
}

/** The keys that a search for this start of a name means; with a leading dot, for hosts below a domain. */
export function keyRange(name: string): KeyRange {
  const from = storable(name.startsWith('.') ? `${turned(name.slice(1))}.` : name)
  // Nothing comes after the last code point, in the order of the octets of UTF-8, which is that of both engines.
  return { from, before: `${from}\u{10ffff}` }
}

export function isInRange(key: string, { from }: KeyRange): boolean {
  return key.startsWith(from)
}

const HOST = /^[a-z0-9*_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/

/** An index of PostgreSQL holds 2,704 octets at most: longer names are found by their first 256 characters. */
const LONGEST = 256

/** What is so already, as most names are. */
const PLAIN = /^[a-z0-9.@:/*_ -]*$/

/** NUL is in no name that a lint lets through, and PostgreSQL cannot hold it. */
function storable(name: string): string {
  if (name.length <= LONGEST && PLAIN.test(name)) return name
  return name.replaceAll('\0', '').toLowerCase().toWellFormed().slice(0, LONGEST).toWellFormed()
}

function turned(host: string): string {
  return `.${host.split('.').reverse().join('.')}`
}
