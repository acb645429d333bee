import type { Kysely, Transaction } from 'kysely'
import type { Direct } from './direct.ts'
import type { TableChanges } from './table-changes.ts'

/**
 * One database, whichever engine holds it. All that Chancery stores goes through `read` and `write`; portable SQL only.
 * Times are integer milliseconds, binary columns are `Uint8Array`, integers are `number`.
 */
export interface Database<Tables> {
  readonly engine: 'sqlite' | 'postgres'

  /**
   * Runs queries outside any transaction. Each sees what is committed at its own moment, so two queries of one `read`
   * may see two states. Inside a `write` it throws `TransactionMisused`: use the transaction that is there.
   */
  read<T>(query: (db: Reader<Tables>) => Promise<T>): Promise<T>

  /**
   * Runs one transaction, and resolves when it is on the disk. If `change` throws, nothing is stored and its error comes
   * out unchanged.
   *
   * - `change` awaits nothing but the statements of its transaction: on SQLite everybody else waits for it. One that
   *   does not end is rolled back with `TransactionMisused`.
   * - `change` must be repeatable: after a deadlock PostgreSQL has it run again from the start. It decides with what it
   *   was given (ids, times, random values) and changes nothing outside the transaction.
   * - A statement that fails ends the transaction on both engines. What may be there already is written with
   *   `ON CONFLICT`, or the unique violation is caught around the whole `write` (`isUniqueViolation`).
   * - The portable lock is a conditional `UPDATE … RETURNING`: two transactions may see the same row (PostgreSQL runs
   *   them at READ COMMITTED), but only one of them changes it.
   *
   * Errors: `CommitFailed` (nothing is stored), `CommitUnknown` (look before you repeat), `DatabaseBusy`,
   * `DatabaseUnavailable`.
   */
  write<T>(change: (trx: Writer<Tables>) => Promise<T>): Promise<T>

  /**
   * A `write` of one `statement` alone: to PostgreSQL it goes once, where a transaction goes three times. A second statement throws
   * `TransactionMisused`.
   */
  writeOne<T>(change: (db: Direct) => Promise<T>): Promise<T>

  /** Resolves when the database answers. */
  ping(): Promise<void>

  /** Takes no more work, waits for what runs, and lets go of files and connections. */
  close(): Promise<void>

  /** Where nobody but this process changes the database. */
  readonly changes?: TableChanges

  /** For migrations, and for libraries that bring queries of their own. Never inside a `write`: it throws there. */
  readonly kysely: Kysely<Tables>
}

/** What can be asked outside a transaction; anything but a select throws. A `Writer` is one too: queries can be shared. */
export type Reader<Tables> = Pick<
  Kysely<Tables>,
  'selectFrom' | 'selectNoFrom' | 'with' | 'withRecursive' | 'fn' | 'case' | 'dynamic' | 'executeQuery'
> &
  Direct

/** What can be done inside a transaction. */
export type Writer<Tables> = Reader<Tables> &
  Pick<Transaction<Tables>, 'insertInto' | 'updateTable' | 'deleteFrom' | 'getExecutor'>
