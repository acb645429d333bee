import type { CertificateFilter } from '../apps/server/src/certificates/certificate-register.ts'
import { openChancery } from '../apps/server/src/open-chancery.ts'
import { silentLog } from '../apps/server/src/platform/log.ts'
import { bulkName } from '../apps/server/test/support/bulk-certificates.ts'
import { fillInstallation } from './filled-installation.ts'
import { median } from './median.ts'
import type { Line } from './table.ts'

const FEW = 10_000
const MANY = 1_000_000
const MOST_MS = 20
const ROUNDS = 31

const LISTS: readonly (readonly [what: string, filter: CertificateFilter])[] = [
  ['a page of 50', {}],
  ['search by a name', { name: bulkName(4_321) }],
  ['search by the start of a name', { name: 'host-1' }],
  ['search below a domain', { name: '.example.com' }],
  ['a page of 50 revoked ones', { status: 'revoked' }],
]

/** A page of 50 and searches among a million certificates, beside the same among ten thousand; milliseconds, the median of some. */
export async function measureLists(databaseUrl: string): Promise<readonly Line[]> {
  const few = await timesAmong(databaseUrl, FEW)
  const many = await timesAmong(databaseUrl, MANY)
  return LISTS.map(([what], at) => {
    const [small = Number.NaN, large = Number.NaN] = [few[at], many[at]]
    const met = large < MOST_MS && large <= 2 * small
    return {
      what: `${what} among 1,000,000`,
      figure: `${large.toFixed(2)} ms`,
      beside: `among 10,000: ${small.toFixed(2)} ms`,
      ratio: `${(large / small).toFixed(2)} × (at most 2, ${MOST_MS} ms)`,
      verdict: met ? 'met' : 'missed',
      note: '',
    }
  })
}

async function timesAmong(databaseUrl: string, count: number): Promise<readonly number[]> {
  const filled = await fillInstallation(databaseUrl, count, 50)
  const { stores, close } = await openChancery(filled.config, silentLog)
  try {
    const { certificates } = stores.for(filled.tenant)
    const times: number[] = []
    for (const [, filter] of LISTS) {
      const taken: number[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const from = performance.now()
        await certificates.list(filter, Date.now(), { limit: 50 })
        taken.push(performance.now() - from)
      }
      times.push(median(taken))
    }
    return times
  } finally {
    await close()
    await filled.remove()
  }
}
