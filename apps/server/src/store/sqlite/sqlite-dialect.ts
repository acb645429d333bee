import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type LimitNode,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  ValueNode,
} from 'kysely'
import { CommitFailed, TransactionMisused } from '../database-errors.ts'
import type { NamedQuery } from '../direct.ts'
import { type ChangeCounter, changedTable } from '../table-changes.ts'
import type { TransactionScope } from '../transaction-scope.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { SqliteConnection } from './connection.ts'
import type { GroupCommit } from './group-commit.ts'
import type { LogSync } from './log-sync.ts'

/** The two connections to one file. */
export interface SqliteParts {
  /** Read-only: what is read outside a transaction is committed, and handed out when it is on the disk. */
  readonly reader: SqliteConnection
  readonly writer: SqliteConnection
  readonly group: GroupCommit
  readonly scope: TransactionScope
  readonly log: LogSync
  readonly checkpoints: Checkpoints
  /** This process makes all changes of the file. */
  readonly changes: ChangeCounter
}

/** Kysely on `node:sqlite` with group commit. */
export function sqliteDialect(parts: SqliteParts): Dialect {
  return {
    createDriver: () => sqliteDriver(parts),
    createQueryCompiler: () => new LiteralLimits(),
    createAdapter: () => new GroupCommitAdapter(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  }
}

/**
 * SQLite chooses its plan by how many rows are wanted: it compiles a statement whose limit is a parameter anew on each run, which costs
 * several times as much as finding one row. Pages, whose length a client chooses, stay one statement each.
 */
class LiteralLimits extends SqliteQueryCompiler {
  protected override visitLimit(node: LimitNode): void {
    const { limit } = node
    if (!ValueNode.is(limit) || !isFew(limit.value)) {
      super.visitLimit(node)
      return
    }
    this.append(`limit ${limit.value}`)
  }
}

function isFew(limit: unknown): limit is number {
  return Number.isSafeInteger(limit) && Number(limit) >= 0 && Number(limit) <= 10
}

class GroupCommitAdapter extends SqliteAdapter {
  /** Kysely must not queue for us: its mutex is held until a transaction is committed, and no group would form. */
  override get supportsMultipleConnections(): boolean {
    return true
  }
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

function sqliteDriver(parts: SqliteParts): Driver {
  const { reader, writer, group, scope, log, checkpoints } = parts
  return {
    init: async () => {},
    acquireConnection: async () => {
      scope.refuseInside()
      return new Lease(parts)
    },
    beginTransaction: (connection) => leaseOf(connection).begin(),
    commitTransaction: (connection) => leaseOf(connection).commit(),
    rollbackTransaction: async (connection) => leaseOf(connection).rollback(),
    releaseConnection: async () => {},
    destroy: async () => {
      // A log that the disk may not have must not be moved into the file: the connections go with the process, which ends as if it
      // was killed, and whoever opens the file next reads what the disk kept.
      if (group.isBroken) return
      group.close()
      await checkpoints.close()
      await log.settled()
      await log.close()
      // The writer last: closing it moves the log into the file, which no reader may be looking at.
      reader.close()
      writer.close()
    },
  }
}

function leaseOf(connection: DatabaseConnection): Lease {
  if (connection instanceof Lease) return connection
  throw new TypeError('this connection belongs to another driver')
}

/** What Kysely holds for the length of a statement or a transaction. */
class Lease implements DatabaseConnection {
  readonly #reader: SqliteConnection
  readonly #writer: SqliteConnection
  readonly #group: GroupCommit
  readonly #log: LogSync
  readonly #changes: ChangeCounter
  readonly #changed = new Set<string>()
  #state: 'none' | 'open' | 'failed' | 'ended' = 'none'

  constructor({ reader, writer, group, log, changes }: SqliteParts) {
    this.#reader = reader
    this.#writer = writer
    this.#group = group
    this.#log = log
    this.#changes = changes
  }

  async begin(): Promise<void> {
    await this.#group.begin()
    this.#state = 'open'
  }

  async commit(): Promise<void> {
    // Thrown before the state changes: Kysely then calls `rollback`.
    if (this.#state === 'failed') throw new CommitFailed(AFTER_FAILURE)
    const stored = this.#group.finish()
    this.#state = 'ended'
    try {
      await stored
    } finally {
      // Nobody was told of it yet, nor that it failed, which may be so or not.
      this.#changes.note(this.#changed)
    }
  }

  rollback(): void {
    // A COMMIT that failed has ended the transaction, for all of its group.
    if (this.#state !== 'open' && this.#state !== 'failed') return
    this.#state = 'ended'
    this.#group.abandon()
  }

  async executeQuery<R>(query: NamedQuery<R>): Promise<QueryResult<R>> {
    if (this.#isInside()) return this.#execute(query)
    if (SelectQueryNode.is(query.query)) return this.#read(query)
    await this.begin()
    try {
      const result = this.#execute<R>(query)
      await this.commit()
      return result
    } finally {
      this.rollback()
      this.#state = 'none'
    }
  }

  /**
   * What a loss of power could still undo is shown to nobody: a certificate that was seen must not be made a second time. The reader forgets
   * all of its pages at each commit, and the writer has what it wrote: while no transaction is open there, it is asked what is asked again
   * and again, and finds a row or two.
   */
  async #read<R>(query: NamedQuery<R>): Promise<QueryResult<R>> {
    const isFrequent = query.name !== undefined
    const from = isFrequent && !this.#writer.db.isTransaction ? this.#writer : this.#reader
    const result = from.execute<R>(query)
    await this.#log.settled()
    return result
  }

  streamQuery(): never {
    throw new TransactionMisused('long lists are read in pages by key, not streamed')
  }

  #isInside(): boolean {
    if (this.#state === 'failed') throw new TransactionMisused(AFTER_FAILURE)
    if (this.#state === 'ended') throw new TransactionMisused('the transaction of this statement has ended')
    return this.#state === 'open'
  }

  #execute<R>(query: CompiledQuery): QueryResult<R> {
    try {
      if (!SelectQueryNode.is(query.query)) this.#changed.add(changedTable(query.query))
      return this.#writer.execute<R>(query)
    } catch (error) {
      // PostgreSQL refuses every statement after one that failed; here too, or the difference is found in production.
      this.#state = 'failed'
      this.#group.loseIfRolledBack(error)
      throw error
    }
  }
}

const AFTER_FAILURE = 'an earlier statement of this transaction failed: it can only be rolled back'
