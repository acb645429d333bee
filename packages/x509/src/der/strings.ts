import { type TaggedCodec, tagged } from './codec.ts'
import { DerError } from './der-error.ts'
import { TAG } from './tag.ts'

const utf8Strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const utf8Any = new TextDecoder('utf-8', { ignoreBOM: true })
const utf8 = new TextEncoder()

/** UTF8String. */
export const utf8String: TaggedCodec<string> = tagged(TAG.utf8String, {
  writeContents: (out, value) => {
    checkWellFormed(value)
    out.octets(utf8.encode(value))
  },
  readContents: (contents) => {
    try {
      return utf8Strict.decode(contents.rest())
    } catch {
      throw new DerError('a UTF8String that is not UTF-8')
    }
  },
})

/** PrintableString: letters, digits, space and `'()+,-./:=?` (X.680 §41.4). Both directions refuse other characters. */
export const printableString: TaggedCodec<string> = ascii(
  TAG.printableString,
  'PrintableString',
  /^[A-Za-z0-9 '()+,\-./:=?]*$/,
)

/** IA5String: ASCII. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: IA5 is the whole of ASCII, control characters included
export const ia5String: TaggedCodec<string> = ascii(TAG.ia5String, 'IA5String', /^[\x00-\x7f]*$/)

/** NumericString: digits and space. */
export const numericString: TaggedCodec<string> = ascii(TAG.numericString, 'NumericString', /^[0-9 ]*$/)

/** VisibleString: printing ASCII. */
export const visibleString: TaggedCodec<string> = ascii(TAG.visibleString, 'VisibleString', /^[\x20-\x7e]*$/)

/** TeletexString, read and written as Latin-1, which is how it is used in certificates that still carry it. */
export const teletexString: TaggedCodec<string> = tagged(TAG.teletexString, {
  writeContents: (out, value) => out.octets(charCodes(value, 0xff, 'TeletexString')),
  readContents: (contents) => fromCharCodes(contents.rest()),
})

/** BMPString: UTF-16 in network order. */
export const bmpString: TaggedCodec<string> = tagged(TAG.bmpString, {
  writeContents: (out, value) => {
    checkWellFormed(value)
    for (let at = value.length - 1; at >= 0; at--) {
      out.octet(value.charCodeAt(at) & 0xff)
      out.octet(value.charCodeAt(at) >> 8)
    }
  },
  readContents: (contents) => {
    const octets = contents.rest()
    if (octets.length % 2 !== 0) throw new DerError('a BMPString of an odd length')
    const units: string[] = []
    for (let at = 0; at < octets.length; at += 2)
      units.push(String.fromCharCode(((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0)))
    const text = units.join('')
    if (!text.isWellFormed()) throw new DerError('a BMPString with half a surrogate pair')
    return text
  },
})

/** UniversalString: UTF-32 in network order. */
export const universalString: TaggedCodec<string> = tagged(TAG.universalString, {
  writeContents: (out, value) => {
    checkWellFormed(value)
    for (const character of [...value].reverse()) {
      for (let rest = character.codePointAt(0) ?? 0, i = 0; i < 4; i++, rest >>>= 8) out.octet(rest & 0xff)
    }
  },
  readContents: (contents) => {
    const octets = contents.rest()
    if (octets.length % 4 !== 0) throw new DerError('a UniversalString whose length is no multiple of four')
    const view = new DataView(octets.buffer, octets.byteOffset, octets.length)
    const characters: string[] = []
    for (let at = 0; at < octets.length; at += 4) {
      const point = view.getUint32(at)
      if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
        throw new DerError('a UniversalString with an impossible character')
      characters.push(String.fromCodePoint(point))
    }
    return characters.join('')
  },
})

/** Half a surrogate pair is no character: the encoder would put another one in its place, and nobody would be told. */
function checkWellFormed(text: string): void {
  if (!text.isWellFormed()) throw new DerError('half a surrogate pair, which is no character')
}

function ascii(tag: number, name: string, allowed: RegExp): TaggedCodec<string> {
  const check = (text: string): string => {
    if (!allowed.test(text)) throw new DerError(`a character that a ${name} cannot hold`)
    return text
  }
  return tagged(tag, {
    writeContents: (out, value) => out.octets(charCodes(check(value), 0x7f, name)),
    // What is no ASCII becomes a character that is none, and is refused.
    readContents: (contents) => check(utf8Any.decode(contents.rest())),
  })
}

function charCodes(text: string, largest: number, name: string): Uint8Array {
  const octets = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > largest) throw new DerError(`a character that a ${name} cannot hold`)
    octets[at] = code
  }
  return octets
}

function fromCharCodes(octets: Uint8Array): string {
  let text = ''
  for (const octet of octets) text += String.fromCharCode(octet)
  return text
}
