import { attributeType } from './attribute-types.ts'
import { equalBytes } from './bytes.ts'
import { type Codec, type TaggedCodec, tagged } from './der/codec.ts'
import { DerError, within } from './der/der-error.ts'
import { DerReader } from './der/der-reader.ts'
import { type Oid, oid } from './der/oid.ts'
import { ia5String, printableString, utf8String } from './der/strings.ts'
import { mapped, sequenceOf, setOf, withDer } from './der/structures.ts'
import { TAG } from './der/tag.ts'
import { DirectoryString } from './directory-string.ts'

/** One type and value of a distinguished name. */
export interface Attribute {
  readonly type: Oid
  /** The text; of a value that is no string its DER as `#` and hexadecimal digits (RFC 4514 §2.4). */
  readonly value: string
  /** Only of a value that is no string: its DER, which is what is written. */
  readonly raw?: Uint8Array
}

/** A relative distinguished name: one attribute, seldom more, in no order that means anything. */
export type Rdn = readonly Attribute[]

/** A distinguished name, and the exact bytes that it was read from: issuer and subject are chained and hashed as bytes. */
export interface Name {
  readonly der: Uint8Array
  readonly rdns: readonly Rdn[]
}

const STRINGS = { utf8: utf8String, printable: printableString, ia5: ia5String } as const

/**
 * RFC 5280 §4.1.2.4
 *
 *     AttributeTypeAndValue ::= SEQUENCE {
 *          type   AttributeType,
 *          value  AttributeValue }
 */
const AttributeTypeAndValue: TaggedCodec<Attribute> = tagged(TAG.sequence, {
  writeContents: (out, { type, value, raw }) => {
    let field = 'value'
    try {
      if (raw !== undefined) out.octets(raw)
      else STRINGS[attributeType(type)?.string ?? 'utf8'].write(out, value)
      field = 'type'
      oid.write(out, type)
    } catch (error) {
      throw within(field, error)
    }
  },
  readContents: (contents) => {
    let field = 'type'
    try {
      const type = oid.read(contents)
      field = 'value'
      return readValue(type, contents)
    } catch (error) {
      throw within(field, error)
    }
  },
})

function readValue(type: Oid, input: DerReader): Attribute {
  const tag = input.peek()
  if (tag !== undefined && DirectoryString.tags?.includes(tag)) return { type, value: DirectoryString.read(input) }
  const raw = input.element()
  return { type, value: `#${raw.toHex()}`, raw }
}

/** RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue (RFC 5280 §4.1.2.4) */
export const Rdn: TaggedCodec<Rdn> = mapped(setOf(AttributeTypeAndValue), atLeastOne, atLeastOne)

/** Name ::= CHOICE { rdnSequence SEQUENCE OF RelativeDistinguishedName } (RFC 5280 §4.1.2.4) */
const RdnSequence = mapped(
  sequenceOf(Rdn),
  (rdns) => ({ rdns }),
  ({ rdns }) => rdns,
)
export const Name: Codec<Name> = withDer(RdnSequence)

/**
 * The name of these attributes, each in the string type of `ATTRIBUTE_TYPES`. Throws `DerError` for a character which that type
 * cannot hold; lengths are for the lints to judge.
 */
export function makeName(rdns: readonly Rdn[]): Name {
  return { rdns, der: RdnSequence.encode({ rdns }) }
}

/** A name without attributes: the subject of a certificate whose names are all in its SAN (RFC 5280 §4.1.2.6). */
export const EMPTY_NAME: Name = makeName([])

/** The values of this attribute, from the first relative distinguished name to the last. */
export function attributeValues(name: Name, type: Oid): string[] {
  return name.rdns.flat().flatMap((attribute) => (attribute.type === type ? [attribute.value] : []))
}

/** The attribute of this type whose value has this DER, as `Name` would have read it. Throws `DerError`. */
export function attributeOfDer(type: Oid, der: Uint8Array): Attribute {
  const input = new DerReader(der)
  const attribute = readValue(type, input)
  input.finish()
  return attribute
}

/** Whether two names are the same by RFC 5280 §7.1: case and the number of spaces do not count, nor the string type. */
export function namesMatch(a: Name, b: Name): boolean {
  return equalBytes(a.der, b.der) || (a.rdns.length === b.rdns.length && nameIsWithin(a, b))
}

/** Whether `name` begins with all of `base`: the subtree of a directoryName constraint (RFC 5280 §4.2.1.10). */
export function nameIsWithin(name: Name, base: Name): boolean {
  return base.rdns.every((rdn, at) => rdnsMatch(name.rdns[at], rdn))
}

function rdnsMatch(a: Rdn | undefined, b: Rdn): boolean {
  if (a?.length !== b.length) return false
  const left = a.map(comparable).sort()
  const right = b.map(comparable).sort()
  return left.every((text, at) => text === right[at])
}

function comparable({ type, value, raw }: Attribute): string {
  return `${type}${raw === undefined ? '=' : '#'}${raw === undefined ? foldText(value) : value}`
}

/**
 * String preparation as RFC 5280 §7.1 asks (RFC 4518 §2): what cannot be seen goes, compatibility forms and case are folded,
 * spaces at the ends go and others become one.
 */
function foldText(text: string): string {
  if (PRINTABLE.test(text)) return text.toLowerCase().replace(/ +/g, ' ').trim()
  const mappedText = text.replace(INVISIBLE, '').normalize('NFKC')
  // Upper case first, since a few letters meet only there (ß and ss, final sigma and sigma).
  const folded = mappedText.toUpperCase().toLowerCase().normalize('NFKC')
  return folded.replace(/[\s\u0085]+/g, ' ').trim()
}

/** Of printing ASCII nothing but case and spaces is folded. */
const PRINTABLE = /^[\x20-\x7e]*$/
const INVISIBLE = /[\u1806\u200b\ufffc\p{Cf}\p{Variation_Selector}]|\u034f|(?![\t-\r\u0085])\p{Cc}/gu

function atLeastOne(rdn: Rdn): Rdn {
  if (rdn.length === 0) throw new DerError('a relative distinguished name without attributes')
  return rdn
}
