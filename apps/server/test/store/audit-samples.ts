import { masterKeyOf } from '@chancery/keys'
import type { AuditLog, ChainHead, StoredRecord } from '../../src/audit/audit-log.ts'
import type { Finding } from '../../src/audit/finding.ts'
import { type SealKey, sealKeyOf } from '../../src/audit/seal-key.ts'
import { sealRecords } from '../../src/audit/seal-records.ts'
import { type VerifyStep, verifyStep } from '../../src/audit/verify-audit.ts'
import type { AuditRecordTable } from '../../src/store/records-schema.ts'
import { NOW } from '../support/samples.ts'
import { newId, type OpenedStores } from '../support/stores.ts'

/** The key that seals in all tests that share a database. */
export const SEAL_KEY = sealKeyOf(masterKeyOf(new Uint8Array(32).fill(7)))
export const OTHER_KEY = sealKeyOf(masterKeyOf(new Uint8Array(32).fill(8)))

type Row = Omit<AuditRecordTable, 'details'> & { details: string | null }

/** Writes records as acts do, but for the act. */
export async function write({ database }: OpenedStores, ...rows: readonly Partial<Row>[]): Promise<readonly string[]> {
  const ids: string[] = []
  for (const row of rows) {
    const id = row.id ?? newId()
    ids.push(id)
    const values = {
      ...{ tenant: 'a-tenant', at: NOW, actor: 'account' as const, account: 'ann', token: null },
      ...{ action: 'certificate.issue', object_type: 'certificate', object_id: `object-${id}` },
      ...row,
      id,
      details: (row.details ?? null) as AuditRecordTable['details'],
    }
    await database.write((trx) => trx.insertInto('audit_record').values(values).execute())
  }
  return ids
}

/** Seals all that waits; resolves to the heads that were announced. */
export async function sealAll(
  { stores }: OpenedStores,
  {
    key = SEAL_KEY,
    holder = 'one',
    at = NOW,
    log = stores.system.audit,
  }: Partial<{
    readonly key: SealKey
    readonly holder: string
    readonly at: number
    readonly log: AuditLog
  }> = {},
): Promise<readonly ChainHead[]> {
  const heads: ChainHead[] = []
  await sealRecords({ log, key: () => key, now: () => at, holder, announce: (head) => heads.push(head) })
  return heads
}

/** Verifies the whole chain, a step at a time. */
export async function verifyAll(
  { stores }: OpenedStores,
  options: { readonly key?: SealKey; readonly known?: Pick<ChainHead, 'number' | 'digest'> } = {},
): Promise<Omit<VerifyStep, 'next'> & { readonly steps: number }> {
  const { key = SEAL_KEY, known } = options
  const all = { seals: 0, records: 0, steps: 0 }
  const findings: Finding[] = []
  for (let after = 0; ; ) {
    const step = await verifyStep(after, { log: stores.system.audit, key, ...(known !== undefined && { known }) })
    all.seals += step.seals
    all.records += step.records
    all.steps += 1
    findings.push(...step.findings)
    if (step.next === undefined) return { ...all, findings, ...(step.end !== undefined && { end: step.end }) }
    after = step.next
  }
}

/** The ids of records, in the order in which they stand under seals. */
export async function sealedIds({ stores }: OpenedStores): Promise<readonly string[]> {
  return (await stores.system.audit.records({ seal: 0, id: '' }, 10_000)).map(({ id }: StoredRecord) => id)
}
