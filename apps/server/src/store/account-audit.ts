import { type AccountRecord, INSTALLATION_LOG } from '../audit/account-record.ts'
import type { StoreContext, Trx } from './store-context.ts'

/** More tenants than a person is a member of: one act writes no more rows than this. */
const MOST_TENANTS = 100

/** Writes the record of an account's act into each of its tenants, or into the log of the installation when it has none. */
export async function recordOfAccount(
  trx: Trx,
  { audit }: Pick<StoreContext, 'audit'>,
  { account, actor, at, ...entry }: AccountRecord,
): Promise<void> {
  const rows = await trx
    .selectFrom('membership')
    .select('tenant')
    .distinct()
    .where('account', '=', account)
    .orderBy('tenant')
    .limit(MOST_TENANTS)
    .execute()
  const logs = rows.length === 0 ? [INSTALLATION_LOG] : rows.map(({ tenant }) => tenant)
  for (const tenant of logs) await audit.record(trx, tenant, { ...entry, act: { tenant, actor, at } })
}
