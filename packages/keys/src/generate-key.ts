import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { type KeyType, PublicKey } from '@chancery/x509'
import { costOfMaking, type KeyTurns } from './key-pool.ts'
import { plainBytes } from './plain-bytes.ts'

/** A new key. `pkcs8` (DER) is secret: seal it, and fill it with zeros when done. */
export interface GeneratedKey {
  readonly pkcs8: Uint8Array
  readonly publicKey: PublicKey
}

/**
 * Makes a key of this type, off the event loop and, where `turns` are given, in its turn. RSA keys have the exponent 65537;
 * ML-DSA keys are kept as their seed (RFC 9881 §6).
 */
export async function generateKey(keyType: KeyType, turns?: KeyTurns): Promise<GeneratedKey> {
  const make = () => makeKeyPair(keyType)
  const { privateKey, publicKey } = await (turns === undefined ? make() : turns.take(costOfMaking(keyType), make))
  return {
    pkcs8: plainBytes(privateKey.export({ type: 'pkcs8', format: 'der' })),
    publicKey: PublicKey.decode(plainBytes(publicKey.export({ type: 'spki', format: 'der' }))),
  }
}

const makePair = promisify(generateKeyPair)

function makeKeyPair(keyType: KeyType): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  switch (keyType) {
    case 'rsa-2048':
    case 'rsa-3072':
    case 'rsa-4096':
      return makePair('rsa', { modulusLength: Number(keyType.slice('rsa-'.length)), publicExponent: 0x10001 })
    case 'ecdsa-p256':
    case 'ecdsa-p384':
    case 'ecdsa-p521':
      return makePair('ec', { namedCurve: `P-${keyType.slice('ecdsa-p'.length)}` })
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return makePair(keyType, {})
    case 'ed25519':
      return makePair(keyType, {})
    default:
      return makePair(keyType, {})
  }
}
