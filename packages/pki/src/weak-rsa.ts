/** Faults of RSA keys that show in the public key alone. */

const PRIMES = primesBelow(752)

/**
 * Products of consecutive small primes, each below 2⁵³: one long division by a product, then short ones by its primes.
 * Key generation that left such a factor in is broken (CA/Browser Forum Baseline Requirements §6.1.6).
 */
const BATCHES = batchesOf(PRIMES)

/** The smallest prime factor below 752, or `undefined`. */
export function smallFactorOf(modulus: bigint): number | undefined {
  for (const { product, primes } of BATCHES) {
    const rest = Number(modulus % product)
    const factor = primes.find((prime) => rest % prime === 0)
    if (factor !== undefined) return factor
  }
  return undefined
}

/**
 * Whether the modulus bears the mark of the broken generator of CVE-2017-15361 ("ROCA"): its primes are k·M +
 * (65537^a mod M) for M a product of small primes, so that the modulus is a power of 65537 modulo each of them. By
 * chance: once in 2²⁷ keys.
 */
export function isRoca(modulus: bigint): boolean {
  return ROCA_PRIMES.every(({ prime, powers }) => powers.has(Number(modulus % BigInt(prime))))
}

/** Primes modulo which 65537 has few enough powers to tell something. */
const ROCA_PRIMES = primesBelow(168)
  .filter((prime) => prime > 2)
  .map((prime) => ({ prime, powers: powersOf65537(prime) }))
  .filter(({ prime, powers }) => powers.size < prime - 1)

function powersOf65537(prime: number): ReadonlySet<number> {
  const powers = new Set<number>()
  for (let power = 1; !powers.has(power); power = (power * 65537) % prime) powers.add(power)
  return powers
}

function primesBelow(limit: number): number[] {
  const primes: number[] = []
  for (let number = 2; number < limit; number++) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number)
  }
  return primes
}

function batchesOf(primes: readonly number[]): { product: bigint; primes: number[] }[] {
  const batches: { product: bigint; primes: number[] }[] = []
  for (const prime of primes) {
    const last = batches.at(-1)
    if (last === undefined || last.product * BigInt(prime) > BigInt(Number.MAX_SAFE_INTEGER)) {
      batches.push({ product: BigInt(prime), primes: [prime] })
    } else {
      last.product *= BigInt(prime)
      last.primes.push(prime)
    }
  }
  return batches
}

/**
 * An odd exponent above 2¹⁶ and below 2²⁵⁶ (FIPS 186-4 §B.3.1; Baseline Requirements §6.1.6). Small ones have broken
 * verifiers.
 */
export function isGoodExponent(exponent: bigint): boolean {
  return exponent % 2n === 1n && exponent > 1n << 16n && exponent < 1n << 256n
}

/** Bits below which RSA is not certified (Baseline Requirements §6.1.5). */
export const SMALLEST_RSA = 2048
