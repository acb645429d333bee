import type { GrantId } from '@chancery/pki'
import { takeOver } from './ask-parent.ts'
import type { Authorities } from './authorities.ts'

/** CAs that were made by one click and have no certificate yet. */
type FindAwaited = (
  createdBefore: number,
  limit: number,
) => Promise<readonly { readonly tenant: string; readonly authority: string; readonly generation: string }[]>

const PAGE = 100
const LEFT_ALONE_MS = 10_000

/**
 * The sweep for one-click CAs that were interrupted between their parent's signature and its taking over. Those whose parent was
 * never asked keep awaiting: their CSR is there, and renewal asks again. Returns how many it completed.
 */
export async function resumeAuthorities(
  awaited: FindAwaited,
  authoritiesOf: (tenant: string) => Authorities,
  { now, report }: { readonly now: () => number; readonly report: (error: unknown, generation: string) => void },
): Promise<number> {
  let completed = 0
  for (const { tenant, authority, generation } of await awaited(now() - LEFT_ALONE_MS, PAGE)) {
    try {
      const authorities = authoritiesOf(tenant)
      const issuance = await authorities.door.issuance.ledger.find(generation as GrantId)
      const parent = (await authorities.store.find(authority))?.parent
      if (issuance?.state !== 'issued' || parent === undefined) continue
      const act = { tenant, actor: { kind: 'system' }, at: now() } as const
      await takeOver(
        { certificate: issuance.der, issuedAs: issuance.id, parent, generation: { id: generation, authority } },
        act,
        authorities,
      )
      completed++
    } catch (error) {
      report(error, generation)
    }
  }
  return completed
}
