import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  generateMasterKey,
  type MasterKey,
  MasterKeyError,
  readMasterKeyFile,
  writeMasterKeyFile,
} from '@chancery/keys'
import type { InstallationStore } from './store/stores.ts'

const CHECK_VALUE = 'master-key-check'

/**
 * The installation's master key. It is made only for an empty database; otherwise its file must be there and hold the key that this
 * database knows. Throws `MasterKeyError` that says what is wrong; then nothing was touched.
 */
export async function openMasterKey(
  { dataFolder, masterKeyFile }: { readonly dataFolder: string; readonly masterKeyFile?: string },
  installation: InstallationStore,
): Promise<MasterKey> {
  const path = masterKeyFile ?? join(dataFolder, 'master.key')
  const known = await installation.get(CHECK_VALUE)
  if (!existsSync(path)) {
    if (known !== undefined || !(await installation.isEmpty())) throw missing(path)
    await writeMasterKeyFile(path, generateMasterKey())
  }
  const key = await readMasterKeyFile(path)
  // Of two processes that start on one empty database at once one is first; the other's key is then another.
  const stands = known ?? (await installation.setOnce(CHECK_VALUE, key.checkValue()))
  if (stands !== key.checkValue()) throw other(path)
  return key
}

function missing(path: string): MasterKeyError {
  return new MasterKeyError(
    `${path} is not there, and this database was sealed under a master key. Put its file there, or name it by CHANCERY_MASTER_KEY_FILE`,
  )
}

function other(path: string): MasterKeyError {
  return new MasterKeyError(
    `${path} holds another master key than the one that this database was sealed under. Put the right file there, or name it by CHANCERY_MASTER_KEY_FILE`,
  )
}
