import { closeSync, openSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { BackupError } from './backup-manifest.ts'
import { needRoom, syncToDisk } from './durable-files.ts'

/** What a copy tells of the database as it was at that moment. */
export interface CopiedDatabase {
  /** See `findMasterKey`: what the master key is known by. Absent when nothing was sealed yet. */
  readonly masterKeyCheck?: string
}

/**
 * Copies a SQLite database as it is at one moment, while a server writes to it: one read transaction of another process, which holds
 * up nobody. What was deleted is not in the copy. The file is new, has mode 0600, and was read through by SQLite's own check.
 * Blocks until it is done: for a command, never for a server. Throws `BackupError`.
 */
export function copyDatabase(source: string, target: string, targetFolder: string): CopiedDatabase {
  const log = statSync(`${source}-wal`, { throwIfNoEntry: false })?.size ?? 0
  needRoom(targetFolder, statSync(source).size + log)
  closeSync(openSync(target, 'wx', 0o600))
  const db = new DatabaseSync(source, { readOnly: true, timeout: 10_000 })
  try {
    db.prepare('VACUUM INTO ?').run(target)
  } finally {
    db.close()
  }
  syncToDisk(target)
  return checkDatabase(target)
}

/** Reads a database through. Throws `BackupError` when it is damaged or none of ours. */
export function checkDatabase(path: string): CopiedDatabase {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    db.exec('PRAGMA trusted_schema = OFF')
    const [first] = db.prepare('PRAGMA integrity_check(1)').all()
    if (first?.['integrity_check'] !== 'ok') throw new BackupError(`${path} is damaged: SQLite's check found faults.`)
    if (db.prepare('PRAGMA foreign_key_check').all().length > 0) {
      throw new BackupError(`${path} is damaged: rows refer to others that are not there.`)
    }
    const check = db.prepare("SELECT value FROM installation WHERE name = 'master-key-check'").get()?.['value']
    const rotation = db.prepare("SELECT value FROM installation WHERE name = 'master-key-rotation'").get()
    if (rotation !== undefined) {
      throw new BackupError(
        'The master key is being rotated: a part of the database is under the new key already. Bring the rotation to its end first, with `./chancery rotate-master-key`.',
      )
    }
    return typeof check === 'string' ? { masterKeyCheck: check } : {}
  } catch (error) {
    if (error instanceof BackupError) throw error
    throw new BackupError(`${path} is no database of Chancery, or is damaged.`, { cause: error })
  } finally {
    db.close()
  }
}
