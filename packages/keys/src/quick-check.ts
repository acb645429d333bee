import {
  algorithmFits,
  DerError,
  describePublicKey,
  type KeyType,
  keyTypeOf,
  type PublicKey,
  type SignatureAlgorithm,
} from '@chancery/x509'

/** Whether a check is over so soon that those behind it do not mind: one thread does them all. */
export function isQuickCheck(publicKey: PublicKey, algorithm: SignatureAlgorithm): boolean {
  try {
    const keyType = keyTypeOf(publicKey)
    if (keyType === undefined || !QUICK.has(keyType) || !algorithmFits(algorithm, publicKey)) return false
    const key = describePublicKey(publicKey)
    // A stranger's exponent may be as long as the modulus, and the check then takes fifty times as long.
    return key.family !== 'rsa' || key.exponent < LARGEST_QUICK_EXPONENT
  } catch (error) {
    if (error instanceof DerError) return false
    throw error
  }
}
const LARGEST_QUICK_EXPONENT = 2n ** 32n
const QUICK: ReadonlySet<KeyType> = new Set(['ecdsa-p256', 'ed25519', 'rsa-2048'])
