import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { DatabaseInUse, sqlitePrimaryCode } from '../database-errors.ts'

/** Held until `release`, or until the process ends in whatever way: the operating system drops it then. */
export interface FileLock {
  release(): void
}

const BUSY = 5

/**
 * Takes the lock of a file for this process, or throws `DatabaseInUse` saying who has it. The lock is the write lock of
 * a small SQLite file at `path`, held open by a transaction that never ends; readers of the file still see the row that
 * names the holder. Nothing has to be cleaned up after a crash.
 */
export function lockFile(path: string): FileLock {
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const db = new DatabaseSync(path, { timeout: 0 })
  try {
    // Nothing here has to outlive a loss of power.
    db.exec('PRAGMA synchronous = OFF')
    // The row must be committed to be seen, which drops the lock for a moment: then it is taken again, and the row read.
    do sign(db)
    while (!holdsAsSigned(db))
  } catch (error) {
    const holder = sqlitePrimaryCode(error) === BUSY ? holderOf(db) : undefined
    db.close()
    if (sqlitePrimaryCode(error) !== BUSY) throw error
    throw new DatabaseInUse(`${path} is locked: ${holder ?? 'another process'} serves this data folder; stop it first`)
  }
  return { release: () => db.close() }
}

function sign(db: DatabaseSync): void {
  db.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL); DELETE FROM holder')
  db.prepare('INSERT INTO holder VALUES (?)').run(process.pid)
  db.exec('COMMIT')
}

function holdsAsSigned(db: DatabaseSync): boolean {
  db.exec('BEGIN IMMEDIATE')
  if (pidIn(db) === process.pid) return true
  db.exec('ROLLBACK')
  return false
}

function holderOf(db: DatabaseSync): string | undefined {
  try {
    return `process ${pidIn(db)}`
  } catch {
    // It is just being signed.
    return undefined
  }
}

function pidIn(db: DatabaseSync): unknown {
  return db.prepare('SELECT pid FROM holder').get()?.['pid']
}
