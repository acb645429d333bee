import type { Clock, Random } from './clock-and-random.ts'

/** Crockford's base 32 in lower case: no i, l, o, u. In the order of the code points, so that text sorts as the number does. */
const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz'
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Ten bits at a time. */
const PAIRS = Array.from({ length: 1024 }, (_, value) => BASE32.charAt(value >> 5) + BASE32.charAt(value & 31))
const RANDOM_BYTES = 10
/** The random bits are kept as two halves: a number holds 40 bits, and a BigInt for each row is slow. */
const HALF = 2 ** 40

/** Makes the id of a row: 26 characters, each greater than the one before. */
export type NewId = () => string

/** Makes a public id: 16 base62 characters (95 bits), for addresses. */
export type NewPublicId = () => string

/**
 * Ids as ULID lays them out: 48 bits of time in milliseconds, then 80 random bits. Within a millisecond, and when the clock goes
 * back, the last id is counted up by one, so ids of one maker never repeat or run backwards.
 */
export function idMaker(now: Clock, random: Random): NewId {
  let time = -1
  let high = 0
  let low = 0
  return () => {
    const at = now()
    if (at > time) {
      const bytes = random(RANDOM_BYTES)
      time = at
      high = half(bytes, 0)
      low = half(bytes, 5)
    } else if (++low === HALF) {
      low = 0
      if (++high === HALF) {
        high = 0
        time++
      }
    }
    return base32(Math.floor(time / HALF), 1) + base32(time % HALF, 4) + base32(high, 4) + base32(low, 4)
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

/** The last `pairs` times two digits of a number below 2⁴⁰. */
function base32(value: number, pairs: number): string {
  let text = ''
  for (let rest = value, at = 0; at < pairs; at++) {
    text = PAIRS[rest % 1024] + text
    rest = Math.floor(rest / 1024)
  }
  return text
}

/** Five bytes as a number. */
function half(bytes: Uint8Array, from: number): number {
  let value = 0
  for (let at = from; at < from + 5; at++) value = value * 256 + (bytes[at] ?? 0)
  return value
}
