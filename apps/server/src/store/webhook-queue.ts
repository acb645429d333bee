import type { Attempt, WebhookQueue } from '../webhooks/webhook-store.ts'
import { fromJson } from './json.ts'
import { webhooksChanged } from './listeners.ts'
import { putMail } from './mail-store.ts'
import type { StoreContext, Trx } from './store-context.ts'
import { DELIVERY_COLUMNS, deliveryRow, putWebhookInOutbox, toDelivery, toWebhook } from './webhook-rows.ts'

export function webhookQueue(context: StoreContext): WebhookQueue {
  return { ...writing(context), ...sending(context), ...ends(context), ...sweeps(context) }
}

function writing({ database, listeners, newId }: StoreContext) {
  return {
    refreshListeners: () => listeners.refresh(),
    listening: (tenant, event) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('webhook')
          .select(['id', 'events'])
          .where('tenant', '=', tenant)
          .where('enabled', '=', 1)
          .execute()
        return rows.filter(({ events }) => fromJson(events).includes(event)).map(({ id }) => id)
      }),
    write: async (tenant, deliveries, mostWaiting) => {
      await database.write(async (trx) => {
        const byWebhook = Map.groupBy(deliveries, ({ webhook }) => webhook)
        for (const [webhook, its] of byWebhook) {
          // One that was deleted meanwhile is told nothing.
          const there = await trx.selectFrom('webhook').select('id').where('id', '=', webhook).executeTakeFirst()
          if (there === undefined) continue
          const isFull = await waits(trx, webhook, mostWaiting)
          const over = {
            state: 'failed',
            problem: `More than ${mostWaiting} deliveries wait for this webhook.`,
          } as const
          for (const delivery of its) {
            const row = deliveryRow(tenant, delivery)
            await trx
              .insertInto('webhook_delivery')
              .values(isFull ? { ...row, ...over, settled_at: row.created_at } : row)
              .onConflict((conflict) => conflict.columns(['webhook', 'event_id']).doNothing())
              .execute()
          }
          const [first] = its
          if (first !== undefined) await putWebhookInOutbox(trx, { tenant, webhook, at: first.createdAt }, newId)
        }
      })
    },
  } satisfies Partial<WebhookQueue>
}

/** Whether so many wait. Counted in the index of what waits. */
async function waits(trx: Trx, webhook: string, many: number): Promise<boolean> {
  const row = await trx
    .selectFrom('webhook_delivery')
    .select('due_at')
    .where('webhook', '=', webhook)
    .where('state', '=', 'waiting')
    .orderBy('due_at')
    .offset(many - 1)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

function sending({ database }: StoreContext) {
  return {
    find: (webhook) =>
      database.read(async (db) => {
        const row = await db.selectFrom('webhook').selectAll().where('id', '=', webhook).executeTakeFirst()
        if (row === undefined) return undefined
        const { tenant, sealed_secret: sealedSecret, sealed_previous: sealedPrevious, retry_at } = row
        return {
          ...toWebhook(row),
          ...{ tenant, sealedSecret, sealedPrevious },
          ...(retry_at !== null && { retryAt: retry_at }),
        }
      }),
    due: (webhook, now, limit) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('webhook_delivery')
          .select([...DELIVERY_COLUMNS, 'body'])
          .where('webhook', '=', webhook)
          .where('state', '=', 'waiting')
          .where('due_at', '<=', now)
          .orderBy('due_at')
          .orderBy('id')
          .limit(limit)
          .execute()
        return rows.map((row) => ({ ...toDelivery(row), body: row.body }))
      }),
    nextDue: (webhook) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('webhook_delivery')
          .select('due_at')
          .where('webhook', '=', webhook)
          .where('state', '=', 'waiting')
          .orderBy('due_at')
          .limit(1)
          .executeTakeFirst()
        return row?.due_at
      }),
    note: async (delivery, attempt, at) => {
      await database.write((trx) =>
        trx
          .updateTable('webhook_delivery')
          .set((eb) => ({ ...outcomeOf(attempt, at), attempts: eb('attempts', '+', 1) }))
          .where('id', '=', delivery)
          .where('state', '=', 'waiting')
          .execute(),
      )
    },
    noteHealth: async (webhook, health) => {
      await database.write((trx) =>
        trx
          .updateTable('webhook')
          .set((eb) =>
            'succeededAt' in health
              ? { last_success_at: health.succeededAt, failing_since: null, failures: 0, retry_at: null }
              : {
                  failing_since: eb.fn.coalesce('failing_since', eb.val(health.failedAt)),
                  failures: eb('failures', '+', health.failures),
                  retry_at: health.retryAt ?? null,
                },
          )
          .where('id', '=', webhook)
          .execute(),
      )
    },
  } satisfies Partial<WebhookQueue>
}

function outcomeOf(attempt: Attempt, at: number) {
  if (attempt.delivered) return { state: 'delivered', status: attempt.status, problem: null, settled_at: at } as const
  const said = { status: attempt.status ?? null, problem: attempt.problem }
  return attempt.dueAt === undefined
    ? ({ ...said, state: 'failed', settled_at: at } as const)
    : ({ ...said, due_at: attempt.dueAt } as const)
}

function ends({ database, audit, newId, listeners }: StoreContext) {
  return {
    switchOff: async (webhook, reason, record, letters) => {
      const version = newId()
      const isDone = await database.write(async (trx) => {
        const row = await trx
          .updateTable('webhook')
          .set((eb) => ({ enabled: 0, off_reason: reason, retry_at: null, revision: eb('revision', '+', 1) }))
          .where('id', '=', webhook)
          .where('enabled', '=', 1)
          .returning('tenant')
          .executeTakeFirst()
        if (row === undefined) return false
        for (const letter of letters) await putMail(trx, letter)
        await audit.record(trx, row.tenant, record)
        await webhooksChanged(trx, version)
        return true
      })
      await listeners.refresh()
      return isDone
    },
    failWaiting: (webhook, at, limit) =>
      database.write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('webhook_delivery')
          .set({ state: 'failed', settled_at: at, problem: 'The webhook was switched off.' })
          .where('id', 'in', (eb) =>
            eb
              .selectFrom('webhook_delivery')
              .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook')
              .select('webhook_delivery.id')
              .where('webhook_delivery.webhook', '=', webhook)
              .where('webhook_delivery.state', '=', 'waiting')
              .where('webhook.enabled', '=', 0)
              .limit(limit),
          )
          .executeTakeFirstOrThrow()
        return Number(numUpdatedRows)
      }),
    purge: (webhook, limit) =>
      database.write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('webhook_delivery')
          .where('id', 'in', (eb) =>
            eb
              .selectFrom('webhook_delivery')
              .select('webhook_delivery.id')
              .where('webhook_delivery.webhook', '=', webhook)
              .where(({ not, exists, selectFrom }) =>
                not(exists(selectFrom('webhook').select('webhook.id').where('webhook.id', '=', webhook))),
              )
              .limit(limit),
          )
          .executeTakeFirstOrThrow()
        return Number(numDeletedRows)
      }),
  } satisfies Partial<WebhookQueue>
}

function sweeps({ database }: StoreContext) {
  return {
    forget: async (settledBefore, most, limit) => {
      const old = await database.write((trx) =>
        trx
          .deleteFrom('webhook_delivery')
          .where('id', 'in', (eb) =>
            eb
              .selectFrom('webhook_delivery')
              .select('id')
              .where('settled_at', '<', settledBefore)
              .orderBy('settled_at')
              .limit(limit),
          )
          .executeTakeFirstOrThrow(),
      )
      const hooks = await database.read((db) => db.selectFrom('webhook').select('id').execute())
      let removed = Number(old.numDeletedRows)
      for (const { id } of hooks) removed += await trim({ database, webhook: id }, most, limit)
      return removed
    },
  } satisfies Partial<WebhookQueue>
}

/** Removes the oldest of a webhook beyond so many. */
async function trim(
  { database, webhook }: Pick<StoreContext, 'database'> & { readonly webhook: string },
  most: number,
  limit: number,
): Promise<number> {
  const last = await database.read((db) =>
    db
      .selectFrom('webhook_delivery')
      .select('id')
      .where('webhook', '=', webhook)
      .orderBy('id', 'desc')
      .offset(most)
      .limit(1)
      .executeTakeFirst(),
  )
  if (last === undefined) return 0
  const { numDeletedRows } = await database.write((trx) =>
    trx
      .deleteFrom('webhook_delivery')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('webhook_delivery')
          .select('id')
          .where('webhook', '=', webhook)
          .where('id', '<=', last.id)
          .orderBy('id')
          .limit(limit),
      )
      .executeTakeFirstOrThrow(),
  )
  return Number(numDeletedRows)
}
