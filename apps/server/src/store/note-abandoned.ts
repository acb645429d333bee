import type { Evidence } from '@chancery/pki'
import { NOT_MADE, notMade } from '../protocols/acme/order-status.ts'
import type { ExchangeTable } from './acme-schema.ts'
import { toJson } from './json.ts'
import type { TenantContext, Trx } from './store-context.ts'

/** An issuance that was given up. */
export interface Abandoned {
  readonly authority: string
  readonly evidence: Evidence | undefined
  readonly reason: string
  readonly at: number
}

/**
 * Tells the trace of an order that its certificate was given up, in the words that its client gets when it asks: perhaps it never does.
 * In the transaction that gives it up, for no request is there to note it.
 */
export async function noteAbandoned(
  trx: Trx,
  { tenant, newId }: Pick<TenantContext, 'tenant' | 'newId'>,
  { authority, evidence, reason, at }: Abandoned,
): Promise<void> {
  if (evidence?.by !== 'acme-order') return
  const { account, order } = evidence
  const row: ExchangeTable = {
    ...{ id: newId(), tenant, protocol: 'acme', authority, account, subject: order, refused: 1, at },
    steps: toJson([{ at, step: 'issuance', said: notMade(reason), refused: true, problem: NOT_MADE }]),
  }
  await trx.insertInto('exchange').values(row).execute()
}
