import { sql } from 'kysely'
import { type Statement, statement } from './statement.ts'
import type { StoreContext, Trx } from './store-context.ts'

/**
 * Who issues under a CA, and who ends what issuances stand on (the CA itself, a template of it), take turns: an issuance that has
 * begun is seen by whoever ends, and one that begins later sees the end. First in their transactions, for what was read before is
 * older than the turn.
 */
export interface IssuanceTurns {
  /** With any number of others who issue. */
  share(trx: Trx, authority: string): Promise<unknown>
  /** Alone. */
  hold(trx: Trx, authority: string): Promise<unknown>
}

/**
 * On SQLite one transaction runs after the other and there is nothing to do. On PostgreSQL these are advisory locks, and not locks of
 * a row: a row that many share at every moment is never free for whoever wants it alone, while these are given out in the order in
 * which they were asked for; and nothing is written for them. Two CAs whose ids have one hash wait for each other, no more.
 */
export function issuanceTurns({ database }: StoreContext): IssuanceTurns {
  if (database.engine === 'sqlite') return { share: nothing, hold: nothing }
  const take = (lock: 'pg_advisory_xact_lock_shared' | 'pg_advisory_xact_lock'): Statement<Turn, unknown> =>
    statement((place) =>
      database.kysely.selectNoFrom(
        sql`${sql.raw(lock)}(hashtextextended(${place('authority')}, ${sql.lit(SEED)}))`.as('taken'),
      ),
    )
  const share = take('pg_advisory_xact_lock_shared')
  const hold = take('pg_advisory_xact_lock')
  return {
    share: (trx, authority) => share(trx, { authority }),
    hold: (trx, authority) => hold(trx, { authority }),
  }
}

interface Turn {
  readonly authority: string
}

/** Keeps these locks apart from others that are named by a text. */
const SEED = 6_962_960

async function nothing(): Promise<void> {}
