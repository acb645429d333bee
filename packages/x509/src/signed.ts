import { AlgorithmIdentifier } from './algorithm-identifiers.ts'
import type { Infer } from './der/codec.ts'
import { DerWriter } from './der/der-writer.ts'
import { bitString, sequenceBytes } from './der/primitives.ts'
import { sequence, withDer } from './der/structures.ts'
import { TAG } from './der/tag.ts'

/**
 * The shape of everything that is signed: certificates, requests, CRLs (RFC 5280 §4.1, RFC 2986 §4.2) and BasicOCSPResponse. The
 * signature is over the bytes of `tbs`.
 *
 *     SIGNED ::= SEQUENCE {
 *          tbs                  SEQUENCE,
 *          signatureAlgorithm   AlgorithmIdentifier,
 *          signature            BIT STRING }
 */
export const Signed = withDer(
  sequence({ tbs: sequenceBytes, signatureAlgorithm: AlgorithmIdentifier, signature: bitString }),
)
export type Signed = Infer<typeof Signed>

/** Puts what was signed, the algorithm and the signature together. `tbs` is copied byte for byte. */
export function assembleSigned(tbs: Uint8Array, algorithm: AlgorithmIdentifier, signature: Uint8Array): Uint8Array {
  const out = new DerWriter(tbs.length + algorithm.der.length + signature.length + HEADERS)
  bitString.write(out, signature)
  out.octets(algorithm.der)
  out.octets(tbs)
  out.header(TAG.sequence, 0)
  return out.finish()
}
/** Two headers of at most six octets and the count of unused bits. */
const HEADERS = 13
