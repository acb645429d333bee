import assert from 'node:assert/strict'
import type { Finding } from '../../src/audit/finding.ts'
import { sealRecords } from '../../src/audit/seal-records.ts'
import { verifyStep } from '../../src/audit/verify-audit.ts'
import type { Reopened } from './reopened.ts'

/** Lets the sealer finish what killed processes left: then every record is under one seal, once, and nothing is found to be wrong. */
export async function checkSealed({ stores, database, sealKey, now }: Reopened): Promise<string> {
  const { audit: log } = stores.system
  // The lease of whoever was killed has ended by then.
  const later = () => now() + 120_000
  await sealRecords({ log, key: sealKey, now: later, holder: 'after the last kill', announce: () => {} })

  const findings: Finding[] = []
  let records = 0
  let unsealed: number | undefined
  for (let after: number | undefined = 0; after !== undefined; ) {
    const step = await verifyStep(after, { log, key: sealKey() })
    findings.push(...step.findings)
    records += step.records
    unsealed = step.end?.unsealed
    after = step.next
  }
  assert.deepEqual(findings, [])
  assert.equal(unsealed, 0)

  const [stored, seals] = await database.read(async (db) => [
    await db.selectFrom('audit_record').select('id').execute(),
    await db.selectFrom('audit_seal').select(['tenant', 'first', 'last']).orderBy('number').execute(),
  ])
  assert.equal(records, stored.length, 'every record was looked at')
  const lasts = new Map<string, number>()
  for (const { tenant, first, last } of seals) {
    assert.equal(first, (lasts.get(tenant) ?? 0) + 1, 'positions go on without a gap and without a second time')
    lasts.set(tenant, last)
  }
  assert.equal(
    [...lasts.values()].reduce((sum, last) => sum + last, 0),
    stored.length,
    'each record has one position',
  )
  return `${stored.length} records under ${seals.length} seals`
}
