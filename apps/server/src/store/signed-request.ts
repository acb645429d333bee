import { type Evidence, Refusal } from '@chancery/pki'
import type { Intent, Issued } from '../issuance/issuance-ledger.ts'
import { putInOutbox } from './outbox.ts'
import type { TenantContext, Trx } from './store-context.ts'

/**
 * A request is being signed: decided once, by who came first, or by the claim that is spent. Throws `Refusal` 'conflict' when somebody
 * else decided or claimed meanwhile.
 */
export async function startRequest(trx: Trx, intent: Intent, request: string): Promise<void> {
  const { evidence } = intent
  if (evidence.by === 'claim') await spendClaim(trx, intent, evidence.claim)
  const { numUpdatedRows } = await trx
    .updateTable('enrollment_request')
    .set({
      status: 'signing',
      certificate: intent.id,
      decided_at: intent.approval?.approvedAt ?? intent.recordedAt,
      decided_by: intent.approval?.account ?? null,
      note: null,
    })
    .where('tenant', '=', intent.tenant)
    .where('id', '=', request)
    .where('status', '=', evidence.by === 'claim' ? 'approved' : 'pending')
    .executeTakeFirstOrThrow()
  if (numUpdatedRows !== 1n) {
    throw new Refusal('conflict', 'This request was decided by somebody else meanwhile.')
  }
}

/** Of two browsers one finds the claim unspent; one that was replaced meanwhile, or whose time is over, nobody. */
async function spendClaim(trx: Trx, { tenant, request, recordedAt }: Intent, claim: string): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('request_link')
    .set({ spent_at: recordedAt })
    .where('tenant', '=', tenant)
    .where('id', '=', claim)
    .where('request', '=', request ?? '')
    .where('purpose', '=', 'claim')
    .where('spent_at', 'is', null)
    .where('expires_at', '>', recordedAt)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows !== 1n) throw new Refusal('conflict', 'This claim was used or replaced meanwhile.')
}

/** A request has its certificate. Who asked, and left an address, is told. */
export async function endRequest(
  trx: Trx,
  { tenant, newId }: TenantContext,
  { id, issuedAt }: Issued,
  request: string,
): Promise<void> {
  const row = await trx
    .updateTable('enrollment_request')
    .set({ status: 'issued' })
    .where('tenant', '=', tenant)
    .where('id', '=', request)
    .where('certificate', '=', id)
    .returning('email')
    .executeTakeFirst()
  if (row === undefined || row.email === null) return
  await putInOutbox(trx, { id: newId(), tenant, kind: 'request-issued', key: request, dueAt: issuedAt })
}

/** A request whose issuance was given up can be signed, or claimed, again. */
export async function reopenRequest(
  trx: Trx,
  abandoned: { tenant: string; id: string; request: string; reason: string; evidence: Evidence | undefined },
): Promise<void> {
  const { tenant, id, request, reason, evidence } = abandoned
  const isClaim = evidence?.by === 'claim'
  if (isClaim) {
    await trx
      .updateTable('request_link')
      .set({ spent_at: null })
      .where('tenant', '=', tenant)
      .where('id', '=', evidence.claim)
      .execute()
  }
  await trx
    .updateTable('enrollment_request')
    .set({
      certificate: null,
      note: reason,
      // The yes to a claim was said before, and stands.
      ...(isClaim ? { status: 'approved' } : { status: 'pending', decided_at: null, decided_by: null }),
    })
    .where('tenant', '=', tenant)
    .where('id', '=', request)
    .where('certificate', '=', id)
    .execute()
}
