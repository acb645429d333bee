import type { RedeemedNonces } from '../protocols/acme/nonces.ts'
import { statement } from './statement.ts'
import type { StoreContext } from './store-context.ts'

/**
 * Redeemed nonces for several processes, on PostgreSQL. The tables are not logged: a commit waits for no disk. When a crash of the
 * server empties them, the epoch goes too, and the next to ask makes another one.
 */
export function redeemedNonces({ database, newId }: StoreContext): RedeemedNonces {
  const { kysely } = database
  const redeem = statement<{ nonce: Uint8Array; epoch: string; expires_at: number }, { nonce: Uint8Array }>((place) =>
    kysely
      .insertInto('acme_nonce')
      .columns(['nonce', 'expires_at'])
      .expression(
        kysely
          .selectFrom('acme_nonce_epoch')
          .select([place('nonce').as('nonce'), place('expires_at').as('expires_at')])
          .where('epoch', '=', place('epoch')),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning('nonce'),
  )
  return {
    epoch: () => {
      const newEpoch = newId()
      return database.write(async (trx) => {
        await trx
          .insertInto('acme_nonce_epoch')
          .values({ one: 1, epoch: newEpoch })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
        const { epoch } = await trx.selectFrom('acme_nonce_epoch').select('epoch').executeTakeFirstOrThrow()
        return epoch
      })
    },
    redeem: (nonce, epoch, expiresAt) =>
      database.writeOne(async (db) => {
        const { rows } = await redeem(db, { nonce, epoch, expires_at: expiresAt })
        return rows.length === 1
      }),
    forget: async (before) => {
      await database.write((trx) => trx.deleteFrom('acme_nonce').where('expires_at', '<', before).execute())
    },
  }
}
