import type { Outbox, OutboxItem } from '../publishing/outbox.ts'
import type { OutboxTable } from './records-schema.ts'
import type { Db, StoreContext, Trx } from './store-context.ts'

/** Puts an item in the transaction that makes it necessary. */
export function putInOutbox(
  trx: Trx,
  item: {
    readonly id: string
    readonly tenant: string
    readonly kind: string
    readonly key: string
    readonly dueAt: number
  },
): Promise<unknown> {
  const { id, tenant, kind, key, dueAt } = item
  return trx
    .insertInto('outbox')
    .values({
      id,
      tenant,
      kind,
      key,
      due_at: dueAt,
      leased_until: 0,
      attempts: 0,
      puts: 1,
      claimed_puts: 0,
      claim: 0,
    })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'key']).doUpdateSet((eb) => ({
        puts: eb('outbox.puts', '+', 1),
        // What is claimed now has done with its own time: the new one counts. What waits is brought forward.
        due_at: eb
          .case()
          .when('outbox.puts', '=', eb.ref('outbox.claimed_puts'))
          .then(eb.ref('excluded.due_at'))
          .when('excluded.due_at', '<', eb.ref('outbox.due_at'))
          .then(eb.ref('excluded.due_at'))
          .else(eb.ref('outbox.due_at'))
          .end(),
      })),
    )
    .execute()
}

export function outbox({ database, newId }: StoreContext): Outbox {
  return {
    put: async (item) => {
      const row = { ...item, id: newId() }
      await database.write((trx) => putInOutbox(trx, row))
    },
    claim: async (kind, now, leaseMs, limit) => {
      // Most of the time nothing is due, and a look costs less than a transaction.
      const due = await database.read((db) => dueOf(db, kind, now).limit(1).executeTakeFirst())
      if (due === undefined) return []
      const rows = await database.write((trx) =>
        trx
          .updateTable('outbox')
          .set((eb) => ({
            leased_until: now + leaseMs,
            attempts: eb('attempts', '+', 1),
            claim: eb('claim', '+', 1),
            claimed_puts: eb.ref('puts'),
          }))
          .where('id', 'in', dueOf(trx, kind, now).limit(limit))
          // Said again for the row itself: another worker may have claimed it since the list was made.
          .where('leased_until', '<=', now)
          .returningAll()
          .execute(),
      )
      return rows.sort((a, b) => a.due_at - b.due_at).map(toItem)
    },
    moveOn: async (item, key) => {
      await database.write((trx) => held(trx, item).set({ key }).execute())
    },
    finish: async (item) => {
      await database.write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('outbox')
          .where('id', '=', item.id)
          .where('claim', '=', item.claim)
          .whereRef('puts', '=', 'claimed_puts')
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) {
          await held(trx, item).set({ leased_until: 0, attempts: 0, claimed_puts: 0 }).execute()
        }
      })
    },
    retry: async (item, dueAt) => {
      await database.write((trx) =>
        held(trx, item)
          .set((eb) => ({
            leased_until: 0,
            claimed_puts: 0,
            due_at: eb
              .case()
              .when('puts', '=', eb.ref('claimed_puts'))
              .then(eb.val(dueAt))
              .else(eb.ref('due_at'))
              .end(),
          }))
          .execute(),
      )
    },
  }
}

/** What nobody holds, longest due first. */
function dueOf(db: Db, kind: string, now: number) {
  return db
    .selectFrom('outbox')
    .select('id')
    .where('kind', '=', kind)
    .where('due_at', '<=', now)
    .where('leased_until', '<=', now)
    .orderBy('due_at')
    .orderBy('id')
}

/** Only by whoever holds the newest claim. */
function held(trx: Trx, { id, claim }: OutboxItem) {
  return trx.updateTable('outbox').where('id', '=', id).where('claim', '=', claim)
}

function toItem({ id, tenant, kind, key, attempts, claim }: OutboxTable): OutboxItem {
  return { id, tenant, kind, key, attempts, claim }
}
