import { CommitFailed, CommitUnknown, sqlitePrimaryCode } from '../database-errors.ts'

const IO_ERROR = 10

/** What members of a group are told when its COMMIT threw. */
export function commitError(cause: unknown): CommitFailed | CommitUnknown {
  // The pages may have reached the log though the fsync failed: a start after a crash could find them.
  return sqlitePrimaryCode(cause) === IO_ERROR
    ? new CommitUnknown('the disk failed during COMMIT: the transaction may be stored or not', { cause })
    : new CommitFailed('COMMIT failed: nothing of this transaction is stored', { cause })
}
