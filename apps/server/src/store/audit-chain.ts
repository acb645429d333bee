import type { AuditChain } from '../audit/audit-log.ts'
import { RECORD_COLUMNS, sealedRecordOf, sealOf, storedRecordOf } from './audit-rows.ts'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/** The chain of one tenant, or of the whole installation. */
export function auditChain(database: Database<Tables>, tenant?: string): AuditChain {
  return {
    seals: (after, limit, { from, to } = {}) =>
      database.read(async (db) => {
        let query = db.selectFrom('audit_seal').selectAll().where('number', '>', after)
        if (tenant !== undefined) query = query.where('tenant', '=', tenant)
        if (from !== undefined) query = query.where('last_at', '>=', from)
        if (to !== undefined) query = query.where('first_at', '<=', to)
        return (await query.orderBy('number').limit(limit).execute()).map(sealOf)
      }),
    recordsOf: (seal, after, limit) =>
      database.read(async (db) => {
        let query = db
          .selectFrom('audit_record')
          .select([...RECORD_COLUMNS, 'seal'])
          .where('seal', 'is not', null)
          .where('seal', '=', seal)
          .where('id', '>', after)
        if (tenant !== undefined) query = query.where('tenant', '=', tenant)
        return (await query.orderBy('id').limit(limit).execute()).map(sealedRecordOf)
      }),
    unsealed: (limit, after) =>
      database.read(async (db) => {
        let query = db
          .selectFrom('audit_record')
          .select(RECORD_COLUMNS)
          .where('seal', 'is', null)
          .where('id', '>', after)
        if (tenant !== undefined) query = query.where('tenant', '=', tenant)
        return (await query.orderBy('id').limit(limit).execute()).map(storedRecordOf)
      }),
    tail: (of, before) =>
      database.read(async (db) => {
        if (tenant !== undefined && of !== tenant) return undefined
        let query = db.selectFrom('audit_seal').select(['number', 'last', 'link', 'sealed_at']).where('tenant', '=', of)
        if (before !== undefined) query = query.where('number', '<', before)
        const row = await query.orderBy('number', 'desc').limit(1).executeTakeFirst()
        return row && { number: row.number, last: row.last, link: row.link, sealedAt: row.sealed_at }
      }),
  }
}
