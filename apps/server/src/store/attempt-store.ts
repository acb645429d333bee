import type { AttemptStore, Counted, Pace } from '../accounts/attempt-store.ts'
import type { StoreContext, Trx } from './store-context.ts'

export function attemptStore({ database }: StoreContext): AttemptStore {
  return {
    take: async (counted, now) => {
      // In one order everywhere, so that two who take the same keys do not wait for each other.
      const ordered = counted.toSorted((a, b) => (a.key < b.key ? -1 : 1))
      try {
        await database.write(async (trx) => {
          for (const one of ordered) await takeOne(trx, one, now)
        })
        return {}
      } catch (error) {
        if (error instanceof Blocked) return { blockedUntil: error.until }
        throw error
      }
    },
    forgive: async (key, all, now) => {
      await database.write(async (trx) => {
        if (all) await trx.deleteFrom('attempt').where('key', '=', key).execute()
        else {
          await trx
            .updateTable('attempt')
            .set((eb) => ({ failures: eb('failures', '-', 1), blocked_until: now }))
            .where('key', '=', key)
            .where('failures', '>', 0)
            .execute()
        }
      })
    },
    count: (key) =>
      database.read(async (db) => {
        const row = await db.selectFrom('attempt').select('failures').where('key', '=', key).executeTakeFirst()
        return row?.failures ?? 0
      }),
    forget: (before, most) =>
      database.write(async (trx) => {
        const old = await trx.deleteFrom('attempt').where('last_at', '<', before).executeTakeFirstOrThrow()
        const beyond = await trx
          .selectFrom('attempt')
          .select('last_at')
          .orderBy('last_at', 'desc')
          .offset(most)
          .limit(1)
          .executeTakeFirst()
        if (beyond === undefined) return Number(old.numDeletedRows)
        const more = await trx.deleteFrom('attempt').where('last_at', '<=', beyond.last_at).executeTakeFirstOrThrow()
        return Number(old.numDeletedRows) + Number(more.numDeletedRows)
      }),
  }
}

/** Ends the transaction: an attempt that is not made is counted nowhere. */
class Blocked extends Error {
  readonly until: number
  constructor(until: number) {
    super('attempts are made too fast')
    this.until = until
  }
}

/** The row is locked by the first statement, so nobody counts in between. */
async function takeOne(trx: Trx, { key, pace }: Counted, now: number): Promise<void> {
  const counted = await trx
    .insertInto('attempt')
    .values({ key, failures: 1, last_at: now, blocked_until: 0 })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet((eb) => ({
          failures: eb
            .case()
            .when('attempt.last_at', '<', now - pace.forgottenAfterMs)
            .then(1)
            .else(eb('attempt.failures', '+', 1))
            .end(),
          last_at: now,
        }))
        .where('attempt.blocked_until', '<=', now),
    )
    .returning('failures')
    .executeTakeFirst()
  if (counted === undefined) {
    const { blocked_until } = await trx
      .selectFrom('attempt')
      .select('blocked_until')
      .where('key', '=', key)
      .executeTakeFirstOrThrow()
    throw new Blocked(blocked_until)
  }
  const pause = pauseAfter(counted.failures, pace)
  if (pause === 0) return
  await trx
    .updateTable('attempt')
    .set({ blocked_until: now + pause })
    .where('key', '=', key)
    .execute()
}

function pauseAfter(failures: number, { free, firstPauseMs, longestPauseMs }: Pace): number {
  if (failures < free) return 0
  // 2^40 pauses of a millisecond are longer than any bound: beyond, the number itself would be none.
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - free, 40))
}
