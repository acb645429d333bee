import type { Clock, Random } from './clock-and-random.ts'

/** Crockford's base 32 in lower case: no i, l, o, u. In the order of the code points, so that text sorts as the number does. */
const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz'
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_BITS = 80n
const RANDOM_BYTES = 10

/** Makes the id of a row: 26 characters, each greater than the one before. */
export type NewId = () => string

/** Makes a public id: 16 base62 characters (95 bits), for addresses. */
export type NewPublicId = () => string

/**
 * Ids as ULID lays them out: 48 bits of time in milliseconds, then 80 random bits. Within a millisecond, and when the clock goes
 * back, the last id is counted up by one, so ids of one maker never repeat or run backwards.
 */
export function idMaker(now: Clock, random: Random): NewId {
  let last = -1n
  return () => {
    const fresh = (BigInt(now()) << RANDOM_BITS) | toBigInt(random(RANDOM_BYTES))
    last = fresh >> RANDOM_BITS > last >> RANDOM_BITS ? fresh : last + 1n
    return base32(last)
  }
}

/** Public ids: unrelated to the row's id and to each other. They are addresses and grant nothing. */
export function publicIdMaker(random: Random): NewPublicId {
  return () => base62(16, random)
}

/** That many random base62 characters, each equally likely. */
export function base62(length: number, random: Random): string {
  let text = ''
  while (text.length < length) {
    for (const byte of random(length - text.length + 4)) {
      // 248 is the last multiple of 62 in a byte: the bytes above it would favour the first letters.
      if (byte < 248 && text.length < length) text += BASE62.charAt(byte % 62)
    }
  }
  return text
}

function base32(value: bigint): string {
  let text = ''
  for (let shift = 125n; shift >= 0n; shift -= 5n) text += BASE32.charAt(Number((value >> shift) & 31n))
  return text
}

function toBigInt(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value
}
