import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

/** Hash functions of this derivation with the octets of a block and of a digest. */
const SIZES = {
  sha1: { block: 64, digest: 20 },
  sha224: { block: 64, digest: 28 },
  sha256: { block: 64, digest: 32 },
  sha384: { block: 128, digest: 48 },
  sha512: { block: 128, digest: 64 },
} as const
export type Pkcs12KdfHash = keyof typeof SIZES

/** What is derived (RFC 7292 Appendix B.3). */
export const DERIVED = { key: 1, iv: 2, macKey: 3 } as const

/** Rounds between two breaths: about two milliseconds of the event loop, since node:crypto has no thread to run this on. */
const ROUNDS_AT_ONCE = 2_000

/** What a round here costs of an import's budget, for the same reason. A file that GnuTLS makes with triple DES takes 3,000,000. */
export const PKCS12_ROUND_WEIGHT = 3

/** A password as PKCS#12 hashes it (RFC 7292 Appendix B.1): UTF-16 in network order with a zero character behind it. */
export function pkcs12Password(password: string): Uint8Array {
  return Buffer.from(`${password}\0`, 'utf16le').swap16()
}

/**
 * Key derivation of RFC 7292 Appendix B.2, whose letters these are. Lets the event loop run in between. `password` is what
 * `pkcs12Password` gives, or no octets at all, which some writers take for the empty password.
 */
export async function pkcs12Kdf(
  name: Pkcs12KdfHash,
  id: (typeof DERIVED)[keyof typeof DERIVED],
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  octets: number,
): Promise<Uint8Array> {
  const { block: v, digest: u } = SIZES[name]
  const diversifier = new Uint8Array(v).fill(id)
  const input = Buffer.concat([filled(salt, v), filled(password, v)])
  const derived: Uint8Array[] = []
  for (let have = 0; have < octets; have += u) {
    let a = hash(name, Buffer.concat([diversifier, input]), 'buffer')
    for (let round = 1; round < iterations; round++) {
      a = hash(name, a, 'buffer')
      if (round % ROUNDS_AT_ONCE === 0) await setImmediate()
    }
    derived.push(a)
    addToBlocks(input, filled(a, v, v), v)
  }
  return Buffer.concat(derived).subarray(0, octets)
}

/** Copies of `octets`, one after the other, cut at a multiple of the block (steps 2 and 3), or at `length` (step 6B). */
function filled(octets: Uint8Array, block: number, length = block * Math.ceil(octets.length / block)): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => octets[at % octets.length] ?? 0)
}

/** I_j = (I_j + B + 1) mod 2^v for each block, as numbers in network order (step 6C). */
function addToBlocks(input: Uint8Array, b: Uint8Array, block: number): void {
  for (let start = 0; start < input.length; start += block) {
    for (let at = block - 1, carry = 1; at >= 0; at--) {
      carry += (input[start + at] ?? 0) + (b[at] ?? 0)
      input[start + at] = carry & 0xff
      carry >>= 8
    }
  }
}
