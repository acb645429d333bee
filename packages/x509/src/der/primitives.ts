import { type Codec, codec, type TaggedCodec, tagged } from './codec.ts'
import { DerError } from './der-error.ts'
import { CONSTRUCTED, TAG } from './tag.ts'

/** BOOLEAN (X.690 §11.1: TRUE is 0xFF). */
export const boolean: TaggedCodec<boolean> = tagged(TAG.boolean, {
  writeContents: (out, value) => out.octet(value ? 0xff : 0),
  readContents: (contents) => {
    const octets = contents.rest()
    const octet = octets[0]
    if (octets.length !== 1 || (octet !== 0 && octet !== 0xff))
      throw new DerError('a BOOLEAN is one octet, 0x00 or 0xFF')
    return octet === 0xff
  },
})

/**
 * Octets of an INTEGER that are read: four times the longest RSA modulus that OpenSSL takes. Longer ones are sent to keep
 * somebody busy: writing one in decimal takes seconds.
 */
const LONGEST_INTEGER = 8192

/** INTEGER, negative ones included, of at most 8,192 octets. */
export const integer: TaggedCodec<bigint> = tagged(TAG.integer, {
  writeContents: (out, value) => {
    let rest = value
    let octet: number
    do {
      octet = Number(BigInt.asUintN(8, rest))
      out.octet(octet)
      rest >>= 8n
    } while (rest !== (octet & 0x80 ? -1n : 0n))
  },
  readContents: (contents) => {
    const octets = contents.rest()
    checkInteger(octets)
    if (octets.length > LONGEST_INTEGER) throw new DerError(`an INTEGER of more than ${LONGEST_INTEGER} octets`)
    const value = BigInt(`0x${octets.toHex()}`)
    return (octets[0] ?? 0) < 0x80 ? value : BigInt.asIntN(octets.length * 8, value)
  },
})

/** INTEGER that a protocol keeps small: 0 to 2³¹ − 1, such as a version or a path length. */
export const smallInteger: TaggedCodec<number> = small(TAG.integer)

/** ENUMERATED with small values. */
export const enumerated: TaggedCodec<number> = small(TAG.enumerated)

/** OCTET STRING. */
export const octetString: TaggedCodec<Uint8Array> = tagged(TAG.octetString, {
  writeContents: (out, value) => out.octets(value),
  readContents: (contents) => contents.rest(),
})

/** BIT STRING of whole octets, as keys and signatures are. */
export const bitString: TaggedCodec<Uint8Array> = tagged(TAG.bitString, {
  writeContents: (out, value) => {
    out.octets(value)
    out.octet(0)
  },
  readContents: (contents) => {
    const octets = contents.rest()
    if (octets[0] !== 0) throw new DerError('expected a BIT STRING of whole octets')
    return octets.subarray(1)
  },
})

/** NULL; its value is `null`. */
export const nothing: TaggedCodec<null> = tagged(TAG.null, { writeContents: () => {}, readContents: () => null })

/** Any one element, kept as its exact bytes, header included. */
export const any: Codec<Uint8Array> = codec({
  tags: undefined,
  write: (out, value) => out.octets(value),
  read: (input) => input.element(),
})

/** A SEQUENCE kept as its exact bytes: what is signed, hashed or compared as bytes and decoded apart. */
export const sequenceBytes: Codec<Uint8Array> = codec({
  tags: [TAG.sequence],
  write: (out, value) => out.octets(value),
  read: (input) => {
    if (input.peek() !== TAG.sequence) input.enter(TAG.sequence)
    return input.element()
  },
})

/**
 * BIT STRING with named bits, as the names of the bits that are set. DER drops trailing zero bits (X.690 §11.2.2). Bits beyond
 * the list are refused.
 */
export function namedBits<const N extends string>(names: readonly N[]): TaggedCodec<readonly N[]> {
  return tagged(TAG.bitString, {
    writeContents: (out, value) => {
      const set = names.map((name) => value.includes(name))
      const bits = set.lastIndexOf(true) + 1
      for (let at = Math.ceil(bits / 8) - 1; at >= 0; at--) {
        out.octet(set.slice(at * 8, at * 8 + 8).reduce((octet, bit, i) => octet | (bit ? 0x80 >> i : 0), 0))
      }
      out.octet((8 - (bits % 8)) % 8)
    },
    readContents: (contents) => {
      const whole = contents.rest()
      if (whole.length > 1 + Math.ceil(names.length / 8))
        throw new DerError(`a bit beyond the ${names.length} that have names`)
      const [unused = 8, ...octets] = whole
      const last = octets.at(-1)
      if (unused > 7 || (last === undefined && unused > 0))
        throw new DerError('a BIT STRING with an impossible count of unused bits')
      if (last !== undefined && (last & (2 ** (unused + 1) - 1)) !== 1 << unused)
        throw new DerError('trailing zero bits: this is BER, DER is due')
      const isSet = (bit: number) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0
      if (octets.length * 8 - unused > names.length)
        throw new DerError(`a bit beyond the ${names.length} that have names`)
      return names.filter((_, bit) => isSet(bit))
    },
  })
}

/** IMPLICIT `[number]`: the tag replaces the type's own (X.690 §8.14). */
export function implicit<T>(number: number, inner: TaggedCodec<T>): TaggedCodec<T> {
  return tagged(0x80 | number | (inner.tag & CONSTRUCTED), inner)
}

/** EXPLICIT `[number]`: an element around the type's own. */
export function explicit<T>(number: number, inner: Codec<T>): TaggedCodec<T> {
  return wrapped(0x80 | CONSTRUCTED | number, inner)
}

/** An OCTET STRING whose contents are the DER of another type. */
export function octetsOf<T>(inner: Codec<T>): TaggedCodec<T> {
  return wrapped(TAG.octetString, inner)
}

function wrapped<T>(tag: number, inner: Codec<T>): TaggedCodec<T> {
  return tagged(tag, {
    writeContents: (out, value) => inner.write(out, value),
    readContents: (contents) => inner.read(contents),
  })
}

function small(tag: number): TaggedCodec<number> {
  return tagged(tag, {
    writeContents: (out, value) => {
      if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff)
        throw new DerError(`expected ${SMALL}, found ${value}`)
      let rest = value
      let octet: number
      do {
        octet = rest & 0xff
        out.octet(octet)
        rest >>>= 8
      } while (rest > 0 || octet & 0x80)
    },
    readContents: (contents) => {
      const octets = contents.rest()
      checkInteger(octets)
      if (octets.length > 4 || (octets[0] ?? 0) & 0x80) throw new DerError(`expected ${SMALL}`)
      return octets.reduce((value, octet) => value * 256 + octet, 0)
    },
  })
}

const SMALL = 'a number from 0 to 2147483647'

/** X.690 §8.3.2: the first nine bits are neither all ones nor all zero. */
function checkInteger(octets: Uint8Array): void {
  const first = octets[0]
  const second = octets[1]
  if (first === undefined) throw new DerError('an INTEGER without octets')
  if (second === undefined) return
  if ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)) {
    throw new DerError('an INTEGER in more octets than it needs: this is BER, DER is due')
  }
}
