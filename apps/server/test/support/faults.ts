import type { IssuanceLedger } from '../../src/issuance/issuance-ledger.ts'
import type { Stores, TenantStores } from '../../src/store/stores.ts'

/** Puts something between the domain and the stores of every tenant. */
export function wrapTenants(wrap: (stores: TenantStores) => Partial<TenantStores>): (stores: Stores) => Stores {
  return (stores) => ({
    ...stores,
    for: (tenant) => {
      const own = stores.for(tenant)
      return { ...own, ...wrap(own) }
    },
  })
}

/** Keys of CAs that can be taken away and given back, as when an agent goes offline. */
export function awayKeys() {
  const away = new Set<string>()
  let changes = 0
  const wrapStores = wrapTenants(({ issuers }) => ({
    issuers: {
      ...issuers,
      version: async () => (await issuers.version()) * 1000 + changes,
      activeIssuer: async (authority) => without(await issuers.activeIssuer(authority)),
      generation: async (id) => without(await issuers.generation(id)),
    },
  }))
  function without<Stored extends { generation: { id: string }; sealedKey?: Uint8Array }>(stored: Stored | undefined) {
    if (stored === undefined || !away.has(stored.generation.id)) return stored
    const { sealedKey: _away, ...rest } = stored
    return rest as Stored
  }
  const change = (work: () => void) => {
    work()
    changes++
  }
  return {
    wrapStores,
    takeAway: (generation: string) => change(() => away.add(generation)),
    giveBack: (generation: string) => change(() => away.delete(generation)),
  }
}

/** Where a story makes storage fail. */
export interface LedgerFaults {
  /** Called before and after each of the ledger's commits; what it throws is what the caller gets. */
  before?: (method: keyof IssuanceLedger) => unknown
  after?: (method: keyof IssuanceLedger) => unknown
}

/** A ledger that fails where the story wants it to: before a commit, or after it, when the answer is lost. */
export function failingLedger(faults: LedgerFaults): (stores: Stores) => Stores {
  return wrapTenants(({ issuance }) => {
    const step = async <T>(method: keyof IssuanceLedger, run: () => Promise<T>): Promise<T> => {
      await faults.before?.(method)
      const result = await run()
      await faults.after?.(method)
      return result
    }
    return {
      issuance: {
        find: (id) => issuance.find(id),
        checkKey: (hash) => issuance.checkKey(hash),
        recordIntent: (...args) => step('recordIntent', () => issuance.recordIntent(...args)),
        recordIssued: (issued) => step('recordIssued', () => issuance.recordIssued(issued)),
        abandon: (...args) => step('abandon', () => issuance.abandon(...args)),
      },
    }
  })
}

export class DiskFailed extends Error {
  override readonly name = 'DiskFailed'
}
