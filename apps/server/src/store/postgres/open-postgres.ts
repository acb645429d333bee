import pg from 'pg'
import { createDatabase } from '../create-database.ts'
import type { Database } from '../database.ts'
import { type TimeLimit, timeLimit } from '../time-limit.ts'
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
  /** How long (ms) a server may say nothing to a statement; 35 seconds unless given, which is later than the server ends it. */
  readonly silenceLimitMs?: number
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
  const silence = timeLimit(options.silenceLimitMs ?? STATEMENT_MS + 5000, tooSilent)
  const config: pg.PoolConfig = {
    connectionString: url,
    max: maxConnections,
    types: POSTGRES_TYPES,
    onConnect: (client) => onConnect(client, silence),
    application_name: 'chancery',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    lock_timeout: LOCK_MS,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: transactionLimitMs + 5000,
  }
  refuseUnreadable(config)
  const pool = new pg.Pool(config)
  // Without a listener a server that closes an idle connection would end the process.
  pool.on('error', (error) => onConnectionLost?.(error))
  const scope = createTransactionScope()

  return createDatabase({
    name: 'postgres',
    dialect: postgresDialect(pool, scope, silence, onCommit),
    executeAlone: executeAlone(onCommit),
    scope,
    transactionLimitMs,
    mayGoAgain,
  })
}

/** A server can be set up to begin with something else. */
async function onConnect(client: pg.ClientBase, silence: TimeLimit): Promise<void> {
  const set = 'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE'
  await silence.limit(set, client.query(set))
}

/** `query_timeout` of `pg` would count the time in which this process stood still, and take answers that lie there for silence. */
function tooSilent(limitMs: number): Error {
  return new Error(`PostgreSQL said nothing for ${limitMs} ms`)
}

/** The URL may hold a password: it is not repeated. */
function refuseUnreadable(config: pg.ClientConfig): void {
  try {
    new pg.Client(config)
  } catch {
    throw new Error('CHANCERY_DATABASE_URL cannot be read: write postgres://user:password@host:port/database')
  }
}
