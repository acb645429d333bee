import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { MasterKey } from '@chancery/keys'

/** What signs the heads of the audit chain. */
export interface SealKey {
  /** The id of the master key that it derives from. */
  readonly id: string
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
}

/**
 * The Ed25519 key (RFC 8032) whose seed derives from a master key. A signature and no MAC, so that whoever has the public key can
 * check a head, and an old head can be checked when the master key that signed it is destroyed.
 */
export function sealKeyOf(masterKey: MasterKey): SealKey {
  const seed = masterKey.derive(LABEL)
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  seed.fill(0)
  return {
    id: masterKey.id,
    publicKey: Uint8Array.from(createPublicKey(privateKey).export({ format: 'der', type: 'spki' })),
    sign: (message) => Uint8Array.from(sign(null, message, privateKey)),
  }
}

/** A function that checks signatures of this public key; it says no to everything when the key cannot be read. */
export function signatureCheck(publicKey: Uint8Array): (message: Uint8Array, signature: Uint8Array) => boolean {
  const key = readPublicKey(publicKey)
  return (message, signature) => key !== undefined && verify(null, message, key, signature)
}

const LABEL = 'chancery audit: signing of heads'
/** RFC 8410 §7: what stands before the 32 octets of an Ed25519 key in PKCS#8. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

function readPublicKey(der: Uint8Array): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    return undefined
  }
}
