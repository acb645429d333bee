import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  Transaction,
} from 'kysely'

/** A query whose text may be run again and again. Where it has a name, which is made of the text, PostgreSQL keeps it prepared under that. */
export interface NamedQuery<R = unknown> extends CompiledQuery<R> {
  readonly name?: string
}

/**
 * Runs what was compiled before on a connection, past the layers in which Kysely transforms queries and results: they cost as much
 * as a statement of SQLite does. For `statement`, which is run for every certificate.
 */
export interface Direct {
  executeCompiled<R>(query: NamedQuery<R>): Promise<QueryResult<R>>
}

/** A transaction of Kysely whose compiled statements go straight to its connection. */
export class DirectTransaction<Tables> extends Transaction<Tables> implements Direct {
  readonly #connection: DatabaseConnection

  constructor({ kysely, dialect, driver }: DirectParts<Tables>, connection: DatabaseConnection) {
    const executor = kysely.getExecutor().withConnectionProvider({ provideConnection: (use) => use(connection) })
    super({ config: { dialect }, dialect, driver, executor })
    this.#connection = connection
  }

  executeCompiled<R>(query: NamedQuery<R>): Promise<QueryResult<R>> {
    return this.#connection.executeQuery(query)
  }
}

export interface DirectParts<Tables> {
  readonly kysely: Kysely<Tables>
  readonly dialect: Dialect
  readonly driver: Driver
}

/** Runs one transaction on a connection of its own: what `change` returns, or its error after the rollback. */
export async function transact<Tables, T>(
  parts: DirectParts<Tables>,
  change: (trx: DirectTransaction<Tables>) => Promise<T>,
): Promise<T> {
  const { driver } = parts
  const connection = await driver.acquireConnection()
  try {
    await driver.beginTransaction(connection, {})
    try {
      const result = await change(new DirectTransaction(parts, connection))
      await driver.commitTransaction(connection)
      return result
    } catch (error) {
      await driver.rollbackTransaction(connection)
      throw error
    }
  } finally {
    await driver.releaseConnection(connection)
  }
}

/** Runs one compiled query on a connection of its own, by `execute`. */
export async function executeCompiled<R>(
  driver: Driver,
  query: NamedQuery<R>,
  execute: ExecuteCompiled = (connection, asked) => connection.executeQuery(asked),
): Promise<QueryResult<R>> {
  const connection = await driver.acquireConnection()
  try {
    return await execute(connection, query)
  } finally {
    await driver.releaseConnection(connection)
  }
}

export type ExecuteCompiled = <R>(connection: DatabaseConnection, query: NamedQuery<R>) => Promise<QueryResult<R>>
