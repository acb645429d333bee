import { generateMasterKey, type MasterKey, MasterKeyError, writeMasterKeyFile } from '@chancery/keys'
import { findKey, type KeyPlace, nameOf, nextPath, readKey } from './key-files.ts'
import type { KeyStore } from './key-store.ts'

/**
 * The installation's master key. It is made only for an empty database; otherwise it must be given, and be the key that this
 * database knows. Throws `MasterKeyError` that says what is wrong; then nothing was touched.
 */
export async function findMasterKey(
  place: KeyPlace,
  store: Pick<KeyStore, 'facts' | 'setCheck' | 'isEmpty'>,
): Promise<MasterKey> {
  const { check, rotation } = await store.facts()
  if (check === undefined) return firstKey(place, store)
  const key = await findKey(place, check)
  if (key === undefined) throw (await readKey(place)) === undefined ? missing(place) : other(place)
  if (rotation?.phase === 'rewrapping' && (await findKey(place, rotation.next)) === undefined) throw between(place)
  return key
}

async function firstKey(place: KeyPlace, store: Pick<KeyStore, 'setCheck' | 'isEmpty'>): Promise<MasterKey> {
  let key = await readKey(place)
  if (key === undefined) {
    if (!(await store.isEmpty())) throw missing(place)
    key = generateMasterKey()
    await writeMasterKeyFile(place.path, key)
  }
  // Of two processes that start on one empty database at once one is first; the other's key is then another.
  if ((await store.setCheck(key.checkValue())) !== key.checkValue()) throw other(place)
  return key
}

function missing({ path }: KeyPlace): MasterKeyError {
  return new MasterKeyError(
    `${path} is not there, and this database was sealed under a master key. Put its file there, or name it by CHANCERY_MASTER_KEY_FILE`,
  )
}

function other(place: KeyPlace): MasterKeyError {
  const where = nameOf(place)
  const rest = place.given === undefined ? ', or name it by CHANCERY_MASTER_KEY_FILE' : ''
  return new MasterKeyError(
    `${where} holds another master key than the one that this database was sealed under. Put the right one there${rest}`,
  )
}

function between(place: KeyPlace): MasterKeyError {
  return new MasterKeyError(
    `the master key is being rotated, and a part of this database is sealed under the new one already. Put its file at ${nextPath(place)}`,
  )
}
