import type { BulkResults } from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { problemOf } from '../../platform/problem.ts'

type Result = BulkResults['items'][number]

/** So many at once: others want to be answered too. */
const AT_ONCE = 4

/**
 * Does the same to each, a few at a time. What is refused leaves the others; a fault ends the call once those that had begun are
 * through.
 */
export async function inBulk(
  ids: readonly string[],
  act: (id: string) => Promise<Omit<Result, 'id' | 'problem'>>,
): Promise<BulkResults> {
  const items: Result[] = []
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = await Promise.allSettled(ids.slice(at, at + AT_ONCE).map((id) => resultOf(id, act)))
    for (const settled of some) {
      if (settled.status === 'rejected') throw settled.reason
      items.push(settled.value)
    }
  }
  return { done: items.filter(({ outcome }) => outcome === 'done').length, items }
}

async function resultOf(id: string, act: (id: string) => Promise<Omit<Result, 'id' | 'problem'>>): Promise<Result> {
  try {
    return { id, ...(await act(id)) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { id, outcome: 'refused', problem: problemOf(error) }
  }
}
