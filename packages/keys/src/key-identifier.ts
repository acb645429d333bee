import type { PublicKey } from '@chancery/x509'
import { sha256 } from './hashing.ts'

/**
 * The subject key identifier that Chancery gives: the first 160 bits of the SHA-256 of the BIT STRING's contents (RFC 7093 §2,
 * method 1). Issuers elsewhere may have used another method: an identifier is copied, never computed, from a certificate.
 */
export function keyIdentifier(publicKey: PublicKey): Uint8Array {
  return sha256(publicKey.key).subarray(0, 20)
}

/** SHA-256 of the whole SubjectPublicKeyInfo: by this the same key is known again, whatever certificate it comes in. */
export function publicKeyFingerprint(publicKey: PublicKey): Uint8Array {
  return sha256(publicKey.der)
}
