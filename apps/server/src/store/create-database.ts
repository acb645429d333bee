import { setTimeout as delay } from 'node:timers/promises'
import { type Dialect, Kysely } from 'kysely'
import type { Database, Writer } from './database.ts'
import { TransactionMisused } from './database-errors.ts'
import { type Direct, type ExecuteCompiled, executeCompiled, transact } from './direct.ts'
import { readerOf } from './reader.ts'
import type { TableChanges } from './table-changes.ts'
import { openTooLong, timeLimit } from './time-limit.ts'
import type { TransactionScope } from './transaction-scope.ts'

/** What an engine brings; the rules of `Database` are laid over it here, the same for both. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres'
  readonly dialect: Dialect
  readonly scope: TransactionScope
  /** How long `change` may take, in ms. 0: no turn of the event loop at all, which on SQLite is all it needs. */
  readonly transactionLimitMs: number
  /** Whether a transaction failed only because of another one, so that it may go when run again. */
  mayGoAgain(error: unknown): boolean
  /** See `Database.changes`. */
  readonly changes?: TableChanges
  /**
   * Runs a statement as a transaction of its own. `CommitUnknown` when the connection ends before the answer. Absent: a transaction
   * costs nothing beside its statements.
   */
  readonly executeAlone?: ExecuteCompiled
  /** Checks more than that a select is answered. */
  check?(): void
  /** After the last query and the last transaction. */
  closed?(): void
}

/** How often a transaction is run when others are in its way. */
const ATTEMPTS = 6

export function createDatabase<Tables>(engine: Engine): Database<Tables> {
  const driver = engine.dialect.createDriver()
  const dialect = { ...engine.dialect, createDriver: () => driver }
  const kysely = new Kysely<Tables>({ dialect })
  const reader = readerOf(kysely, (query) => executeCompiled(driver, query))
  const work = countWork()
  const time = timeLimit(engine.transactionLimitMs, openTooLong)

  const once = <T>(change: (trx: Writer<Tables>) => Promise<T>) =>
    transact({ kysely, dialect, driver }, (trx) => engine.scope.run(() => time.limit(change.name, change(trx))))

  const { executeAlone } = engine
  const alone: Direct = { executeCompiled: (query) => executeCompiled(driver, query, executeAlone) }

  return {
    engine: engine.name,
    ...(engine.changes && { changes: engine.changes }),
    kysely,
    read: (query) => {
      engine.scope.refuseInside()
      return work.count(() => query(reader))
    },
    write: (change) => {
      engine.scope.refuseInside()
      return work.count(() => repeat(() => once(change), engine.mayGoAgain))
    },
    writeOne: (change) => {
      engine.scope.refuseInside()
      const run =
        executeAlone === undefined ? () => once((trx) => change(oneStatement(trx))) : () => change(oneStatement(alone))
      return work.count(() => repeat(run, engine.mayGoAgain))
    },
    ping: () =>
      work.count(async () => {
        engine.check?.()
        await kysely.selectNoFrom((select) => select.lit(1).as('answer')).execute()
      }),
    close: async () => {
      await work.finish()
      await kysely.destroy()
      engine.closed?.()
    },
  }
}

/** The same for one statement. */
function oneStatement(db: Direct): Direct {
  let isUsed = false
  return {
    executeCompiled: async (query) => {
      if (isUsed) throw new TransactionMisused('writeOne() takes one statement: several belong into write()')
      isUsed = true
      return db.executeCompiled(query)
    },
  }
}

async function repeat<T>(run: () => Promise<T>, mayGoAgain: (error: unknown) => boolean): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      if (attempt === ATTEMPTS || !mayGoAgain(error)) throw error
    }
    // By chance, so that two that were in each other's way do not meet again.
    await delay(Math.random() * 5 * 2 ** attempt)
  }
}

/** Lets `close` wait for what runs. */
function countWork() {
  let running = 0
  let closing = false
  let done: (() => void) | undefined
  return {
    count: async <T>(work: () => Promise<T>): Promise<T> => {
      if (closing) throw new Error('the database is closed')
      running++
      try {
        return await work()
      } finally {
        running--
        if (running === 0) done?.()
      }
    },
    finish: async () => {
      closing = true
      if (running > 0) {
        await new Promise<void>((resolve) => {
          done = resolve
        })
      }
    },
  }
}
