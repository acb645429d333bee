import { PublicKey } from '@chancery/x509'
import { type PublicJwk, publicKeyOf, thumbprintOf } from './jwk.ts'

/** A key of an account in the form that signatures are checked with, and certificates are compared with. */
export interface AccountKey {
  readonly jwk: PublicJwk
  /** RFC 7638, base64url. */
  readonly thumbprint: string
  /** SubjectPublicKeyInfo. */
  readonly publicKey: PublicKey
}

/** Keys that were read before: reading one costs more than a signature does. */
const known = new Map<string, AccountKey>()
const MOST_KNOWN = 5_000

/** The key of a JWK that was read before; `thumbprint` from whoever has it. Throws `AcmeProblem` 'badPublicKey'. */
export function accountKey(jwk: PublicJwk, thumbprint = thumbprintOf(jwk)): AccountKey {
  const kept = known.get(thumbprint)
  if (kept !== undefined) return kept
  if (known.size >= MOST_KNOWN) known.clear()
  const spki = publicKeyOf(jwk).export({ type: 'spki', format: 'der' })
  const key = { jwk, thumbprint, publicKey: PublicKey.decode(Uint8Array.from(spki)) }
  known.set(thumbprint, key)
  return key
}
