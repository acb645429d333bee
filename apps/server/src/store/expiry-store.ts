import { sql } from 'kysely'
import { type Digest, type ExpiryPlace, type ExpiryStore, MOST_LINES } from '../notices/expiry-store.ts'
import { SYSTEM_TENANT } from '../tenants/system-tenant.ts'
import { isReplaced, pageOfExpiring } from './expiring-certificates.ts'
import { fromJson, toJson } from './json.ts'
import { putMail } from './mail-store.ts'
import type { ExpiryDigestTable } from './notices-schema.ts'
import { putEvent } from './put-event.ts'
import { requesterOf } from './requester-of.ts'
import type { StoreContext, Trx } from './store-context.ts'

const KIND = 'expiring'
const EVENT = 'certificate.expiring'

export function expiryStore(context: StoreContext): ExpiryStore {
  const { database } = context
  return {
    ...places(context),
    ...gathered(context),
    page: (tenant, after, before, limit) => database.read((db) => pageOfExpiring(db, tenant, after, before, limit)),
    isReplaced: (tenant, certificate) => database.read((db) => isReplaced(db, tenant, certificate)),
    requesterOf: (tenant, certificate) => database.read((db) => requesterOf(db, tenant, certificate)),
  }
}

function places(context: StoreContext) {
  const { database, listeners } = context
  return {
    isListened: (tenant) => listeners.listens(tenant, EVENT),
    schedule: (now) => schedule(database, now),
    progress: (tenant) =>
      database.read(async (db) => {
        const rows = await db.selectFrom('expiry_progress').selectAll().where('tenant', '=', tenant).execute()
        return new Map(
          rows.map(({ days, not_after: notAfter, certificate }): [number, ExpiryPlace] => [
            days,
            { notAfter, certificate },
          ]),
        )
      }),
    forgetProgress: async (tenant, but) => {
      await database.write((trx) => {
        const rows = trx.deleteFrom('expiry_progress').where('tenant', '=', tenant)
        return (but.length === 0 ? rows : rows.where('days', 'not in', [...but])).execute()
      })
    },
    advance: (tenant, days, { from, to }, { digests, certificates, at }) =>
      database.write(async (trx) => {
        if (!(await move(trx, { tenant, days, from, to }))) return false
        for (const digest of digests) await gather(trx, digest)
        for (const object of certificates) await putEvent(trx, { tenant, event: EVENT, object, at }, context)
        return true
      }),
  } satisfies Partial<ExpiryStore>
}

/** One statement: whoever makes tenants need not think of it, not even a release that knows nothing of it. */
async function schedule(database: Pick<StoreContext['database'], 'write'>, now: number): Promise<void> {
  await database.write((trx) =>
    trx
      .insertInto('outbox')
      .columns(['id', 'tenant', 'kind', 'key', 'due_at', 'leased_until', 'attempts', 'puts', 'claimed_puts', 'claim'])
      .expression((eb) =>
        eb
          .selectFrom('tenant')
          .select((of) => [
            sql<string>`${sql.lit(`${KIND}:`)} || tenant.id`.as('id'),
            'tenant.id as tenant',
            sql<string>`${sql.lit(KIND)}`.as('kind'),
            'tenant.id as key',
            of.lit(now).as('due_at'),
            of.lit(0).as('leased_until'),
            of.lit(0).as('attempts'),
            of.lit(1).as('puts'),
            of.lit(0).as('claimed_puts'),
            of.lit(0).as('claim'),
          ])
          .where('tenant.id', '<>', SYSTEM_TENANT)
          .where((of) =>
            of.not(
              of.exists(
                of
                  .selectFrom('outbox')
                  .select('outbox.id')
                  .where('outbox.kind', '=', KIND)
                  .whereRef('outbox.key', '=', 'tenant.id'),
              ),
            ),
          ),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  )
}

/** Only from where the caller began: two who look at the same certificates gather them once. */
async function move(
  trx: Trx,
  { tenant, days, from, to }: { tenant: string; days: number; from: ExpiryPlace | undefined; to: ExpiryPlace },
): Promise<boolean> {
  const place = { not_after: to.notAfter, certificate: to.certificate }
  if (from === undefined) {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('expiry_progress')
      .values({ tenant, days, ...place })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    return numInsertedOrUpdatedRows === 1n
  }
  const { numUpdatedRows } = await trx
    .updateTable('expiry_progress')
    .set(place)
    .where('tenant', '=', tenant)
    .where('days', '=', days)
    .where('not_after', '=', from.notAfter)
    .where('certificate', '=', from.certificate)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Adds to what an address is told: what was found first stands first. */
async function gather(trx: Trx, { tenant, address, outside, count, lines }: Digest): Promise<void> {
  const before = await trx
    .selectFrom('expiry_digest')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('address', '=', address)
    .executeTakeFirst()
  if (before === undefined) {
    const row = { outside: outside ? 1 : 0, count, lines: toJson(lines.slice(0, MOST_LINES)) } as const
    await trx
      .insertInto('expiry_digest')
      .values({ tenant, address, ...row })
      .execute()
    return
  }
  const all = [...fromJson(before.lines), ...lines].slice(0, MOST_LINES)
  await trx
    .updateTable('expiry_digest')
    .set({ count: before.count + count, lines: toJson(all), ...(!outside && { outside: 0 }) })
    .where('tenant', '=', tenant)
    .where('address', '=', address)
    .execute()
}

function gathered({ database }: StoreContext) {
  return {
    digests: (tenant, limit) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('expiry_digest')
          .selectAll()
          .where('tenant', '=', tenant)
          .orderBy('address')
          .limit(limit)
          .execute()
        return rows.map(toDigest)
      }),
    finish: ({ tenant, address, count }, mail) =>
      database.write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('expiry_digest')
          .where('tenant', '=', tenant)
          .where('address', '=', address)
          .where('count', '=', count)
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 1n && mail !== undefined) await putMail(trx, mail)
        return numDeletedRows === 1n
      }),
  } satisfies Partial<ExpiryStore>
}

function toDigest({ outside, lines, ...same }: ExpiryDigestTable): Digest {
  return { ...same, outside: outside === 1, lines: fromJson(lines) }
}
