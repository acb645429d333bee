import { createPrivateKey, createPublicKey, createSign, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { algorithmFits, type KeyType, keyTypeOf, PublicKey, type SignatureAlgorithm } from '@chancery/x509'
import { inParts, LARGE_MESSAGE } from './in-parts.ts'
import { costOfSigning, type KeyTurns } from './key-pool.ts'
import { plainBytes } from './plain-bytes.ts'
import { signingInBatches } from './sign-thread.ts'
import { KeyFault, type SigningKey } from './signing-key.ts'
import { verifiedKey } from './verified-key.ts'
import { isOpenSslError, nodeSignature } from './verify-signature.ts'

/**
 * A key that this process holds, from its PKCS#8 DER, signing by this algorithm in its tenant's turn. The bytes are taken over:
 * they are zeros afterwards, and the key itself is in OpenSSL's memory only, from which nothing exports it.
 *
 * Throws `KeyFault` when the bytes are no key that Chancery signs with, or the algorithm is not one of this key's.
 */
export function openManagedKey(pkcs8: Uint8Array, algorithm: SignatureAlgorithm, turns: KeyTurns): SigningKey {
  const privateKey = loadPrivateKey(pkcs8)
  const publicKey = PublicKey.decode(plainBytes(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })))
  const keyType = keyTypeOf(publicKey)
  if (keyType === undefined) throw new KeyFault('a key of a type that Chancery does not sign with')
  if (!algorithmFits(algorithm, publicKey))
    throw new KeyFault(`${algorithm} is no algorithm of a key of type ${keyType}`)

  const cost = costOfSigning(keyType)
  const here = verifiedKey({ publicKey, algorithm, sign: (message) => signWith(privateKey, algorithm, message) })
  const { sign: work } = SMALL.has(keyType) ? signingInBatches(here, privateKey) : here
  return {
    publicKey,
    algorithm,
    sign: (message, use, signal) => turns.take(cost, () => work(message, use), signal),
  }
}

/** Keys that sign and verify in less time than it takes the event loop to send both to libuv. */
const SMALL: ReadonlySet<KeyType> = new Set(['ecdsa-p256', 'ed25519'])

/** Takes the key out of `pkcs8` and leaves zeros there. */
function loadPrivateKey(pkcs8: Uint8Array): KeyObject {
  const octets = Buffer.from(pkcs8.buffer, pkcs8.byteOffset, pkcs8.length)
  try {
    return createPrivateKey({ key: octets, format: 'der', type: 'pkcs8' })
  } catch (error) {
    if (isOpenSslError(error)) throw new KeyFault('bytes that are no PKCS#8 key')
    throw error
  } finally {
    octets.fill(0)
  }
}

/** One signature by this key, on libuv's threads. Throws `KeyFault` when OpenSSL cannot sign. */
export async function signWith(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  message: Uint8Array,
): Promise<Uint8Array> {
  const { hash, options } = nodeSignature(algorithm)
  try {
    if (hash !== null && message.length > LARGE_MESSAGE) {
      const signer = createSign(hash)
      await inParts(message, (part) => signer.update(part))
      return plainBytes(signer.sign({ key, ...options }))
    }
    return plainBytes(await signOneShot(hash, message, { key, ...options }))
  } catch (cause) {
    throw new KeyFault(`signing by ${algorithm} failed`, { cause })
  }
}

const signOneShot = promisify(sign)
