import type { StoreContext } from './store-context.ts'

/** Takes away what is over: across tenants, for the round that does. */
export interface AcmeRetention {
  /** Removes at most `limit` orders, and as many authorizations, that nobody has to see any more at this moment; how many. */
  forget(now: number, limit: number): Promise<number>
}

/** So long what expired is still shown, and explains an order that became invalid by it. */
const AUTHORIZATION_KEPT_MS = 30 * 86_400_000

export function acmeRetention({ database }: StoreContext): AcmeRetention {
  return {
    forget: (now, limit) =>
      database.write(async (trx) => {
        const orders = await trx
          .deleteFrom('acme_order')
          .where('id', 'in', (eb) =>
            eb.selectFrom('acme_order').select('id').where('keep_until', '<', now).orderBy('keep_until').limit(limit),
          )
          .executeTakeFirstOrThrow()
        const over = await trx
          .selectFrom('acme_authorization')
          .select('id')
          .where('expires_at', '<', now - AUTHORIZATION_KEPT_MS)
          .orderBy('expires_at')
          .limit(limit)
          .execute()
        const ids = over.map(({ id }) => id)
        if (ids.length > 0) {
          await trx.deleteFrom('acme_challenge').where('authorization', 'in', ids).execute()
          await trx.deleteFrom('acme_authorization').where('id', 'in', ids).execute()
        }
        return Number(orders.numDeletedRows) + ids.length
      }),
  }
}
