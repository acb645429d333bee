/**
 * Triple DES in CBC mode (FIPS 46-3; NIST SP 800-67). Old PKCS#12 files are encrypted by it, WebCrypto never had it, and systems
 * that open nothing newer are still in use. For those files alone: `key` has 24 octets, `iv` 8, padding is RFC 8018 §6.1.1's.
 */
export function encryptTripleDes(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const schedules = schedulesOf(key)
  const padding = BLOCK - (plaintext.length % BLOCK)
  const padded = new Uint8Array(plaintext.length + padding).fill(padding)
  padded.set(plaintext)
  let before = iv
  for (let at = 0; at < padded.length; at += BLOCK) {
    const block = padded.subarray(at, at + BLOCK)
    for (let i = 0; i < BLOCK; i++) block[i] = (block[i] ?? 0) ^ (before[i] ?? 0)
    cryptBlock(block, schedules)
    before = block
  }
  return padded
}

/** The same backwards. `undefined` where length or padding is impossible: another key, or other octets. */
export function decryptTripleDes(key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array): Uint8Array | undefined {
  if (encrypted.length === 0 || encrypted.length % BLOCK !== 0) return undefined
  // Rounds in the opposite order, and the keys too.
  const schedules = schedulesOf(key)
    .toReversed()
    .map((schedule) => schedule.toReversed())
  const plaintext = Uint8Array.from(encrypted)
  for (let at = 0; at < plaintext.length; at += BLOCK) {
    const block = plaintext.subarray(at, at + BLOCK)
    const before = at === 0 ? iv : encrypted.subarray(at - BLOCK, at)
    cryptBlock(block, schedules)
    for (let i = 0; i < BLOCK; i++) block[i] = (block[i] ?? 0) ^ (before[i] ?? 0)
  }
  const padding = plaintext.at(-1) ?? 0
  const isPadded = padding >= 1 && padding <= BLOCK && plaintext.subarray(-padding).every((octet) => octet === padding)
  return isPadded ? plaintext.subarray(0, -padding) : undefined
}

const BLOCK = 8
/** The keys of the sixteen rounds, 48 bits each. */
type Schedule = readonly Bits[]

/** Encrypts by the first key, decrypts by the second and encrypts by the third: the second's rounds run backwards. */
function schedulesOf(key: Uint8Array): readonly Schedule[] {
  const schedule = (at: number) => scheduleOf(key.subarray(at, at + BLOCK))
  return [schedule(0), schedule(8).toReversed(), schedule(16)]
}

// The tables of the standard, whose bits are counted from 1, the most significant first.
// biome-ignore format: as the standard prints them
const INITIAL = [
  58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4, 62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24, 16, 8,
  57, 49, 41, 33, 25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3, 61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31, 23, 15, 7,
]
/** IP⁻¹: where each bit of the block before it went. */
const FINAL = INITIAL.map((_, at) => INITIAL.indexOf(at + 1) + 1)
// biome-ignore format: as the standard prints them
const EXPANSION = [
  32, 1, 2, 3, 4, 5, 4, 5, 6, 7, 8, 9, 8, 9, 10, 11, 12, 13, 12, 13, 14, 15, 16, 17,
  16, 17, 18, 19, 20, 21, 20, 21, 22, 23, 24, 25, 24, 25, 26, 27, 28, 29, 28, 29, 30, 31, 32, 1,
]
// biome-ignore format: as the standard prints them
const PERMUTATION = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
]
// biome-ignore format: as the standard prints them
const KEY_CHOICE_1 = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
  63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
]
// biome-ignore format: as the standard prints them
const KEY_CHOICE_2 = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
  41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
]
const SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1]
/** S₁ to S₈: a hexadecimal digit an entry, four rows of sixteen each. */
const SUBSTITUTIONS = [
  'e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d',
  'f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9',
  'a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c',
  '7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e',
  '2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453',
  'c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d',
  '4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c',
  'd2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b',
].map((digits) => Array.from(digits, (digit) => Number.parseInt(digit, 16)))

type Bits = readonly number[]

function scheduleOf(key: Uint8Array): Schedule {
  let [left, right] = halvesOf(permute(bitsOf(key), KEY_CHOICE_1))
  return SHIFTS.map((shift) => {
    left = [...left.slice(shift), ...left.slice(0, shift)]
    right = [...right.slice(shift), ...right.slice(0, shift)]
    return permute([...left, ...right], KEY_CHOICE_2)
  })
}

/** One block, in place, through every schedule. */
function cryptBlock(block: Uint8Array, schedules: readonly Schedule[]): void {
  let bits: Bits = bitsOf(block)
  for (const schedule of schedules) {
    let [left, right] = halvesOf(permute(bits, INITIAL))
    for (const roundKey of schedule) [left, right] = [right, xor(left, mangle(right, roundKey))]
    bits = permute([...right, ...left], FINAL)
  }
  for (let at = 0; at < BLOCK; at++) {
    block[at] = bits.slice(8 * at, 8 * at + 8).reduce((octet, bit) => 2 * octet + bit, 0)
  }
}

/** The function f: six bits after six choose four, row by the outer two, column by the inner four. */
function mangle(half: Bits, roundKey: Bits): Bits {
  const mixed = xor(permute(half, EXPANSION), roundKey)
  const chosen = SUBSTITUTIONS.flatMap((table, at) => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mixed.slice(6 * at, 6 * at + 6)
    const entry = table[32 * a + 16 * f + 8 * b + 4 * c + 2 * d + e] ?? 0
    return [entry >> 3, (entry >> 2) & 1, (entry >> 1) & 1, entry & 1]
  })
  return permute(chosen, PERMUTATION)
}

function bitsOf(octets: Uint8Array): Bits {
  return Array.from(octets).flatMap((octet) => [7, 6, 5, 4, 3, 2, 1, 0].map((place) => (octet >> place) & 1))
}

function permute(bits: Bits, table: readonly number[]): Bits {
  return table.map((from) => bits[from - 1] ?? 0)
}

function xor(a: Bits, b: Bits): Bits {
  return a.map((bit, at) => bit ^ (b[at] ?? 0))
}

function halvesOf(bits: Bits): readonly [Bits, Bits] {
  return [bits.slice(0, bits.length / 2), bits.slice(bits.length / 2)]
}
