import { CommitFailed, CommitUnknown, DatabaseUnavailable, sqlState } from '../database-errors.ts'

/** A connection that worked ended before the transaction was committed: nothing of it is stored, and it may go again. */
class ConnectionLost extends DatabaseUnavailable {}

/** The server ended the session: shutdown, crash, not yet up, or our transaction did nothing for too long. */
const SESSION_ENDED: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '57P05', '25P03'])
const STATEMENT_COMPLETION_UNKNOWN = '40003'
/** Two transactions were in each other's way; PostgreSQL chose one to give way. */
const GAVE_WAY: ReadonlySet<string | undefined> = new Set(['40001', '40P01'])

/** Whether the connection cannot be used again: the server said so, or it did not answer as a server does. */
export function endsConnection(error: unknown): boolean {
  // An answer that we could not read (`safeNumber`), on a connection that is well.
  if (error instanceof RangeError) return false
  const state = sqlState(error)
  return state === undefined || state.startsWith('08') || SESSION_ENDED.has(state)
}

/**
 * The server has a statement prepared no longer (26000), prepared by somebody else (42P05), or for tables that a migration has changed:
 * nothing of it was run.
 */
export function isStale(error: unknown): boolean {
  const state = sqlState(error)
  return state === '26000' || state === '42P05' || (state === '0A000' && isOfCachedPlan(error))
}

function isOfCachedPlan(error: unknown): boolean {
  return error instanceof Error && 'routine' in error && error.routine === 'RevalidateCachedQuery'
}

/** What a statement or a BEGIN that failed means to whoever asked. */
export function statementError(error: unknown): unknown {
  if (!endsConnection(error)) return error
  return new ConnectionLost('the connection to PostgreSQL was lost: the transaction is not stored', { cause: error })
}

/** An answer of the server to COMMIT is a no, silence is not. */
export function commitError(cause: unknown): CommitFailed | CommitUnknown {
  return endsConnection(cause) || sqlState(cause) === STATEMENT_COMPLETION_UNKNOWN
    ? new CommitUnknown('the connection broke during COMMIT: the transaction may be stored or not', { cause })
    : new CommitFailed('PostgreSQL refused the COMMIT: nothing of this transaction is stored', { cause })
}

/** Whether running the same transaction again may help. */
export function mayGoAgain(error: unknown): boolean {
  if (error instanceof ConnectionLost || isStale(error)) return true
  const cause = error instanceof CommitFailed ? error.cause : error
  return GAVE_WAY.has(sqlState(cause) ?? 'none')
}
