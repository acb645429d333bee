import pg from 'pg'
import { createDatabase } from '../create-database.ts'
import type { Database } from '../database.ts'
import { createTransactionScope } from '../transaction-scope.ts'
import { executeAlone, postgresDialect } from './postgres-dialect.ts'
import { mayGoAgain } from './postgres-errors.ts'
import { POSTGRES_TYPES } from './postgres-types.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, with what `pg` understands after the question mark. */
  readonly url: string
  /** Connections at most; 10 unless given. */
  readonly maxConnections?: number
  /** How long (ms) the inside of a `write` may take; 20 seconds unless given. */
  readonly transactionLimitMs?: number
  /** Hears of idle connections that the server closed. The pool opens others by itself. */
  readonly onConnectionLost?: (error: Error) => void
  /** Hears of each COMMIT: how many transactions it carried, and how long (ms) it took. */
  readonly onCommit?: (members: number, durationMs: number) => void
}

/** For a new connection, or for one of the pool to become free. */
const CONNECT_MS = 10_000
const STATEMENT_MS = 30_000
const LOCK_MS = 10_000

/** Opens a pool of connections; the first is made by the first query. Throws for a URL that cannot be read. */
export function openPostgres<Tables>(options: PostgresOptions): Database<Tables> {
  const { url, maxConnections = 10, transactionLimitMs = 20_000, onConnectionLost, onCommit } = options
  const config: pg.PoolConfig = {
    connectionString: url,
    max: maxConnections,
    types: POSTGRES_TYPES,
    onConnect,
    application_name: 'chancery',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    lock_timeout: LOCK_MS,
    statement_timeout: STATEMENT_MS,
    // Ours, for a server that has fallen silent: later than the server's own.
    query_timeout: STATEMENT_MS + 5000,
    idle_in_transaction_session_timeout: transactionLimitMs + 5000,
  }
  refuseUnreadable(config)
  const pool = new pg.Pool(config)
  // Without a listener a server that closes an idle connection would end the process.
  pool.on('error', (error) => onConnectionLost?.(error))
  const scope = createTransactionScope()

  return createDatabase({
    name: 'postgres',
    dialect: postgresDialect(pool, scope, onCommit),
    executeAlone: executeAlone(onCommit),
    scope,
    transactionLimitMs,
    mayGoAgain,
  })
}

/** A server can be set up to begin with something else. */
async function onConnect(client: pg.ClientBase): Promise<void> {
  await client.query('SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE')
}

/** The URL may hold a password: it is not repeated. */
function refuseUnreadable(config: pg.ClientConfig): void {
  try {
    new pg.Client(config)
  } catch {
    throw new Error('CHANCERY_DATABASE_URL cannot be read: write postgres://user:password@host:port/database')
  }
}
