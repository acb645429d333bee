import { setImmediate as nextTurn } from 'node:timers/promises'
import { recordOf } from '../audit/audit-record.ts'
import type { AuthorityStore } from '../authorities/authority-store.ts'
import type { Outbox, OutboxItem } from './outbox.ts'

/** What emptying registers of expired certificates needs. */
export interface Forgetting {
  readonly outbox: Outbox
  readonly authoritiesOf: (tenant: string) => Pick<AuthorityStore, 'find' | 'forgetExpired'>
  readonly now: () => number
  readonly report: (error: unknown, authority: string) => void
}

const DAY = 86_400_000
const LEASE_MS = 600_000
const AGAIN_MS = 3_600_000
const PAGE = 200
const PAGES = 500
const AT_ONCE = 5

/**
 * Once a day, for CAs with a retention: certificates that expired longer ago leave the register, a page at a time. A CA whose
 * retention was taken back is not looked at again.
 */
export async function forgetExpired({ outbox, authoritiesOf, now, report }: Forgetting): Promise<void> {
  for (const item of await outbox.claim('retention', now(), LEASE_MS, AT_ONCE)) {
    try {
      const again = await forgetOf(item, authoritiesOf(item.tenant), now)
      // Put before it is finished: a crash between the two must not end it.
      if (again) await outbox.put({ tenant: item.tenant, kind: 'retention', key: item.key, dueAt: now() + DAY })
      await outbox.finish(item)
    } catch (error) {
      report(error, item.key)
      await outbox.retry(item, now() + AGAIN_MS)
    }
  }
}

async function forgetOf(
  { tenant, key: id }: OutboxItem,
  authorities: Pick<AuthorityStore, 'find' | 'forgetExpired'>,
  now: () => number,
): Promise<boolean> {
  const authority = await authorities.find(id)
  const days = authority?.settings.retentionDays
  if (authority === undefined || authority.status === 'deleted' || days === undefined) return false
  const act = { tenant, actor: { kind: 'system' }, at: now() } as const
  const record = recordOf(act, { action: 'authority.forget-expired', object: { type: 'authority', id } })
  for (let page = 0; page < PAGES; page++) {
    if ((await authorities.forgetExpired(id, now() - days * DAY, PAGE, record)) < PAGE) break
    await nextTurn()
  }
  return true
}
