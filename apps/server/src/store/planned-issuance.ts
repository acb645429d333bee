import type { PlannedIssuance } from '../authorities/authority-store.ts'
import { intentInserter, issuanceMeans } from './issuance-ledger.ts'
import type { TenantContext, Trx } from './store-context.ts'

/** What a CA's parent will sign is recorded in the transaction that stores the CA. */
export function plannedInserter(context: TenantContext) {
  const means = issuanceMeans(context)
  return async (trx: Trx, planned: PlannedIssuance | undefined): Promise<void> => {
    if (planned !== undefined) await intentInserter(...planned, context, means)(trx)
  }
}
