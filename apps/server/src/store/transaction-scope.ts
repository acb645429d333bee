import { AsyncLocalStorage } from 'node:async_hooks'
import { TransactionMisused } from './database-errors.ts'

/**
 * Knows, for one database, whether the code that runs now runs inside one of its transactions. To use the database
 * itself there would wait for ever on SQLite (for the writer that the transaction holds), and on PostgreSQL as soon as
 * all connections are taken by others that do the same: so it throws at once.
 */
export interface TransactionScope {
  /** Runs `change` as the inside of a transaction, until its promise settles. */
  run<T>(change: () => Promise<T>): Promise<T>
  /** Throws `TransactionMisused` inside a transaction. */
  refuseInside(): void
}

export function createTransactionScope(): TransactionScope {
  // Work that a transaction started and did not await lives on in its context: so the context says when it ended.
  const contexts = new AsyncLocalStorage<{ open: boolean }>()
  return {
    run: async (change) => {
      const context = { open: true }
      try {
        return await contexts.run(context, change)
      } finally {
        context.open = false
      }
    },
    refuseInside: () => {
      if (contexts.getStore()?.open !== true) return
      throw new TransactionMisused(
        'the database itself was used inside a transaction: use the transaction that write() hands out',
      )
    },
  }
}
