import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { AuditFilter, AuditTrail } from '../audit/audit-log.ts'
import type { Page, PageRequest } from '../tenants/page.ts'
import { auditChain } from './audit-chain.ts'
import { RECORD_COLUMNS, storedRecordOf } from './audit-rows.ts'
import { idsFrom } from './ids-from.ts'
import { checkLimit, decodeCursor, encodeCursor } from './page-cursor.ts'
import type { AuditRecordTable } from './records-schema.ts'
import type { Tables } from './schema.ts'
import type { Db, TenantContext } from './store-context.ts'

/** How many records one page looks at, at most, where few of them fit: so many slices of so many. */
const SLICES = 10
const SLICE = 2_000

/** Ids say when a record was written: not before its act began, but for clocks that were set, and not a day after it. */
const SKEW_MS = 3_600_000
const LONGEST_ACT_MS = 86_400_000

/** The records of a tenant: its own alone. */
export function auditTrail({ database, tenant }: TenantContext): AuditTrail {
  return {
    ...auditChain(database, tenant),
    list: (filter, page) => list((query) => database.read(query), tenant, filter, page),
    countUnsealed: (most) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('audit_record')
          .select('id')
          .where('seal', 'is', null)
          .where('tenant', '=', tenant)
          .limit(most)
          .execute()
        return rows.length
      }),
  }
}

type Read = <T>(query: (db: Db) => Promise<T>) => Promise<T>
type Row = AuditRecordTable & { readonly fits: number }

/**
 * By object through its index, else through the tenant's records, newest first. What the index does not answer is asked of each row
 * that it gives, in slices: a filter that fits nothing walks no further than the slices of a page.
 */
async function list(
  read: Read,
  tenant: string,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<ReturnType<typeof itemOf>>> {
  const limit = checkLimit(page)
  let before = page.after === undefined ? undefined : decodeCursor('audit', ['string'], page.after)[0]
  const items: Row[] = []
  for (let slice = 0; slice < SLICES; slice++) {
    // SQLite answers within the same turn of the event loop: others have theirs between two slices.
    if (slice > 0) await nextTurn()
    const size = Math.min((limit + 1) * 8 ** slice, SLICE)
    const rows = await read((db) => sliceOf(db, tenant, filter, before, size))
    for (const row of rows) {
      if (row.fits === 1 && items.length === limit) return pageUntil(items, before)
      before = row.id
      if (row.fits === 1) items.push(row)
    }
    if (rows.length < size) return { items: items.map(itemOf) }
    if (items.length === limit) break
  }
  return pageUntil(items, before)
}

function pageUntil(items: readonly Row[], before: string | undefined): Page<ReturnType<typeof itemOf>> {
  return { items: items.map(itemOf), ...(before !== undefined && { next: encodeCursor('audit', [before]) }) }
}

async function sliceOf(
  db: Db,
  tenant: string,
  filter: AuditFilter,
  before: string | undefined,
  limit: number,
): Promise<readonly Row[]> {
  const rows = () => {
    let query = db
      .selectFrom('audit_record')
      .select([...RECORD_COLUMNS, 'seal'])
      .select((eb) => fits(eb, filter).as('fits'))
      .where('tenant', '=', tenant)
      .orderBy('id', 'desc')
      .limit(limit)
    if (before !== undefined) query = query.where('id', '<', before)
    if (filter.from !== undefined) query = query.where('id', '>=', idsFrom(filter.from - SKEW_MS))
    if (filter.to !== undefined) query = query.where('id', '<', idsFrom(filter.to + LONGEST_ACT_MS))
    return query
  }
  if (filter.object === undefined) return rows().execute()
  // What is not sealed yet is not in the index of objects, and is little.
  const sealed = await rows().where('object_id', '=', filter.object).where('seal', 'is not', null).execute()
  const unsealed = await rows().where('object_id', '=', filter.object).where('seal', 'is', null).execute()
  const all = new Map([...sealed, ...unsealed].map((row) => [row.id, row]))
  return [...all.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit)
}

/** A column and no condition: a condition would let the engine walk on through millions of rows that do not fit. */
function fits(eb: ExpressionBuilder<Tables, 'audit_record'>, { action, account, from, to }: AuditFilter) {
  const all: Expression<SqlBool>[] = []
  if (action !== undefined) all.push(eb('action', '=', action))
  if (account !== undefined) all.push(eb('account', '=', account))
  if (from !== undefined) all.push(eb('at', '>=', from))
  if (to !== undefined) all.push(eb('at', '<=', to))
  if (all.length === 0) return sql<number>`1`
  return sql<number>`case when ${eb.and(all)} then 1 else 0 end`
}

function itemOf(row: AuditRecordTable) {
  return { ...storedRecordOf(row), seal: row.seal }
}
