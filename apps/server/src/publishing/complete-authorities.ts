import { type GrantId, Refusal } from '@chancery/pki'
import { takeOver } from '../authorities/ask-parent.ts'
import type { Authorities } from '../authorities/authorities.ts'
import type { Outbox, OutboxItem } from './outbox.ts'

/** What completing interrupted CAs needs. */
export interface Completion {
  readonly outbox: Outbox
  readonly authoritiesOf: (tenant: string) => Authorities
  readonly now: () => number
  /** No call of this process can hold one yet: the youngest are taken too. */
  readonly atStart: boolean
  readonly report: (error: unknown, certificate: string) => void
}

const KIND = 'take-over'
const LEASE_MS = 120_000
const AGAIN_MS = 15_000
const PAGE = 50
/** Younger ones are in the hands of the call that asked the parent. */
const LEFT_ALONE_MS = 10_000

/**
 * Gives CAs the certificates that their parents signed for them, where the call that asked was interrupted or the
 * parent's key was away. Returns how many it looked at; those whose certificate is not signed yet come again.
 */
export async function completeAuthorities(completion: Completion): Promise<number> {
  const { outbox, now, atStart, report } = completion
  const items = await outbox.claim(KIND, atStart ? now() : now() - LEFT_ALONE_MS, LEASE_MS, PAGE)
  for (const item of items) {
    try {
      if (await complete(item, completion)) await outbox.finish(item)
      else await outbox.retry(item, now() + AGAIN_MS)
    } catch (error) {
      report(error, item.key)
      await outbox.retry(item, now() + AGAIN_MS)
    }
  }
  return items.length
}

/** False while the certificate is not signed. */
async function complete({ tenant, key }: OutboxItem, { authoritiesOf, now }: Completion): Promise<boolean> {
  const authorities = authoritiesOf(tenant)
  const issuance = await authorities.door.issuance.ledger.find(key as GrantId)
  if (issuance?.state === 'intent') return false
  // What was abandoned leaves a CA that awaits a certificate: its CSR is there, and it can be deleted.
  if (issuance?.state !== 'issued') return true
  try {
    await takeOver(key, { tenant, actor: { kind: 'system' }, at: now() }, authorities)
  } catch (error) {
    // It was archived or deleted meanwhile, and gets no certificate any more.
    if (!(error instanceof Refusal)) throw error
  }
  return true
}
