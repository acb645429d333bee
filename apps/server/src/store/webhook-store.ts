import { Refusal } from '@chancery/pki'
import type { WebhookStore } from '../webhooks/webhook-store.ts'
import { toJson } from './json.ts'
import { webhooksChanged } from './listeners.ts'
import { pageById } from './page-cursor.ts'
import type { Db, TenantContext, Trx } from './store-context.ts'
import {
  DELIVERY_COLUMNS,
  deliveryRow,
  putWebhookInOutbox,
  refuseOff,
  toDelivery,
  toWebhook,
  WEBHOOK_COLUMNS,
} from './webhook-rows.ts'

/** Webhooks of one tenant: more are forgotten ones. */
const MOST = 10

export function webhookStore(context: TenantContext): WebhookStore {
  return { ...hooks(context), ...ends(context), ...changes(context), ...deliveries(context), ...again(context) }
}

function hooks({ database, tenant }: TenantContext) {
  return {
    find: (id) =>
      database.read(async (db) => {
        const row = await webhooks(db, tenant).where('id', '=', id).executeTakeFirst()
        return row && toWebhook(row)
      }),
    list: (page) => {
      const read = (limit: number, before: string | undefined) =>
        database.read((db) => {
          const rows = webhooks(db, tenant)
          return (before === undefined ? rows : rows.where('id', '<', before))
            .orderBy('id', 'desc')
            .limit(limit)
            .execute()
        })
      return pageById(page, read, toWebhook)
    },
  } satisfies Partial<WebhookStore>
}

/** Never with the secrets. */
function webhooks(db: Db, tenant: string) {
  return db.selectFrom('webhook').select(WEBHOOK_COLUMNS).where('tenant', '=', tenant)
}

const NONE = new Uint8Array(0)

/** A change after which this process knows at once who listens. */
async function change<T>({ database, newId, listeners }: TenantContext, write: (trx: Trx) => Promise<T>): Promise<T> {
  const version = newId()
  const result = await database.write(async (trx) => {
    const changed = await write(trx)
    await webhooksChanged(trx, version)
    return changed
  })
  await listeners.refresh()
  return result
}

function ends(context: TenantContext) {
  const { tenant, audit, newId } = context
  return {
    create: (webhook, record) =>
      change(context, async (trx) => {
        await audit.recordCreation(trx, tenant, record)
        await checkRoom(trx, tenant)
        await trx
          .insertInto('webhook')
          .values({
            id: webhook.id,
            tenant,
            name: webhook.name,
            url: webhook.url,
            events: toJson(webhook.events),
            enabled: webhook.enabled ? 1 : 0,
            off_reason: null,
            created_by: webhook.createdBy ?? null,
            created_at: webhook.createdAt,
            revision: webhook.revision,
            previous_until: null,
            failing_since: null,
            failures: 0,
            retry_at: null,
            last_success_at: null,
            sealed_secret: webhook.sealedSecret,
            sealed_previous: NONE,
          })
          .execute()
      }),
    delete: (id, record) =>
      change(context, async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('webhook')
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) return false
        await putWebhookInOutbox(trx, { tenant, webhook: id, at: record.act.at }, newId)
        await audit.record(trx, tenant, record)
        return true
      }),
  } satisfies Partial<WebhookStore>
}

function changes(context: TenantContext) {
  const { database, tenant, audit, newId } = context
  return {
    update: (id, { revision, name, url, events, enabled }, record) =>
      change(context, async (trx) => {
        const row = await trx
          .updateTable('webhook')
          .set({
            revision: revision + 1,
            ...(name !== undefined && { name }),
            ...(url !== undefined && { url, retry_at: null }),
            ...(events !== undefined && { events: toJson(events) }),
            ...(enabled !== undefined && { enabled: enabled ? 1 : 0, off_reason: null }),
            ...(enabled === true && { failing_since: null, failures: 0, retry_at: null }),
          })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .where('revision', '=', revision)
          .returning(WEBHOOK_COLUMNS)
          .executeTakeFirst()
        if (row === undefined) return refuseChanged(trx, tenant, id)
        if (enabled !== undefined || url !== undefined)
          await putWebhookInOutbox(trx, { tenant, webhook: id, at: record.act.at }, newId)
        await audit.record(trx, tenant, record)
        return toWebhook(row)
      }),
    rotate: (id, { sealedSecret, previousUntil }, record) =>
      database.write(async (trx) => {
        const row = await trx
          .updateTable('webhook')
          .set((eb) => ({
            sealed_previous: eb.ref('sealed_secret'),
            sealed_secret: sealedSecret,
            previous_until: previousUntil,
          }))
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .returning(WEBHOOK_COLUMNS)
          .executeTakeFirst()
        if (row === undefined) return undefined
        await audit.record(trx, tenant, record)
        return toWebhook(row)
      }),
  } satisfies Partial<WebhookStore>
}

async function checkRoom(trx: Trx, tenant: string): Promise<void> {
  // Holds the tenant: its webhooks are counted by one at a time.
  await trx
    .updateTable('tenant')
    .set((eb) => ({ name: eb.ref('name') }))
    .where('id', '=', tenant)
    .execute()
  const { count } = await trx
    .selectFrom('webhook')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant', '=', tenant)
    .executeTakeFirstOrThrow()
  if (count >= MOST) throw new Refusal('not-permitted', `A tenant has at most ${MOST} webhooks: delete one first.`)
}

async function refuseChanged(trx: Trx, tenant: string, id: string): Promise<undefined> {
  const row = await webhooks(trx, tenant).where('id', '=', id).executeTakeFirst()
  if (row === undefined) return undefined
  throw new Refusal('conflict', 'The webhook was changed meanwhile. Look at it again.')
}

function deliveries({ database, tenant, audit, newId }: TenantContext) {
  return {
    deliveries: (webhook, { state }, page) => {
      const read = (limit: number, before: string | undefined) =>
        database.read((db) => {
          let rows = ofWebhook(db, tenant, webhook).select(DELIVERY_COLUMNS)
          if (state !== undefined) rows = rows.where('state', '=', state)
          if (before !== undefined) rows = rows.where('id', '<', before)
          return rows.orderBy('id', 'desc').limit(limit).execute()
        })
      return pageById(page, read, toDelivery)
    },
    delivery: (webhook, id) =>
      database.read(async (db) => {
        const row = await ofWebhook(db, tenant, webhook)
          .select([...DELIVERY_COLUMNS, 'body'])
          .where('id', '=', id)
          .executeTakeFirst()
        return row && { ...toDelivery(row), body: row.body }
      }),
    put: (delivery, record) =>
      database.write(async (trx) => {
        if (!(await isOn(trx, tenant, delivery.webhook))) return false
        await audit.recordCreation(trx, tenant, record)
        await trx.insertInto('webhook_delivery').values(deliveryRow(tenant, delivery)).execute()
        await putWebhookInOutbox(trx, { tenant, webhook: delivery.webhook, at: delivery.createdAt }, newId)
        return true
      }),
  } satisfies Partial<WebhookStore>
}

function again({ database, tenant, audit, newId }: TenantContext) {
  return {
    redeliver: (webhook, which, { at, until, limit }, record) =>
      database.write(async (trx) => {
        if (!(await isOn(trx, tenant, webhook))) return 0
        let failed = ofWebhook(trx, tenant, webhook).select('id').where('state', '=', 'failed')
        failed =
          'delivery' in which ? failed.where('id', '=', which.delivery) : failed.where('created_at', '>=', which.since)
        const ids = (await failed.orderBy('id').limit(limit).execute()).map(({ id }) => id)
        if (ids.length === 0) return 0
        const anew = { state: 'waiting', attempts: 0, due_at: at, expires_at: until, settled_at: null } as const
        const { numUpdatedRows } = await trx
          .updateTable('webhook_delivery')
          .set(anew)
          .where('id', 'in', ids)
          .where('state', '=', 'failed')
          .executeTakeFirstOrThrow()
        // Somebody who asks for it wants to see now whether it arrives.
        await trx.updateTable('webhook').set({ retry_at: null }).where('id', '=', webhook).execute()
        await putWebhookInOutbox(trx, { tenant, webhook, at }, newId)
        await audit.record(trx, tenant, record)
        return Number(numUpdatedRows)
      }),
  } satisfies Partial<WebhookStore>
}

function ofWebhook(db: Db, tenant: string, webhook: string) {
  return db.selectFrom('webhook_delivery').where('tenant', '=', tenant).where('webhook', '=', webhook)
}

/** False when there is none such. Throws `Refusal` 'conflict' when it is off. */
async function isOn(trx: Trx, tenant: string, id: string): Promise<boolean> {
  const row = await webhooks(trx, tenant).where('id', '=', id).executeTakeFirst()
  if (row === undefined) return false
  return row.enabled === 1 || refuseOff()
}
