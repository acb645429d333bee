import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The data folder cannot be used as it is. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError'
}

/**
 * Makes the data folder, or makes sure of it: nobody else may look into it (0700). A folder that is empty or holds an installation
 * is closed to others; any other folder that others may read is left alone and refused, because it was perhaps not meant.
 */
export function prepareDataFolder(folder: string): void {
  if (!existsSync(folder)) {
    making(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }))
    return
  }
  const status = statSync(folder)
  if (!status.isDirectory()) throw new DataFolderError(`${folder} (CHANCERY_DATA) is no folder.`)
  if (process.platform === 'win32' || (status.mode & 0o077) === 0) return
  if (!isOurs(folder)) {
    throw new DataFolderError(
      `${folder} (CHANCERY_DATA) holds other things and others may read it: name a folder of its own, or chmod 700 this one.`,
    )
  }
  making(folder, () => chmodSync(folder, 0o700))
}

/** Whether there is an installation in the data folder. */
export function hasDatabase(folder: string): boolean {
  return existsSync(join(folder, 'chancery.db'))
}

function isOurs(folder: string): boolean {
  return hasDatabase(folder) || readdirSync(folder).every((name) => name === 'master.key' || name === 'lost+found')
}

function making(folder: string, act: () => void): void {
  try {
    act()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw new DataFolderError(
      `The data folder ${folder} (CHANCERY_DATA) cannot be made or closed to others (${code}).`,
      {
        cause: error,
      },
    )
  }
}
