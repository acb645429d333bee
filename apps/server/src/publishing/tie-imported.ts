import type { Authorities } from '../authorities/authorities.ts'
import { tieAuthorities } from '../authorities/tie-authorities.ts'
import type { Outbox } from './outbox.ts'

/** What tying the imported CAs of earlier releases needs. */
export interface Tying {
  readonly outbox: Outbox
  readonly authoritiesOf: (tenant: string) => Pick<Authorities, 'store' | 'newId'>
  readonly now: () => number
  readonly report: (error: unknown, tenant: string) => void
}

const LEASE_MS = 600_000
const AGAIN_MS = 60_000
const PAGE = 50

/** Ties, once for each tenant that was there before ties were made at the import, the CAs that were imported until then. */
export async function tieImported({ outbox, authoritiesOf, now, report }: Tying): Promise<void> {
  for (const item of await outbox.claim('tie', now(), LEASE_MS, PAGE)) {
    try {
      const act = { tenant: item.tenant, actor: { kind: 'system' }, at: now() } as const
      await tieAuthorities(act, authoritiesOf(item.tenant))
      await outbox.finish(item)
    } catch (error) {
      report(error, item.tenant)
      await outbox.retry(item, now() + AGAIN_MS)
    }
  }
}
