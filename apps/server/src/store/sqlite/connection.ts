import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { CompiledQuery, QueryResult } from 'kysely'
import { checkParameters } from '../parameters.ts'

/** Prepared statements kept for one connection; a statement that is used again and again is never the oldest for long. */
const KEPT_STATEMENTS = 500

interface Prepared {
  readonly statement: StatementSync
  /** None: it answers with no rows. */
  readonly columns: readonly string[]
}

/** One connection to a SQLite file, with its prepared statements. Every call is synchronous. */
export class SqliteConnection {
  readonly db: DatabaseSync
  readonly #statements = new Map<string, Prepared>()

  constructor(path: string, readOnly: boolean) {
    // This time-out stops the event loop. `GroupCommit`, who may have to wait longer, has a better way.
    this.db = new DatabaseSync(path, { readOnly, enableForeignKeyConstraints: true, timeout: 100 })
    // Schemas of a file that somebody else wrote must not call functions.
    this.db.exec('PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY')
  }

  execute<R>({ sql, parameters }: CompiledQuery): QueryResult<R> {
    const { statement, columns } = this.#prepared(sql)
    const values = checkParameters(parameters)
    if (columns.length > 0) return { rows: rowsOf(columns, statement.all(...values) as unknown[]) as R[] }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  close(): void {
    this.#statements.clear()
    this.db.close()
  }

  #prepared(sql: string): Prepared {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.db.prepare(sql)
    const prepared = { statement, columns: statement.columns().map(({ name }) => name) }
    statement.setReturnArrays(true)
    if (this.#statements.size >= KEPT_STATEMENTS) {
      const [oldest] = this.#statements.keys()
      if (oldest !== undefined) this.#statements.delete(oldest)
    }
    this.#statements.set(sql, prepared)
    return prepared
  }
}

/** The objects that `node:sqlite` makes are dictionaries, several times as large as these: a CRL is made of a million rows. */
function rowsOf(columns: readonly string[], found: readonly unknown[]): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = []
  for (const values of found) {
    const row: Record<string, unknown> = {}
    for (let at = 0; at < columns.length; at++) row[columns[at] ?? ''] = (values as readonly unknown[])[at]
    rows.push(row)
  }
  return rows
}
