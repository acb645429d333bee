import type { Stores } from '../../../src/store/stores.ts'
import { wrapTenants } from '../../support/faults.ts'

/** Where something can happen while a request is handled. */
export type Moment = 'its CA is asked for' | 'it is written'

/** Stores of a world in which something happens between two steps of a request. */
export function betweenSteps(): {
  readonly wrapStores: (stores: Stores) => Stores
  /** Does this once: when the next request has been judged, and before what comes of it is written; or before its CA is asked for. */
  meanwhile(work: () => Promise<unknown>, before?: Moment): void
} {
  const waiting = new Map<Moment, () => Promise<unknown>>()
  const reach = async (moment: Moment) => {
    const work = waiting.get(moment)
    waiting.delete(moment)
    await work?.()
  }
  return {
    meanwhile: (work, before = 'it is written') => {
      waiting.set(before, work)
    },
    wrapStores: wrapTenants(({ issuers, issuance, acmeAccounts }) => ({
      issuers: {
        ...issuers,
        version: async () => {
          await reach('its CA is asked for')
          return issuers.version()
        },
      },
      issuance: {
        ...issuance,
        recordIntent: async (...given) => {
          await reach('it is written')
          return issuance.recordIntent(...given)
        },
      },
      acmeAccounts: {
        ...acmeAccounts,
        register: async (...given) => {
          await reach('it is written')
          return acmeAccounts.register(...given)
        },
      },
    })),
  }
}
