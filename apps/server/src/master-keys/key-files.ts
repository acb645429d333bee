import { existsSync, readdirSync, renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type MasterKey, MasterKeyError, readMasterKeyFile, writeMasterKeyFile } from '@chancery/keys'

/** Where a process has its master key from. */
export interface KeyPlace {
  /** The file of the key of now; those of a rotation lie beside it. */
  readonly path: string
  /** The key of `CHANCERY_MASTER_KEY`, which then is read in the file's place. */
  readonly given?: MasterKey
}

/** Where the key that a rotation goes to is, until it ends. */
export function nextPath({ path }: KeyPlace): string {
  return `${path}.next`
}

/** What a person calls the place of the key of now. */
export function nameOf({ path, given }: KeyPlace): string {
  return given === undefined ? path : 'CHANCERY_MASTER_KEY'
}

/** The key of now, as the place has it; nothing when there is no file. Throws `MasterKeyError` for a file that holds none. */
export async function readKey({ path, given }: KeyPlace): Promise<MasterKey | undefined> {
  if (given !== undefined) return given
  return existsSync(path) ? readMasterKeyFile(path) : undefined
}

/** The key that a rotation goes to; nothing when there is no file. Throws `MasterKeyError` for a file that holds none. */
export async function readNextKey(place: KeyPlace): Promise<MasterKey | undefined> {
  return existsSync(nextPath(place)) ? readMasterKeyFile(nextPath(place)) : undefined
}

/** Keeps the new key beside the key of now: it is on the disk when this returns. */
export async function writeNextKey(place: KeyPlace, key: MasterKey): Promise<void> {
  await writeMasterKeyFile(nextPath(place), key)
}

/** The key with this check value, wherever the place has it. A file that cannot be read holds none. */
export async function findKey(place: KeyPlace, check: string): Promise<MasterKey | undefined> {
  for (const read of [readKey, readNextKey]) {
    const key = await read(place).catch(noKey)
    if (key?.checkValue() === check) return key
  }
  return undefined
}

/** Former keys that were kept beside the key of now. */
export async function readFormerKeys({ path }: KeyPlace): Promise<readonly MasterKey[]> {
  const folder = dirname(path)
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.startsWith(`${basename(path)}.old-`))
    : []
  const keys = await Promise.all(names.map((name) => readMasterKeyFile(join(folder, name)).catch(noKey)))
  return keys.filter((key) => key !== undefined)
}

/**
 * Gives the file of the key of now its name, after a rotation: the former one is renamed first, then the new one. A crash between
 * the two leaves the new one where `findKey` finds it, and the next call goes on. Says what a person has to do where this process
 * cannot do it.
 */
export async function settleFiles(place: KeyPlace, key: MasterKey): Promise<string | undefined> {
  const next = await readNextKey(place).catch(noKey)
  const known = await readKey(place).catch(noKey)
  if (known?.id === key.id || next?.id !== key.id) return undefined
  if (place.given !== undefined) {
    return `the master key is now that in ${nextPath(place)}: put it into CHANCERY_MASTER_KEY, and this file away`
  }
  try {
    if (known !== undefined) renameSync(place.path, `${place.path}.old-${known.id}`)
    renameSync(nextPath(place), place.path)
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    return `the master key is now that in ${nextPath(place)}, which cannot be renamed to ${place.path}${code}: do it by hand`
  }
}

function noKey(error: unknown): undefined {
  if (!(error instanceof MasterKeyError)) throw error
  return undefined
}
