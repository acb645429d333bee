import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Outbox } from './outbox.ts'

/** What emptying the registers of deleted CAs needs. */
export interface Purge {
  readonly outbox: Outbox
  /** Removes a page of a deleted CA's register; false when nothing is left. */
  readonly purge: (tenant: string, authority: string, limit: number) => Promise<boolean>
  readonly now: () => number
  readonly report: (error: unknown, authority: string) => void
}

const LEASE_MS = 600_000
const AGAIN_MS = 60_000
const PAGE = 200
/** Pages in one go: the rest comes with the next, so that other work is not kept waiting. */
const PAGES = 100

/** Removes what deleted CAs left in the register, a page at a time. */
export async function purgeAuthorities({ outbox, purge, now, report }: Purge): Promise<void> {
  for (const item of await outbox.claim('purge', now(), LEASE_MS, 1)) {
    try {
      let left = true
      for (let page = 0; left && page < PAGES; page++) {
        left = await purge(item.tenant, item.key, PAGE)
        await nextTurn()
      }
      if (left) await outbox.retry(item, now())
      else await outbox.finish(item)
    } catch (error) {
      report(error, item.key)
      await outbox.retry(item, now() + AGAIN_MS)
    }
  }
}
