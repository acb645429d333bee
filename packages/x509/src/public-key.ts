import { AlgorithmIdentifier } from './algorithm-identifiers.ts'
import type { Infer } from './der/codec.ts'
import { bitString } from './der/primitives.ts'
import { sequence, withDer } from './der/structures.ts'

/**
 * A public key as certificates carry it, with its exact bytes in `der`; `key` is the BIT STRING's contents. RFC 5280 §4.1:
 *
 *     SubjectPublicKeyInfo  ::=  SEQUENCE  {
 *          algorithm            AlgorithmIdentifier,
 *          subjectPublicKey     BIT STRING  }
 */
export const PublicKey = withDer(sequence({ algorithm: AlgorithmIdentifier, key: bitString }))
export type PublicKey = Infer<typeof PublicKey>
