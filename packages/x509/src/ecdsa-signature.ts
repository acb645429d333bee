import { DerError } from './der/der-error.ts'
import { integer } from './der/primitives.ts'
import { sequence } from './der/structures.ts'

/**
 * RFC 3279 §2.2.3
 *
 *     Ecdsa-Sig-Value  ::=  SEQUENCE  {
 *          r     INTEGER,
 *          s     INTEGER  }
 */
const EcdsaSigValue = sequence({ r: integer, s: integer })

/** An ECDSA signature as X.509 carries it, of the two numbers one after the other: the form of WebCrypto and JOSE. Throws `DerError`. */
export function ecdsaSignatureOf(raw: Uint8Array): Uint8Array {
  if (raw.length === 0 || raw.length % 2 !== 0) throw new DerError('two numbers of the same length are due')
  const half = raw.length / 2
  return EcdsaSigValue.encode({ r: numberOf(raw.subarray(0, half)), s: numberOf(raw.subarray(half)) })
}

function numberOf(octets: Uint8Array): bigint {
  return BigInt(`0x${octets.toHex()}`)
}
