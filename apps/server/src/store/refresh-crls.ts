import { putInOutbox } from './outbox.ts'
import type { TenantContext, Trx } from './store-context.ts'

/** What was changed of a CA may want other CRLs than those that are published: each of its generations is looked at. */
export async function refreshCrls(
  trx: Trx,
  authority: string,
  dueAt: number,
  { tenant, newId }: Pick<TenantContext, 'tenant' | 'newId'>,
): Promise<void> {
  const ofTenant = trx.selectFrom('generation').select('id').where('tenant', '=', tenant)
  for (const { id: key } of await ofTenant.where('authority', '=', authority).execute())
    await putInOutbox(trx, { id: newId(), tenant, kind: 'crl', key, dueAt })
}
