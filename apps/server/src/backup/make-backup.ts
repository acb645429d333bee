import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type MasterKey, MasterKeyError, readMasterKeyFile, wrapMasterKey } from '@chancery/keys'
import { BACKUP_FILES, BackupError, type BackupManifest, manifestText } from './backup-manifest.ts'
import { type CopiedDatabase, copyDatabase } from './copy-database.ts'
import { digestOf, syncToDisk, writeNewFile } from './durable-files.ts'

/** What is saved, and where to. */
export interface BackupOrder {
  /** A new folder. */
  readonly to: string
  readonly id: string
  readonly now: () => number
  /** Absolute path of the SQLite file; absent on PostgreSQL, whose own programs save it. */
  readonly databaseFile?: string
  readonly masterKeyFile: string
  /** The key that the environment holds, in place of the file. */
  readonly masterKey?: MasterKey
  /** Under this the master key goes into the backup; absent: it stays out. */
  readonly passphrase?: string
}

/**
 * Makes a backup: a folder (0700) with the database as it is at one moment, what the backup says of itself, and if wished the master
 * key under a passphrase. Throws `BackupError` or `MasterKeyError`; then nothing of it is left. Nothing is overwritten.
 */
export async function makeBackup(order: BackupOrder): Promise<BackupManifest> {
  const folder = resolve(order.to)
  const masterKey = order.masterKey ?? (await masterKeyIn(order.masterKeyFile))
  const wrapped = order.passphrase === undefined ? undefined : await wrapMasterKey(masterKey, order.passphrase)
  makeFolder(folder)
  try {
    const madeAt = order.now()
    const copied = order.databaseFile === undefined ? undefined : await copyInto(order.databaseFile, folder, masterKey)
    if (wrapped !== undefined) writeNewFile(join(folder, BACKUP_FILES.masterKey), wrapped)
    const manifest = {
      id: order.id,
      madeAt,
      engine: copied === undefined ? ('postgres' as const) : ('sqlite' as const),
      masterKeyId: masterKey.id,
      masterKeyWrapped: wrapped !== undefined,
      ...(copied !== undefined && { database: copied }),
    }
    writeNewFile(join(folder, BACKUP_FILES.manifest), manifestText(manifest))
    syncToDisk(folder)
    syncToDisk(dirname(folder))
    return { format: 'chancery-backup-1', ...manifest }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

async function masterKeyIn(path: string): Promise<MasterKey> {
  try {
    return await readMasterKeyFile(path)
  } catch (cause) {
    throw new BackupError(
      'The master key has to be readable: a backup says which one opens it. Set CHANCERY_MASTER_KEY_FILE as the server has it.',
      { cause },
    )
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
    chmodSync(folder, 0o700)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (code === 'EEXIST')
      throw new BackupError(`${folder} is there already, and is not overwritten: name another folder.`)
    if (code === 'ENOENT') throw new BackupError(`${dirname(folder)} is not there: make it, or name another folder.`)
    throw new BackupError(`${folder} cannot be made (${code}).`, { cause })
  }
}

async function copyInto(
  databaseFile: string,
  folder: string,
  masterKey: MasterKey,
): Promise<{ readonly size: number; readonly sha256: string }> {
  const target = join(folder, BACKUP_FILES.database)
  belongsTo(copyDatabase(databaseFile, target, folder), masterKey)
  return { size: statSync(target).size, sha256: await digestOf(target) }
}

/** The key may have been rotated while the database was copied. */
function belongsTo({ masterKeyCheck }: CopiedDatabase, masterKey: MasterKey): void {
  if (masterKeyCheck === undefined || masterKeyCheck === masterKey.checkValue()) return
  throw new MasterKeyError(
    'the master key file holds another key than the database was sealed under: it was just rotated, or CHANCERY_MASTER_KEY_FILE names another file. Nothing was saved',
  )
}
