import { concatBytes } from '@chancery/x509'
import type { FileCrypto, FileHash } from './file-crypto.ts'

/** What is derived (RFC 7292 Appendix B.3). */
export const DERIVED = { key: 1, iv: 2, macKey: 3 } as const

/** Hash functions of this derivation with the octets of a block and of a digest. */
const SIZES = {
  sha1: { block: 64, digest: 20 },
  sha224: { block: 64, digest: 28 },
  sha256: { block: 64, digest: 32 },
  sha384: { block: 128, digest: 48 },
  sha512: { block: 128, digest: 64 },
} as const satisfies Readonly<Record<FileHash, object>>

/** Rounds between two breaths: a few milliseconds of whoever else waits, since no library has a thread to run this on. */
const ROUNDS_AT_ONCE = 2_000

/** A password as PKCS#12 hashes it (RFC 7292 Appendix B.1): UTF-16 in network order with a zero character behind it. */
export function pkcs12Password(password: string): Uint8Array {
  const units = Array.from({ length: password.length }, (_, at) => password.charCodeAt(at))
  return Uint8Array.from([...units, 0].flatMap((unit) => [unit >> 8, unit & 0xff]))
}

/**
 * Key derivation of RFC 7292 Appendix B.2, whose letters these are. Lets others have their turn in between. `password` is what
 * `pkcs12Password` gives, or no octets at all, which some writers take for the empty password.
 */
export async function pkcs12Kdf(
  name: FileHash,
  id: (typeof DERIVED)[keyof typeof DERIVED],
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  octets: number,
  { hash, pause }: Pick<FileCrypto, 'hash' | 'pause'>,
): Promise<Uint8Array> {
  const { block: v, digest: u } = SIZES[name]
  const diversifier = new Uint8Array(v).fill(id)
  const input = concatBytes(filled(salt, v), filled(password, v))
  const derived: Uint8Array[] = []
  for (let have = 0; have < octets; have += u) {
    let a = hash(name, concatBytes(diversifier, input))
    for (let round = 1; round < iterations; round++) {
      a = hash(name, a)
      if (round % ROUNDS_AT_ONCE === 0) await pause()
    }
    derived.push(a)
    addToBlocks(input, filled(a, v, v), v)
  }
  return concatBytes(...derived).subarray(0, octets)
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
