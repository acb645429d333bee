import { setImmediate as nextTurn } from 'node:timers/promises'
import { indexNames, type NameIndex } from '../certificates/index-names.ts'
import type { Outbox, OutboxItem } from './outbox.ts'

/** What making the certificates of earlier releases findable by all their names needs. */
export interface NameIndexing {
  readonly outbox: Outbox
  readonly indexOf: (tenant: string) => NameIndex
  readonly now: () => number
  readonly report: (error: unknown, tenant: string) => void
}

const LEASE_MS = 120_000
const AGAIN_MS = 60_000
const DAY_MS = 86_400_000
const PAGE = 200
/** Pages in one go: the rest comes with the next, so that other work is not kept waiting. */
const PAGES = 100

/**
 * Goes through the registers that the migration put down, a page at a time. How far it came stands in the key of its item, so whoever
 * takes it up after a crash goes on there. A day later it goes through them once more: until then the release before may have
 * issued beside this one.
 */
export async function indexDueNames({ outbox, indexOf, now, report }: NameIndexing): Promise<void> {
  for (const item of await outbox.claim('names', now(), LEASE_MS, 1)) {
    try {
      const { walk, after: from } = placeOf(item)
      let after: string | undefined = from
      for (let page = 0; after !== undefined && page < PAGES; page++) {
        after = await indexNames(indexOf(item.tenant), after, PAGE)
        if (after !== undefined) await outbox.moveOn(item, keyOf(item, { walk, after }))
        await nextTurn()
      }
      if (after !== undefined) await outbox.retry(item, now())
      else if (walk === 'again') await outbox.finish(item)
      else {
        await outbox.moveOn(item, keyOf(item, { walk: 'again', after: '' }))
        await outbox.retry(item, now() + DAY_MS)
      }
    } catch (error) {
      report(error, item.tenant)
      await outbox.retry(item, now() + AGAIN_MS)
    }
  }
}

interface Place {
  readonly walk: 'first' | 'again'
  /** The last certificate that was looked at. */
  readonly after: string
}

function keyOf({ tenant }: OutboxItem, { walk, after }: Place): string {
  return `${tenant} ${walk} ${after}`
}

/** The migration puts the tenant alone. */
function placeOf({ tenant, key }: OutboxItem): Place {
  const [walk, after = ''] = key.slice(tenant.length + 1).split(' ')
  return { walk: walk === 'again' ? 'again' : 'first', after }
}
