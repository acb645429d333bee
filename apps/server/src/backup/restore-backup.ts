import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type MasterKey, MasterKeyError, readMasterKeyFile, unwrapMasterKey, writeMasterKeyFile } from '@chancery/keys'
import type { AuditEntry } from '../audit/audit-record.ts'
import { BEGINNING, cutEntry } from '../audit/cut.ts'
import { HEAD_FILE, holdsHead, readHeadFile } from '../audit/head-file.ts'
import { type SealKey, sealKeyOf } from '../audit/seal-key.ts'
import type { Restored, RestoredExtent } from '../restores/restored.ts'
import { auditLog } from '../store/audit-log.ts'
import type { Database } from '../store/database.ts'
import { migrate } from '../store/migrate.ts'
import { migrationsOf } from '../store/migrations/migrations.ts'
import { openDatabase } from '../store/open-database.ts'
import type { Tables } from '../store/schema.ts'
import { settleRestored } from '../store/settle-restored.ts'
import { lockFile } from '../store/sqlite/file-lock.ts'
import { BACKUP_FILES, BackupError, type BackupManifest, readManifest } from './backup-manifest.ts'
import { checkDatabase } from './copy-database.ts'
import { digestOf, needRoom, syncToDisk } from './durable-files.ts'
import { refuseUnlessLoadedAndAlone } from './loaded-postgres.ts'

/** What is put back, and where to. */
export interface RestoreOrder {
  /** The backup's folder. */
  readonly from: string
  /** Absolute path. On SQLite it has to be empty but for the master key. */
  readonly dataFolder: string
  /** `postgres://…` of a database into which the dump was loaded. */
  readonly databaseUrl?: string
  readonly masterKeyFile: string
  /** The key that the environment holds, in place of the file. */
  readonly masterKey?: MasterKey
  /** Of the master key that is in the backup. */
  readonly passphrase?: string
  readonly now: () => number
  readonly newId: () => string
}

/** What a restore did. */
export interface RestoreResult extends Restored, RestoredExtent {
  /** Whether the master key is in its place. Without it the server does not start. */
  readonly masterKey: 'in place' | 'missing'
  readonly masterKeyId: string
}

/**
 * Puts a backup back: the data folder of an installation that has not started yet, or a PostgreSQL database that its dump was loaded
 * into. Until the last step there is nothing that a server would start on. Throws `BackupError`, `MasterKeyError`, `SchemaTooNew`.
 */
export async function restoreBackup(order: RestoreOrder): Promise<RestoreResult> {
  const manifest = readManifest(order.from)
  const restoredAt = order.now()
  if (restoredAt < manifest.madeAt) {
    throw new BackupError('The clock of this machine is behind the moment at which the backup was made: set it first.')
  }
  if ((order.databaseUrl === undefined) !== (manifest.engine === 'sqlite')) {
    throw new BackupError(
      manifest.engine === 'sqlite'
        ? 'This is the backup of an installation on SQLite: leave CHANCERY_DATABASE_URL empty.'
        : 'This is the backup of an installation on PostgreSQL: set CHANCERY_DATABASE_URL to the database to restore into.',
    )
  }
  const masterKey = await masterKeyFor(order, manifest)
  const restored = { backup: manifest.id, madeAt: manifest.madeAt, restoredAt }
  const extent =
    order.databaseUrl === undefined
      ? await restoreFile(order, manifest, restored, masterKey)
      : await restoreLoaded(order, order.databaseUrl, restored, masterKey)
  return {
    ...restored,
    ...extent,
    masterKey: masterKey === undefined ? 'missing' : 'in place',
    masterKeyId: manifest.masterKeyId,
  }
}

interface KeyInHand {
  readonly key: MasterKey
  /** It is not in its file yet. */
  readonly unwrapped: boolean
}

/** The backup's master key: from its file when that is there, else from the backup. */
async function masterKeyFor(order: RestoreOrder, manifest: BackupManifest): Promise<KeyInHand | undefined> {
  const { masterKeyFile, passphrase, from } = order
  if (order.masterKey !== undefined || existsSync(masterKeyFile)) {
    const key = order.masterKey ?? (await readMasterKeyFile(masterKeyFile))
    if (key.id !== manifest.masterKeyId) {
      throw new MasterKeyError(
        `${order.masterKey === undefined ? masterKeyFile : 'CHANCERY_MASTER_KEY'} holds the master key ${key.id}, and this backup was sealed under ${manifest.masterKeyId}`,
      )
    }
    return { key, unwrapped: false }
  }
  if (!manifest.masterKeyWrapped && passphrase === undefined) return undefined
  if (!manifest.masterKeyWrapped) {
    throw new BackupError('The master key is not in this backup: --passphrase-file has nothing to open.')
  }
  if (passphrase === undefined) {
    throw new BackupError(
      `The master key is in this backup: name the file of its passphrase by --passphrase-file, or put the key into ${masterKeyFile} first.`,
    )
  }
  const path = join(from, BACKUP_FILES.masterKey)
  const key = await unwrapMasterKey(readFileSync(path, 'utf8'), passphrase, path)
  if (key.id !== manifest.masterKeyId)
    throw new MasterKeyError(`${path} holds another master key than this backup says`)
  return { key, unwrapped: true }
}

/** SQLite: all is made ready beside its place, and moved there as the last step. */
async function restoreFile(
  order: RestoreOrder,
  manifest: BackupManifest,
  restored: Restored,
  masterKey: KeyInHand | undefined,
): Promise<RestoredExtent> {
  const { dataFolder, from, masterKeyFile } = order
  refuseUnlessEmpty(dataFolder)
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  chmodSync(dataFolder, 0o700)
  // A server that is started now would make a new database here.
  const lock = lockFile(join(dataFolder, `${BACKUP_FILES.database}-lock`))
  const folder = join(dataFolder, UNFINISHED)
  try {
    refuseUnlessEmpty(dataFolder)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { mode: 0o700 })
    const path = join(folder, BACKUP_FILES.database)
    needRoom(folder, 2 * (manifest.database?.size ?? 0))
    await copyChecked(join(from, BACKUP_FILES.database), path, manifest)
    const database = await openDatabase<Tables>({ dataFolder: folder })
    const extent = await settle(database, restored, masterKey?.key, order)
    syncToDisk(path)
    if (masterKey?.unwrapped === true) await writeMasterKeyFile(masterKeyFile, masterKey.key)
    renameSync(path, join(dataFolder, BACKUP_FILES.database))
    syncToDisk(dataFolder)
    return extent
  } finally {
    rmSync(folder, { recursive: true, force: true })
    lock.release()
  }
}

const UNFINISHED = 'restoring'

async function copyChecked(source: string, target: string, { database }: BackupManifest): Promise<void> {
  copyFileSync(source, target, constants.COPYFILE_EXCL)
  chmodSync(target, 0o600)
  if (database === undefined || (await digestOf(target)) !== database.sha256) {
    throw new BackupError(`${source} is damaged: it is not the file that ${BACKUP_FILES.manifest} describes.`)
  }
  checkDatabase(target)
}

/** What may lie in a data folder that holds no installation: a key, the newest head that was seen of one, the rest of a restore. */
function refuseUnlessEmpty(dataFolder: string): void {
  if (!existsSync(dataFolder)) return
  const lock = `${BACKUP_FILES.database}-lock`
  const own = new Set(['master.key', HEAD_FILE, 'lost+found', UNFINISHED, lock, `${lock}-journal`])
  const others = readdirSync(dataFolder).filter((name) => !own.has(name))
  if (others.length === 0) return
  throw new BackupError(
    `${dataFolder} (CHANCERY_DATA) is not empty: it holds ${others.slice(0, 3).join(', ')}. Nothing is overwritten: name an empty folder.`,
  )
}

/** PostgreSQL: the operator loaded the dump; what remains is to make it safe to go on with. */
async function restoreLoaded(
  { from, dataFolder, masterKeyFile, newId }: RestoreOrder,
  url: string,
  restored: Restored,
  masterKey: KeyInHand | undefined,
): Promise<RestoredExtent> {
  const database = await openDatabase<Tables>({ dataFolder, url, maxConnections: 1 })
  await refuseUnlessLoadedAndAlone(database, url, join(from, BACKUP_FILES.dump)).catch(async (error: unknown) => {
    await database.close()
    throw error
  })
  const extent = await settle(database, restored, masterKey?.key, { dataFolder, newId })
  if (masterKey?.unwrapped === true) {
    mkdirSync(dirname(masterKeyFile), { recursive: true, mode: 0o700 })
    await writeMasterKeyFile(masterKeyFile, masterKey.key)
  }
  return extent
}

/** Brings the database to this release and settles it. Closes it. */
async function settle(
  database: Database<Tables>,
  restored: Restored,
  masterKey: MasterKey | undefined,
  { dataFolder, newId }: Pick<RestoreOrder, 'dataFolder' | 'newId'>,
): Promise<RestoredExtent> {
  try {
    await migrate(database, migrationsOf(database.engine))
    const check = await database.read((db) =>
      db.selectFrom('installation').select('value').where('name', '=', 'master-key-check').executeTakeFirst(),
    )
    if (masterKey !== undefined && check !== undefined && check.value !== masterKey.checkValue()) {
      throw new MasterKeyError('the database was sealed under another master key than the backup says')
    }
    const cut = masterKey && (await cutBy(restored, database, sealKeyOf(masterKey), join(dataFolder, HEAD_FILE)))
    return await settleRestored(database, restored, newId, cut)
  } finally {
    await database.close()
  }
}

/** What is to be recorded of a head that was seen from this data folder, and is not in what was put back. */
async function cutBy(
  { backup }: Restored,
  database: Database<Tables>,
  key: SealKey,
  headFile: string,
): Promise<AuditEntry | undefined> {
  const cut = readHeadFile(headFile)
  const log = auditLog({ database })
  if (cut === undefined || (await holdsHead(cut, log))) return undefined
  return cutEntry({ backup, cut, onto: (await log.head()) ?? BEGINNING }, key)
}
