import type { ExchangeArchive, ExchangeFilter, ExchangeLog, ExchangePart } from '../exchanges/exchange-log.ts'
import type { ExchangeTable } from './acme-schema.ts'
import { fromJson, toJson } from './json.ts'
import { mergedById, pageById } from './page-cursor.ts'
import { statement } from './statement.ts'
import type { Db, StoreContext, TenantContext } from './store-context.ts'

export function exchangeLog({ database, tenant }: TenantContext): ExchangeLog {
  return {
    list: (filter, page) => {
      const readOf = (limit: number, before: string | undefined, of: string | undefined) =>
        database.read((db) => {
          let rows = filtered(db, tenant, filter)
          if (of !== undefined) rows = rows.where('authority', '=', of)
          if (before !== undefined) rows = rows.where('id', '<', before)
          return rows.orderBy('id', 'desc').limit(limit).execute()
        })
      const read = (limit: number, before: string | undefined) =>
        filter.authorities === undefined
          ? readOf(limit, before, filter.authority)
          : mergedById(filter.authorities, limit, (of) => readOf(limit, before, of))
      return pageById(page, read, toPart)
    },
  }
}

function filtered(db: Db, tenant: string, { account, subject }: ExchangeFilter) {
  let rows = db.selectFrom('exchange').selectAll().where('tenant', '=', tenant)
  if (account !== undefined) rows = rows.where('account', '=', account)
  if (subject !== undefined) rows = rows.where('subject', '=', subject)
  return rows
}

function toPart(row: ExchangeTable): ExchangePart {
  const { id, tenant, authority, account, subject, steps } = row
  return {
    id,
    tenant,
    protocol: 'acme',
    authority,
    ...(account !== null && { account }),
    ...(subject !== null && { subject }),
    steps: fromJson(steps),
  }
}

/** Rows in one transaction: others wait for it. */
const AT_ONCE = 200

export function exchangeArchive({ database, newId }: StoreContext): ExchangeArchive {
  const insert = statement<ExchangeTable, never>((place) =>
    database.kysely.insertInto('exchange').values({
      id: place('id'),
      tenant: place('tenant'),
      protocol: place('protocol'),
      authority: place('authority'),
      account: place('account'),
      subject: place('subject'),
      refused: place('refused'),
      at: place('at'),
      steps: place('steps'),
    }),
  )
  return {
    write: async (parts) => {
      const rows = parts.map((part) => toRow(part, newId()))
      for (let at = 0; at < rows.length; at += AT_ONCE) {
        const some = rows.slice(at, at + AT_ONCE)
        await database.write(async (trx) => {
          for (const row of some) await insert(trx, row)
        })
      }
    },
    forget: (before, limit) =>
      database.write(async (trx) => {
        // Ids grow with time: what is old stands at the beginning of the primary key.
        const oldest = await trx.selectFrom('exchange').select(['id', 'at']).orderBy('id').limit(limit).execute()
        const ids = oldest.filter(({ at }) => at < before).map(({ id }) => id)
        if (ids.length > 0) await trx.deleteFrom('exchange').where('id', 'in', ids).execute()
        return ids.length
      }),
    trim: async (most, limit) => {
      const tenants = await database.read((db) => db.selectFrom('tenant').select('id').execute())
      let removed = 0
      for (const { id: tenant } of tenants) removed += await trimTenant({ database, newId, tenant }, most, limit)
      return removed
    },
  }
}

async function trimTenant(
  { database, tenant }: Pick<TenantContext, 'database' | 'newId' | 'tenant'>,
  most: number,
  limit: number,
): Promise<number> {
  const last = await database.read((db) =>
    db
      .selectFrom('exchange')
      .select('id')
      .where('tenant', '=', tenant)
      .orderBy('id', 'desc')
      .offset(most)
      .limit(1)
      .executeTakeFirst(),
  )
  if (last === undefined) return 0
  return database.write(async (trx) => {
    const { numDeletedRows } = await trx
      .deleteFrom('exchange')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('exchange')
          .select('id')
          .where('tenant', '=', tenant)
          .where('id', '<=', last.id)
          .orderBy('id')
          .limit(limit),
      )
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  })
}

function toRow(part: Omit<ExchangePart, 'id'>, id: string): ExchangeTable {
  const { tenant, protocol, authority, account, subject, steps } = part
  return {
    id,
    tenant,
    protocol,
    authority,
    account: account ?? null,
    subject: subject ?? null,
    refused: steps.some(({ refused }) => refused) ? 1 : 0,
    at: steps.at(-1)?.at ?? 0,
    steps: toJson(steps),
  }
}
