/** The storage did not accept a transaction whose statements had all succeeded: nothing of it is stored. */
export class CommitFailed extends Error {
  override readonly name = 'CommitFailed'
}

/**
 * The storage broke off while it was committing: the transaction may be stored or not. Whoever gets this reads what is
 * there before doing the same again.
 */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown'
}

/** Somebody else holds the database for longer than we wait. Nothing is stored; later it may go. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy'
}

/** The database cannot be reached. Nothing is stored; later it may go. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
}

/** A fault of our own: the database was used in a way that would stop or mislead everybody else. */
export class TransactionMisused extends Error {
  override readonly name = 'TransactionMisused'
}

/** The database was migrated by a newer release than this one. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew'
}

/** Another process serves this SQLite file. */
export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse'
}

/** Whether something failed because the database is away, held by somebody else, or broke off: later it may go. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof DatabaseUnavailable || error instanceof DatabaseBusy || error instanceof CommitUnknown
}

/** Whether a write failed because a row with the same unique key is there, on either engine. */
export function isUniqueViolation(error: unknown): boolean {
  return UNIQUE_VIOLATION.has(sqliteCode(error)) || sqlState(error) === '23505'
}

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY. */
const UNIQUE_VIOLATION: ReadonlySet<number | undefined> = new Set([2067, 1555])

/** Whether a write found no room on the disk, on either engine, be it a statement or a COMMIT. */
export function isStorageFull(error: unknown): boolean {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth++) {
    if (sqlitePrimaryCode(one) === SQLITE_FULL || sqlState(one) === POSTGRES_DISK_FULL) return true
  }
  return false
}

const SQLITE_FULL = 13
const POSTGRES_DISK_FULL = '53100'

/** SQLite's extended result code, if the error is one of SQLite. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode : undefined
}

/** SQLite's result code without its extension, e.g. 5 for every kind of SQLITE_BUSY. */
export function sqlitePrimaryCode(error: unknown): number | undefined {
  const code = sqliteCode(error)
  return code === undefined ? undefined : code & 0xff
}

/** The five characters of an SQLSTATE, if the error was sent by a PostgreSQL server. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
