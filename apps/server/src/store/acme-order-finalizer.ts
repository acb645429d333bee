import { Refusal } from '@chancery/pki'
import type { Intent } from '../issuance/issuance-ledger.ts'
import { authorizationStatements } from './acme-authorization-statements.ts'
import type { AcmeOrderTable } from './acme-schema.ts'
import { fromJson } from './json.ts'
import { statement } from './statement.ts'
import type { StoreContext, Trx } from './store-context.ts'

/** How long an order is kept after its certificate has expired. */
const KEPT_MS = 30 * 86_400_000

/**
 * Spends an order in the transaction that records its intent: once, and only while all that it stands on holds. Throws `Refusal`
 * 'conflict' otherwise.
 */
export type FinalizeOrder = (trx: Trx, intent: Intent) => Promise<void>

export function orderFinalizer(context: StoreContext): FinalizeOrder {
  const { kysely } = context.database
  const { state } = authorizationStatements(context)
  interface Values {
    tenant: string
    id: string
    account: string
    now: number
    keep_until: number
  }
  const finalize = statement<Values, Pick<AcmeOrderTable, 'identifiers'>>((place) =>
    kysely
      .updateTable('acme_order')
      .set({ state: 'finalized', keep_until: place('keep_until') })
      .where('id', '=', place('id'))
      .where('tenant', '=', place('tenant'))
      .where('account', '=', place('account'))
      .where('state', '=', 'open')
      .where('expires_at', '>', place('now'))
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('acme_account')
            .select('acme_account.id')
            .where('acme_account.id', '=', place('account'))
            .where('acme_account.status', '=', 'valid'),
        ),
      )
      .returning('identifiers'),
  )
  return async (trx, { tenant, evidence, recordedAt, notAfter }) => {
    if (evidence.by !== 'acme-order') return
    const { order: id, account } = evidence
    const { rows } = await finalize(trx, { tenant, id, account, now: recordedAt, keep_until: notAfter + KEPT_MS })
    const [row] = rows
    if (row === undefined) throw orderIsSpent()
    const names = fromJson(row.identifiers)
    const ids = names.flatMap(({ authorization }) => authorization ?? [])
    const authorizations = await state(trx, { tenant, account }, ids)
    const holds = names.every(({ authorization, isDeactivated }) =>
      authorization === undefined
        ? !isDeactivated
        : authorizations.some(
            (one) => one.id === authorization && one.status === 'valid' && one.expires_at > recordedAt,
          ),
    )
    if (!holds) throw new Refusal('conflict', 'An authorization of the order was given back, or expired.')
  }
}

/** To whoever comes second, in the words of ACME. */
export function orderIsSpent(): Refusal {
  return new Refusal('conflict', 'The order was finalized by another request, or is over.')
}
