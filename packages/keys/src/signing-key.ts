import type { PublicKey, SignatureAlgorithm } from '@chancery/x509'

/** What a signature is for. A key outside this process may ask for it, log it, or refuse some uses. */
export const KEY_USES = ['certificate', 'crl', 'ocsp-response', 'certification-request', 'timestamp', 'cms'] as const
export type KeyUse = (typeof KEY_USES)[number]

/**
 * A private key that signs, wherever it lives. The contract suite in `test/signing-key-contract.ts` runs on every implementation.
 */
export interface SigningKey {
  readonly publicKey: PublicKey
  readonly algorithm: SignatureAlgorithm
  /**
   * Takes the whole message and hashes it itself: Ed25519 and ML-DSA sign messages, not digests. Returns the signature as X.509
   * carries it (ECDSA as a DER SEQUENCE), already verified against `publicKey`. The message is not copied: leave it unchanged
   * until then. Throws `KeyUnavailable` when trying later may help, `KeyFault` when the key gave a signature that does not
   * verify, and the signal's reason when it was aborted before the key began.
   */
  sign(message: Uint8Array, use: KeyUse, signal?: AbortSignal): Promise<Uint8Array>
}

/** The key can't be reached now: an agent is offline, a token is locked, the pool is full. Trying later may help. */
export class KeyUnavailable extends Error {
  override readonly name = 'KeyUnavailable'
}

/** The key answered with something that is no signature of this message: it must not be used until somebody has looked. */
export class KeyFault extends Error {
  override readonly name = 'KeyFault'
}
