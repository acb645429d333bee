import { KeyFault, type SigningKey } from './signing-key.ts'
import { loadPublicKey, verifyWith } from './verify-signature.ts'

/**
 * The same key, whose every signature is verified before it leaves: what does not verify is a `KeyFault`. A token that computes
 * wrongly, or a key beside the wrong certificate, must not become a certificate that nobody can check.
 */
export function verifiedKey(key: SigningKey): SigningKey {
  const { publicKey, algorithm } = key
  const verifier = loadPublicKey(publicKey, algorithm)
  if (verifier === undefined) throw new KeyFault(`this key cannot make ${algorithm} signatures`)
  return {
    publicKey,
    algorithm,
    async sign(message, use, signal) {
      const signature = await key.sign(message, use, signal)
      if (await verifyWith(verifier, algorithm, message, signature)) return signature
      throw new KeyFault(`a ${algorithm} signature that does not verify`)
    },
  }
}
