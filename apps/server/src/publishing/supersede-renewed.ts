import { type GrantId, Refusal } from '@chancery/pki'
import type { RequestStore } from '../enrollment/request-store.ts'
import type { IssuanceLedger } from '../issuance/issuance-ledger.ts'
import type { RevocationLedger } from '../revocation/revocation-ledger.ts'
import { revoke } from '../revocation/revoke.ts'
import type { Outbox, OutboxItem } from './outbox.ts'

/** What ending renewed certificates needs of a tenant. */
export interface RenewedStores {
  readonly requests: Pick<RequestStore, 'renewalOf'>
  readonly issuance: Pick<IssuanceLedger, 'find'>
  readonly revocations: RevocationLedger
}

export interface Superseding {
  readonly outbox: Outbox
  readonly storesOf: (tenant: string) => RenewedStores
  readonly now: () => number
  readonly report: (error: unknown, certificate: string) => void
}

const KIND = 'supersede'
const LEASE_MS = 60_000
const AGAIN_MS = 30_000
const AT_ONCE = 20

/** Revokes certificates (superseded) whose template says so, once those that renew them are issued: never before. */
export async function supersedeRenewed({ outbox, storesOf, now, report }: Superseding): Promise<void> {
  for (const item of await outbox.claim(KIND, now(), LEASE_MS, AT_ONCE)) {
    try {
      if (await supersede(item, now(), storesOf(item.tenant))) await outbox.finish(item)
      else await outbox.retry(item, now() + AGAIN_MS)
    } catch (error) {
      report(error, item.key)
      await outbox.retry(item, now() + AGAIN_MS)
    }
  }
}

/** False while the new one waits for its signature. */
async function supersede(
  { tenant, key: certificate }: OutboxItem,
  at: number,
  stores: RenewedStores,
): Promise<boolean> {
  const renewal = await stores.requests.renewalOf(certificate)
  const next = renewal && (await stores.issuance.find(renewal.next as GrantId))
  if (next?.state === 'intent') return false
  if (next?.state !== 'issued') return true
  try {
    await revoke({ certificate, reason: 'superseded' }, { tenant, actor: { kind: 'system' }, at }, stores.revocations)
  } catch (error) {
    // Somebody revoked it first.
    if (!(error instanceof Refusal)) throw error
  }
  return true
}
