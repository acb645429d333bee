import { createHash } from 'node:crypto'
import { closeSync, createReadStream, fsyncSync, openSync, statfsSync, writeSync } from 'node:fs'
import { BackupError } from './backup-manifest.ts'

/** Writes a new file of mode 0600 and waits until the disk has it. Throws when there is one of this name. */
export function writeNewFile(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Waits until the disk has what was written to a file, or the names in a folder. */
export function syncToDisk(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } catch (error) {
    // Windows syncs no folders; there a name is on the disk when it was given.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) throw error
  } finally {
    closeSync(file)
  }
}

/** SHA-256 of a file, in hex. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(part)
  return hash.digest('hex')
}

/** Throws `BackupError` when the disk of a folder has no room for so many octets and a little more. */
export function needRoom(folder: string, octets: number): void {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const needed = octets + SPARE
  if (free >= needed) return
  throw new BackupError(
    `The disk of ${folder} has ${megabytes(free)} free, and ${megabytes(needed)} are needed: nothing was written there.`,
  )
}

const SPARE = 4 << 20

function megabytes(octets: number): string {
  return `${Math.ceil(octets / (1 << 20))} MiB`
}
