import { generateKey, type KeyTurns } from '@chancery/keys'
import type { KeyType, PublicKey } from '@chancery/x509'

/** One of each type is enough for the whole process: nobody has their private halves. */
const standInKeys = new Map<KeyType, PublicKey>()

/** A public key of this type to show certificates with. Throws `KeyUnavailable` when too many are being made. */
export async function standInKey(keyType: KeyType, turns: KeyTurns): Promise<PublicKey> {
  const made = standInKeys.get(keyType)
  if (made !== undefined) return made
  const { publicKey, pkcs8 } = await generateKey(keyType, turns)
  pkcs8.fill(0)
  standInKeys.set(keyType, publicKey)
  return publicKey
}
