import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { CompiledQuery, QueryResult } from 'kysely'
import { checkParameters } from '../parameters.ts'

/** Prepared statements kept for one connection; a statement that is used again and again is never the oldest for long. */
const KEPT_STATEMENTS = 500

/** One connection to a SQLite file, with its prepared statements. Every call is synchronous. */
export class SqliteConnection {
  readonly db: DatabaseSync
  readonly #statements = new Map<string, { readonly statement: StatementSync; readonly answers: boolean }>()

  constructor(path: string, readOnly: boolean) {
    // This time-out stops the event loop. `GroupCommit`, who may have to wait longer, has a better way.
    this.db = new DatabaseSync(path, { readOnly, enableForeignKeyConstraints: true, timeout: 100 })
    // Schemas of a file that somebody else wrote must not call functions.
    this.db.exec('PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY')
  }

  execute<R>({ sql, parameters }: CompiledQuery): QueryResult<R> {
    const { statement, answers } = this.#prepared(sql)
    const values = checkParameters(parameters)
    if (answers) return { rows: statement.all(...values) as R[] }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  close(): void {
    this.#statements.clear()
    this.db.close()
  }

  #prepared(sql: string) {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.db.prepare(sql)
    const prepared = { statement, answers: statement.columns().length > 0 }
    if (this.#statements.size >= KEPT_STATEMENTS) {
      const [oldest] = this.#statements.keys()
      if (oldest !== undefined) this.#statements.delete(oldest)
    }
    this.#statements.set(sql, prepared)
    return prepared
  }
}
