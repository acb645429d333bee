import { setImmediate as nextTurn } from 'node:timers/promises'
import { SealBroken, type Sealer } from '@chancery/keys'
import type { KeyStore, SealedValue } from './key-store.ts'

type Rewrapper = Pick<Sealer, 'rewrap' | 'isCurrent'>

/** What came of it. */
export interface Rewrapped {
  readonly count: number
  /** Values that open under no key that is here, now as before: they are left as they are. */
  readonly broken: number
}

/** How many values one page reads, and one transaction rewrites. */
const PAGE = 100

/**
 * Brings every sealed value under the key that is written now, a page at a time; the secrets themselves are not opened. Each value
 * is changed only if it still is what was read. What is interrupted is done again from the start and finds less to do.
 */
export async function rewrapAll(
  sealer: Rewrapper,
  store: Pick<KeyStore, 'sealedColumns' | 'sealedValues' | 'replaceSealed'>,
): Promise<Rewrapped> {
  let count = 0
  let broken = 0
  for (let column = 0; column < store.sealedColumns; column++) {
    for (let after = ''; ; ) {
      const page = await store.sealedValues(column, after, PAGE)
      const results = page.map((value) => rewrapOne(value, sealer))
      const changed = results.filter((result) => typeof result === 'object')
      if (changed.length > 0) await store.replaceSealed(column, changed)
      count += changed.length
      broken += results.filter((result) => result === 'broken').length
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE) break
      after = last.key
      await nextTurn()
    }
  }
  return { count, broken }
}

function rewrapOne({ key, sealed }: SealedValue, sealer: Rewrapper) {
  if (sealed.length === 0) return 'nothing'
  try {
    return sealer.isCurrent(sealed) ? 'current' : { key, was: sealed, sealed: sealer.rewrap(sealed) }
  } catch (error) {
    if (error instanceof SealBroken) return 'broken'
    throw error
  }
}
