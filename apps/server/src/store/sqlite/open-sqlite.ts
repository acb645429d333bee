import { chmodSync, closeSync, openSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { createDatabase } from '../create-database.ts'
import type { Database } from '../database.ts'
import { countChanges } from '../table-changes.ts'
import { createTransactionScope } from '../transaction-scope.ts'
import { Checkpoints, type CheckpointWriter } from './checkpoints.ts'
import { SqliteConnection } from './connection.ts'
import { GroupCommit } from './group-commit.ts'
import type { GroupCommitLimits } from './group-commit-limits.ts'
import { logSync } from './log-sync.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

export interface SqliteOptions extends GroupCommitLimits {
  /** The file; it is made when it is not there, readable by its owner alone. */
  readonly path: string
  /** See `Engine.transactionLimitMs`; 5 seconds unless given. 0 finds everything that is awaited but the database. */
  readonly transactionLimitMs?: number
  /** Called with the writing connection before anything else uses it. */
  readonly prepare?: (writer: DatabaseSync) => void
  /** Called after the connections are closed. */
  readonly closed?: () => void
  /** Flushes a file that was opened. */
  readonly flushFile?: (file: number) => Promise<void>
}

/**
 * Opens a SQLite file with full durability: a write that resolved survives a loss of power, and what is read outside a transaction
 * does too. SQLite itself waits for the disk only where the file could be damaged otherwise (`synchronous = NORMAL`); the log is
 * flushed by us, off the event loop, before anybody hears of a commit. Takes no lock against other processes; `openDatabase` does.
 */
export function openSqlite<Tables>(options: SqliteOptions): Database<Tables> {
  const { path, transactionLimitMs = 5000, prepare, closed, flushFile, ...limits } = options
  ownerOnly(path)
  const writer = new SqliteConnection(path, false)
  writer.db.exec(WRITER)
  prepare?.(writer.db)
  const reader = new SqliteConnection(path, true)
  reader.db.exec(READER)
  const log = logSync(`${path}-wal`, flushFile)
  const checkpoints = new Checkpoints(path, checkpointWriter(writer.db))
  const group = new GroupCommit(writer.db, limits, {
    flush: () => log.flush(),
    flushing: () => log.settled(),
    afterCommit: () => checkpoints.afterCommit(),
    pause: () => checkpoints.lastRound(),
  })
  const scope = createTransactionScope()
  const changes = countChanges()

  return createDatabase({
    name: 'sqlite',
    dialect: sqliteDialect({ reader, writer, group, scope, log, checkpoints, changes }),
    scope,
    transactionLimitMs,
    changes,
    mayGoAgain: () => false,
    check: () => group.refuseIfBroken(),
    ...(closed === undefined ? {} : { closed }),
  })
}

/** KiB of pages that a connection keeps, negative as SQLite wants it; the system's own cache stands behind it. */
const READER_CACHE = -16_384
/** Each COMMIT that has split a page of an index walks over all that the writer keeps: with 16 MiB that was a twentieth of a certificate. */
const WRITER_CACHE = -4096

/** The log is moved into the file by `Checkpoints`, and gives back what a burst made it grow beyond 64 MiB. */
const WRITER = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 0;
  PRAGMA journal_size_limit = ${64 << 20};
  PRAGMA cache_size = ${WRITER_CACHE};
`
const READER = `PRAGMA query_only = ON; PRAGMA cache_size = ${READER_CACHE}`

/** SQLite gives its log and index the mode of the file. */
function ownerOnly(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}

function checkpointWriter(db: DatabaseSync): CheckpointWriter {
  const look = db.prepare('PRAGMA wal_checkpoint(NOOP)')
  const moveAll = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  return {
    progress: () => {
      const { log, checkpointed } = look.get() ?? {}
      return { log: Number(log), checkpointed: Number(checkpointed) }
    },
    moveAll: () => void moveAll.get(),
  }
}
