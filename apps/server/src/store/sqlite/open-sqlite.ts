import { chmodSync, closeSync, openSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { createDatabase } from '../create-database.ts'
import type { Database } from '../database.ts'
import { createTransactionScope } from '../transaction-scope.ts'
import { SqliteConnection } from './connection.ts'
import { GroupCommit, type GroupCommitLimits } from './group-commit.ts'
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
}

/**
 * Opens a SQLite file with full durability: write-ahead log, `synchronous = FULL`, so a commit that was answered survives
 * a loss of power. Takes no lock against other processes; `openDatabase` does.
 */
export function openSqlite<Tables>(options: SqliteOptions): Database<Tables> {
  const { path, transactionLimitMs = 5000, prepare, closed, ...limits } = options
  ownerOnly(path)
  const writer = new SqliteConnection(path, false)
  writer.db.exec(WRITER)
  prepare?.(writer.db)
  const reader = new SqliteConnection(path, true)
  reader.db.exec(READER)
  const group = new GroupCommit(writer.db, limits)
  const scope = createTransactionScope()

  return createDatabase({
    name: 'sqlite',
    dialect: sqliteDialect({ reader, writer, group, scope }),
    scope,
    transactionLimitMs,
    mayGoAgain: () => false,
    check: () => group.refuseIfBroken(),
    ...(closed === undefined ? {} : { closed }),
  })
}

/** The log grows to 16 MiB before it is moved into the file, and gives back what a burst made it grow beyond 64 MiB. */
const WRITER = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA journal_size_limit = ${64 << 20};
  PRAGMA cache_size = -65536;
`
const READER = 'PRAGMA query_only = ON; PRAGMA cache_size = -65536'

/** SQLite gives its log and index the mode of the file. */
function ownerOnly(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}
