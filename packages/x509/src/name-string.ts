import { attributeType, attributeTypeOid } from './attribute-types.ts'
import { DerError } from './der/der-error.ts'
import { type Attribute, attributeOfDer, type Name, type Rdn } from './name.ts'

/** Text that is no distinguished name. The message says where, and what was expected there. */
export class NameSyntaxError extends Error {
  override readonly name = 'NameSyntaxError'
}

/** The name as RFC 4514 text, the most specific part first: `CN=www.example.com,O=Example,C=SE`. */
export function nameToString(name: Name): string {
  return name.rdns
    .toReversed()
    .map((rdn) => rdn.map(attributeToString).join('+'))
    .join(',')
}

function attributeToString({ type, value, raw }: Attribute): string {
  return `${attributeType(type)?.short ?? type}=${raw === undefined ? escapeValue(value) : value}`
}

/** RFC 4514 §2.4; control characters as hexadecimal pairs too, so that the text is one line. */
function escapeValue(value: string): string {
  return value
    .replace(/["+,;<>\\]/g, '\\$&')
    .replace(/^[ #]|(?!^) $/g, '\\$&')
    .replace(/\p{Cc}/gu, (control) => [...utf8.encode(control)].map(hexPair).join(''))
}
const utf8 = new TextEncoder()
const hexPair = (octet: number) => `\\${octet.toString(16).padStart(2, '0').toUpperCase()}`

/**
 * Reads RFC 4514 text into relative distinguished names in the order of the certificate, which is the reverse of the text's.
 * Attribute types may be names, short names or object identifiers. Throws `NameSyntaxError`.
 */
export function parseNameString(text: string): Rdn[] {
  if (!text.isWellFormed()) throw new NameSyntaxError('the text holds half a surrogate pair, which is no character')
  const rdns: Attribute[][] = []
  let separator: string | undefined = ','
  for (let at = skipSpaces(text, 0); at < text.length || (separator !== undefined && rdns.length > 0); ) {
    const { attribute, end } = parseAttribute(text, at)
    const last = rdns.at(-1)
    if (separator === '+' && last !== undefined) last.push(attribute)
    else rdns.push([attribute])
    separator = text[end]
    if (separator === undefined) break
    at = skipSpaces(text, end + 1)
  }
  return rdns.reverse()
}

function parseAttribute(text: string, start: number): { attribute: Attribute; end: number } {
  const equals = text.indexOf('=', start)
  if (equals < 0) throw new NameSyntaxError(`expected "type=value" at character ${start + 1}`)
  const typeName = text.slice(start, equals).trim()
  const type = attributeTypeOid(typeName)
  if (type === undefined)
    throw new NameSyntaxError(`"${typeName.slice(0, 40)}" at character ${start + 1} is not the name of an attribute`)
  const from = skipSpaces(text, equals + 1)
  return text[from] === '#' ? hexValue(type, text, from) : stringValue(type, text, from)
}

/** `#` and the DER of the value in hexadecimal digits. */
function hexValue(type: string, text: string, from: number): { attribute: Attribute; end: number } {
  const end = endOf(text, from, /[,+]/g)
  const digits = text.slice(from + 1, end).trim()
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(digits))
    throw new NameSyntaxError(`expected pairs of hexadecimal digits after "#" at character ${from + 1}`)
  try {
    return { attribute: attributeOfDer(type, Uint8Array.fromHex(digits)), end }
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    throw new NameSyntaxError(`the bytes after "#" at character ${from + 1} are not one DER value: ${error.message}`)
  }
}

function stringValue(type: string, text: string, from: number): { attribute: Attribute; end: number } {
  const octets: Uint8Array[] = []
  let at = from
  let significant = 0
  while (at < text.length && text[at] !== ',' && text[at] !== '+') {
    const part = nextCharacter(text, at)
    octets.push(part.octets)
    at += part.length
    // Spaces at the end belong to the value only when they are escaped.
    if (part.length > 1 || text[at - 1] !== ' ') significant = octets.length
  }
  try {
    const bytes = octets.slice(0, significant).flatMap((part) => [...part])
    return { attribute: { type, value: utf8Strict.decode(Uint8Array.from(bytes)) }, end: at }
  } catch {
    throw new NameSyntaxError(`the escaped bytes after character ${from + 1} are not UTF-8`)
  }
}
const utf8Strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** One character, or what an escape stands for: a character itself, or one octet of UTF-8. */
function nextCharacter(text: string, at: number): { octets: Uint8Array; length: number } {
  const point = text.codePointAt(at) ?? 0
  const character = String.fromCodePoint(point)
  if (character !== '\\') {
    if ('";<>\0'.includes(character))
      throw new NameSyntaxError(`"${character}" at character ${at + 1} needs a "\\" before it`)
    return { octets: utf8.encode(character), length: character.length }
  }
  const next = text[at + 1] ?? ''
  if (next !== '' && ' "#+,;<=>\\'.includes(next)) return { octets: utf8.encode(next), length: 2 }
  const pair = text.slice(at + 1, at + 3)
  if (/^[0-9A-Fa-f]{2}$/.test(pair)) return { octets: Uint8Array.fromHex(pair), length: 3 }
  throw new NameSyntaxError(
    `"\\" at character ${at + 1} escapes neither a special character nor two hexadecimal digits`,
  )
}

function endOf(text: string, from: number, pattern: RegExp): number {
  pattern.lastIndex = from
  return pattern.exec(text)?.index ?? text.length
}

function skipSpaces(text: string, from: number): number {
  let at = from
  while (text[at] === ' ') at++
  return at
}
