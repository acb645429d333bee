import { KeyFault, KeyUnavailable } from '@chancery/keys'
import { type Deleting, endAuthority } from '../authorities/change-authority.ts'
import type { Outbox } from './outbox.ts'

/** What ending deleted CAs needs. */
export interface Ending {
  readonly outbox: Outbox
  readonly deletingOf: (tenant: string) => Deleting
  readonly now: () => number
  readonly report: (error: unknown, authority: string) => void
}

const KIND = 'end'
const LEASE_MS = 600_000
const AGAIN_MS = 30_000
const AT_MOST_MS = 1_800_000
/** About a week: a key that has been away or broken so long does not come back, and what is published then is the last CRL. */
const MOST_ATTEMPTS = 340

/**
 * Ends CAs whose deletion was interrupted before their last CRLs were made and their keys dropped, or whose key was away then. As
 * long as anything but the key is in the way, such as a full disk, the key stays: without it there is no last CRL any more.
 */
export async function endAuthorities({ outbox, deletingOf, now, report }: Ending): Promise<void> {
  for (const item of await outbox.claim(KIND, now(), LEASE_MS, 1)) {
    const { tenant, key: authority, attempts } = item
    try {
      await endAuthority(authority, now(), deletingOf(tenant))
      await outbox.finish(item)
    } catch (error) {
      const isOfKey = error instanceof KeyUnavailable || error instanceof KeyFault
      const isGivenUp = isOfKey && attempts >= MOST_ATTEMPTS
      if (isGivenUp || !(error instanceof KeyUnavailable)) report(error, authority)
      if (isGivenUp) await deletingOf(tenant).store.dropKeys(authority, now())
      else await outbox.retry(item, now() + Math.min(AGAIN_MS * 2 ** Math.min(attempts, 10), AT_MOST_MS))
    }
  }
}
