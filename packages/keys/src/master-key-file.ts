import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type MasterKey, MasterKeyError, masterKeyText, parseMasterKey } from './master-key.ts'

/**
 * Reads the master key's file. Throws `MasterKeyError`, which names the file and what to change: it is missing, others may read
 * it (chmod 600), or it holds something else.
 */
export async function readMasterKeyFile(path: string): Promise<MasterKey> {
  return withFile(path, constants.O_RDONLY, async (file) => {
    const status = await file.stat()
    if (!status.isFile()) throw new MasterKeyError(`${path} is no file`)
    if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) {
      throw new MasterKeyError(`${path} can be read or changed by others: chmod 600 it`)
    }
    if (status.size > LARGEST_FILE) throw new MasterKeyError(`${path} is too large for a master key`)
    return parseMasterKey(await file.readFile('utf8'), path)
  })
}

/** Writes a new master key's file, mode 0600, on the disk when this returns. Throws `MasterKeyError` when there is one already. */
export async function writeMasterKeyFile(path: string, key: MasterKey): Promise<void> {
  await withFile(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, async (file) => {
    await file.writeFile(`${masterKeyText(key)}\n`)
    await file.sync()
  })
  // The name of a file is on the disk when its folder is.
  if (process.platform !== 'win32') await withFile(dirname(path), constants.O_RDONLY, (folder) => folder.sync())
}

const LARGEST_FILE = 1024

async function withFile<T>(
  path: string,
  flags: number,
  act: (file: Awaited<ReturnType<typeof open>>) => Promise<T>,
): Promise<T> {
  const file = await open(path, flags, 0o600).catch((error: NodeJS.ErrnoException) => {
    const reason = { ENOENT: 'is not there', EACCES: 'may not be opened', EEXIST: 'is there already' }[error.code ?? '']
    throw new MasterKeyError(`the master key file ${path} ${reason ?? `cannot be opened (${error.code})`}`)
  })
  try {
    return await act(file)
  } finally {
    await file.close()
  }
}
