import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

/** The names in a backup's folder. */
export const BACKUP_FILES = {
  manifest: 'backup.json',
  database: 'chancery.db',
  dump: 'chancery.dump',
  masterKey: 'master-key.wrapped',
} as const

const FORMAT = 'chancery-backup-1'
const LARGEST = 64 * 1024

const Manifest = Type.Object({
  format: Type.Literal(FORMAT),
  id: Type.String({ pattern: '^[0-9a-z]{26}$' }),
  /** Milliseconds: all that was acknowledged before this moment is in the backup. */
  madeAt: Type.Integer({ minimum: 0 }),
  engine: Type.Enum(['sqlite', 'postgres']),
  /** Which master key opens what is sealed in it. */
  masterKeyId: Type.String(),
  masterKeyWrapped: Type.Boolean(),
  /** Of the SQLite file. A copy that was damaged is found by it; it proves nothing against somebody who changes both. */
  database: Type.Optional(Type.Object({ size: Type.Integer(), sha256: Type.String() })),
})

/** What a backup says of itself. Written last: a folder without it is a backup that did not get to its end. */
export type BackupManifest = Static<typeof Manifest>

/** What a backup or a restore cannot do, and what would help. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
}

/** A manifest as text. */
export function manifestText(manifest: Omit<BackupManifest, 'format'>): string {
  return `${JSON.stringify({ format: FORMAT, ...manifest }, undefined, 2)}\n`
}

/** Reads what a backup says of itself. Throws `BackupError` when the folder holds no backup that this release reads. */
export function readManifest(folder: string): BackupManifest {
  const path = join(folder, BACKUP_FILES.manifest)
  const value = parsed(path, folder)
  if (!Value.Check(Manifest, value)) throw new BackupError(`${path} is no backup that this release can read.`)
  return value
}

function parsed(path: string, folder: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new BackupError(`${folder} holds no backup: ${BACKUP_FILES.manifest} cannot be read there.`, { cause })
  }
  if (text.length > LARGEST) throw new BackupError(`${path} is too large for what it should be.`)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BackupError(`${path} is damaged: it is not JSON.`, { cause })
  }
}
