import type { Seal, SealedRecord, StoredRecord } from '../audit/audit-log.ts'
import type { AuditRecordTable, AuditSealTable } from './records-schema.ts'

/** The columns of what is sealed of a record. */
export const RECORD_COLUMNS = [
  'tenant',
  'id',
  'at',
  'actor',
  'account',
  'token',
  'action',
  'object_type',
  'object_id',
  'details',
] as const

export function storedRecordOf(row: Omit<AuditRecordTable, 'seal'>): StoredRecord {
  const { tenant, id, at, actor, account, token, action, details } = row
  return {
    tenant,
    id,
    at,
    actor,
    account,
    token,
    action,
    objectType: row.object_type,
    objectId: row.object_id,
    details,
  }
}

export function sealedRecordOf(row: AuditRecordTable): SealedRecord {
  return { ...storedRecordOf(row), seal: row.seal ?? 0 }
}

export function sealOf(row: AuditSealTable): Seal {
  const { number, tenant, first, last, link, previous, key, signature, hints } = row
  return {
    number,
    tenant,
    first,
    last,
    firstAt: row.first_at,
    lastAt: row.last_at,
    sealedAt: row.sealed_at,
    link,
    previous,
    key,
    signature,
    hints,
  }
}

export function sealRow(seal: Seal): AuditSealTable {
  const { number, tenant, first, last, firstAt, lastAt, sealedAt, link, previous, key, signature, hints } = seal
  return {
    number,
    tenant,
    first,
    last,
    first_at: firstAt,
    last_at: lastAt,
    sealed_at: sealedAt,
    link,
    previous,
    key,
    signature,
    hints,
  }
}
