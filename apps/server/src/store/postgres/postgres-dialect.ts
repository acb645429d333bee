import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type pg from 'pg'
import { CommitFailed, DatabaseUnavailable, TransactionMisused } from '../database-errors.ts'
import type { ExecuteCompiled, NamedQuery } from '../direct.ts'
import { checkParameters } from '../parameters.ts'
import type { TimeLimit } from '../time-limit.ts'
import type { TransactionScope } from '../transaction-scope.ts'
import { commitError, endsConnection, isStale, statementError } from './postgres-errors.ts'
import { type PreparedNames, preparedNames } from './prepared-names.ts'

/** Kysely on `pg`. Kysely's own driver hides why a COMMIT failed behind the ROLLBACK that fails after it. */
export function postgresDialect(
  pool: pg.Pool,
  scope: TransactionScope,
  silence: TimeLimit,
  onCommit?: OnCommit,
): Dialect {
  return {
    createDriver: () => postgresDriver(pool, scope, silence, onCommit),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PatientAdapter(),
    createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  }
}

/** A migration may take as long as it takes, and so may the wait for another process that migrates. */
class PatientAdapter extends PostgresAdapter {
  override async acquireMigrationLock(...[db, options]: Parameters<PostgresAdapter['acquireMigrationLock']>) {
    await db.getExecutor().provideConnection((connection) => leaseOf(connection).beWithoutTimeouts())
    await super.acquireMigrationLock(db, options)
  }
  /** The lock belongs to the session, and that ends: its connection is closed when it is released. */
  override async releaseMigrationLock(): Promise<void> {}
}

type OnCommit = (members: number, durationMs: number) => void

function postgresDriver(pool: pg.Pool, scope: TransactionScope, silence: TimeLimit, onCommit?: OnCommit): Driver {
  const names = preparedNames()
  return {
    init: async () => {},
    acquireConnection: async () => {
      scope.refuseInside()
      try {
        return new Lease(await pool.connect(), names, silence)
      } catch (cause) {
        throw new DatabaseUnavailable('no connection to PostgreSQL: nothing was done', { cause })
      }
    },
    beginTransaction: (connection) => leaseOf(connection).begin(),
    commitTransaction: async (connection) => {
      const startedAt = performance.now()
      await leaseOf(connection).commit()
      onCommit?.(1, performance.now() - startedAt)
    },
    rollbackTransaction: (connection) => leaseOf(connection).rollback(),
    releaseConnection: async (connection) => leaseOf(connection).release(),
    destroy: () => pool.end(),
  }
}

/** `Engine.executeAlone`: what is no part of a transaction is one by itself. */
export function executeAlone(onCommit?: OnCommit): ExecuteCompiled {
  return async <R>(connection: DatabaseConnection, query: NamedQuery<R>) => {
    const startedAt = performance.now()
    const result = await leaseOf(connection).executeAlone<R>(query)
    onCommit?.(1, performance.now() - startedAt)
    return result
  }
}

function leaseOf(connection: DatabaseConnection): Lease {
  if (connection instanceof Lease) return connection
  throw new TypeError('this connection belongs to another driver')
}

/** A connection of the pool for the length of a statement or a transaction. */
class Lease implements DatabaseConnection {
  readonly #client: pg.PoolClient
  readonly #names: PreparedNames
  readonly #silence: TimeLimit
  /** Why the connection must not go back to the pool. */
  #broken: Error | undefined
  #transaction: 'none' | 'open' | 'ended' = 'none'
  #timeouts = true

  constructor(client: pg.PoolClient, names: PreparedNames, silence: TimeLimit) {
    this.#client = client
    this.#names = names
    this.#silence = silence
    // Without a listener an error between two statements, e.g. a server that shuts down, would end the process.
    client.on('error', this.#note)
  }

  async begin(): Promise<void> {
    // Said in full, because a server can be set up to begin with something else.
    await this.#run('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE')
    this.#transaction = 'open'
  }

  async commit(): Promise<void> {
    let answer: pg.QueryResult
    this.#transaction = 'ended'
    // COMMIT would not leave: the server has rolled back what the connection ended in.
    if (this.#broken !== undefined) throw statementError(this.#broken)
    try {
      answer = await this.#silence.limit('COMMIT', this.#client.query('COMMIT'))
    } catch (error) {
      if (endsConnection(error)) this.#note(error)
      throw commitError(error)
    }
    if (answer.command === 'ROLLBACK') {
      throw new CommitFailed('an earlier statement of this transaction failed: nothing of it is stored')
    }
  }

  /** Never throws: why it is rolled back is the error that counts, and a connection that ended has rolled back. */
  async rollback(): Promise<void> {
    if (this.#transaction !== 'open') return
    this.#transaction = 'ended'
    await this.#run('ROLLBACK').catch(this.#note)
  }

  async executeQuery<R>({ sql, parameters, name }: Query): Promise<QueryResult<R>> {
    // One that nobody awaited would run after COMMIT or ROLLBACK, outside the transaction.
    if (this.#transaction === 'ended') throw new TransactionMisused('the transaction of this statement has ended')
    return resultOf<R>(await this.#run(sql, checkParameters(parameters, isKnown), name))
  }

  /** A statement that is a transaction by itself. */
  async executeAlone<R>({ sql, parameters, name }: Query): Promise<QueryResult<R>> {
    if (this.#broken !== undefined) throw statementError(this.#broken)
    try {
      return resultOf<R>(await this.#prepared(sql, checkParameters(parameters, isKnown), name))
    } catch (error) {
      if (!endsConnection(error)) throw error
      this.#note(error)
      throw commitError(error)
    }
  }

  streamQuery(): never {
    throw new TransactionMisused('long lists are read in pages by key, not streamed')
  }

  /** Until it is released; then it is closed, so that nobody else gets it. */
  async beWithoutTimeouts(): Promise<void> {
    this.#timeouts = false
    await this.#run('SET statement_timeout = 0')
    await this.#run('SET idle_in_transaction_session_timeout = 0')
  }

  release(): void {
    this.#client.off('error', this.#note)
    this.#client.release(this.#broken ?? !this.#timeouts)
  }

  async #run(text: string, values: readonly unknown[] = [], name?: string): Promise<pg.QueryResult> {
    if (this.#broken !== undefined) throw statementError(this.#broken)
    try {
      return await this.#prepared(text, values, name)
    } catch (error) {
      if (endsConnection(error)) this.#note(error)
      throw statementError(error)
    }
  }

  /** Runs what the server no longer has prepared once more by another name. Inside a transaction, which has failed by it, all of it has to go again. */
  async #prepared(text: string, values: readonly unknown[], wanted: string | undefined): Promise<pg.QueryResult> {
    const name = wanted === undefined ? undefined : this.#names.of(wanted)
    try {
      return await this.#send(text, values, name)
    } catch (error) {
      if (name === undefined || !isStale(error)) throw error
      this.#names.forget(name)
      if (this.#transaction !== 'none') throw error
      return this.#prepared(text, values, wanted)
    }
  }

  #send(text: string, values: readonly unknown[], name: string | undefined): Promise<pg.QueryResult> {
    const answer = this.#client.query({ text, values: [...values], ...(name !== undefined && { name }) })
    return this.#timeouts ? this.#silence.limit(text, answer) : answer
  }

  readonly #note = (error: unknown): void => {
    this.#broken ??= error instanceof Error ? error : new Error('the connection failed', { cause: error })
  }
}

type Query = CompiledQuery & { readonly name?: string }

function resultOf<R>({ rows, rowCount, command }: pg.QueryResult): QueryResult<R> {
  return CHANGES.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows }
}

/** For the catalogue and for libraries; our own statements are portable. */
const isKnown = (value: unknown): boolean => typeof value === 'boolean' || value instanceof Date

const CHANGES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])
