import { equalBytes } from '../bytes.ts'
import { type TaggedCodec, tagged } from './codec.ts'
import { DerError } from './der-error.ts'
import { TAG } from './tag.ts'

/** An object identifier in dotted decimal, e.g. `2.5.29.15`. Arcs may be larger than 2⁵³. */
export type Oid = string

const DOTTED = /^(?:[01]\.(?:0|[1-3]?[0-9])|2\.(?:0|[1-9][0-9]*))(?:\.(?:0|[1-9][0-9]*))*$/
/** Characters of an identifier as text, either way; so that what was read can be written. */
const LONGEST = 256
/** Identifiers are few: both ways are kept for so many of those that were met. */
const KEPT = 1000
const known = new Map<Oid, Uint8Array>()
const read = new Map<number, { readonly octets: Uint8Array; readonly oid: Oid }>()

/** Whether this text is an object identifier in dotted decimal, of a length that belongs in a certificate. */
export function isOid(text: string): boolean {
  return text.length <= LONGEST && DOTTED.test(text)
}

/** OBJECT IDENTIFIER (X.690 §8.19). */
export const oid: TaggedCodec<Oid> = tagged(TAG.oid, {
  writeContents: (out, value) => out.octets(octetsOfOid(value)),
  readContents: (contents) => {
    const octets = contents.rest()
    const number = numberOf(octets)
    const kept = read.get(number)
    if (kept !== undefined && equalBytes(kept.octets, octets)) return kept.oid
    const value = oidOfOctets(octets)
    if (kept === undefined && read.size < KEPT) read.set(number, { octets: octets.slice(), oid: value })
    return value
  },
})

/** A number of these octets, as good as never that of others which are met. */
function numberOf(octets: Uint8Array): number {
  let number = octets.length
  for (const octet of octets) number = (Math.imul(number, 31) + octet) | 0
  return number
}

function octetsOfOid(value: Oid): Uint8Array {
  const kept = known.get(value)
  if (kept !== undefined) return kept
  if (!isOid(value)) throw new DerError(`"${value.slice(0, 40)}" is not an object identifier`)
  const [first = 0n, second = 0n, ...more] = value.split('.').map(BigInt)
  const octets: number[] = []
  for (const arc of [first * 40n + second, ...more]) {
    const low = [Number(arc & 0x7fn)]
    for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) low.unshift(Number(rest & 0x7fn) | 0x80)
    octets.push(...low)
  }
  const encoded = Uint8Array.from(octets)
  if (known.size < KEPT) known.set(value, encoded)
  return encoded
}

function oidOfOctets(octets: Uint8Array): Oid {
  if (octets.length === 0 || octets.length > LONGEST) throw new DerError('an object identifier of an impossible length')
  let text = ''
  let arc: number | bigint = 0
  let begins = true
  for (const octet of octets) {
    if (begins && octet === 0x80) throw new DerError('an object identifier with a padded arc: this is BER, DER is due')
    const digit: number = octet & 0x7f
    if (typeof arc === 'number' && arc > 2 ** 45) arc = BigInt(arc)
    arc = typeof arc === 'bigint' ? arc * 128n + BigInt(digit) : arc * 128 + digit
    begins = octet < 0x80
    if (begins) {
      text = text === '' ? firstArcs(arc) : `${text}.${arc}`
      if (text.length > LONGEST) throw new DerError('an object identifier of an impossible length')
      arc = 0
    }
  }
  if (!begins) throw new DerError('an object identifier that ends within an arc')
  return text
}

/** The first two arcs, which share a number: 40 times the first and the second (X.690 §8.19.4). */
function firstArcs(shared: number | bigint): string {
  if (typeof shared === 'bigint') return `2.${shared - 80n}`
  const first = shared < 80 ? Math.floor(shared / 40) : 2
  return `${first}.${shared - first * 40}`
}
