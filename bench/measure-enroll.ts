import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setUp } from '../apps/server/src/accounts/set-up.ts'
import type { Act } from '../apps/server/src/audit/audit-record.ts'
import { createRoot } from '../apps/server/src/authorities/create-root.ts'
import { enroll } from '../apps/server/src/enrollment/enroll.ts'
import { readCsr } from '../apps/server/src/enrollment/read-csr.ts'
import { openChancery } from '../apps/server/src/open-chancery.ts'
import { systemClock, systemRandom } from '../apps/server/src/platform/clock-and-random.ts'
import { loadConfig } from '../apps/server/src/platform/config.ts'
import { createLog } from '../apps/server/src/platform/log.ts'
import { keepYoungObjectsApart } from '../apps/server/src/platform/young-objects.ts'
import { certificationRequests } from './certification-requests.ts'
import { median } from './median.ts'

const AT_ONCE = 32
/** A server runs for months: after so many seconds its code is compiled as it stays. */
const WARM_UP_SECONDS = 6
/** The disk is shared with others, and slow now and then: the middle one counts. */
const ROUNDS = 3

/** Certificates per second through `enroll`, in the middle one of three rounds of so many seconds: CSR read and its signature checked, linted, audited, signed, verified, stored durably. */
export async function measureEnroll(databaseUrl: string, seconds: number): Promise<number> {
  // As a process that serves does.
  keepYoungObjectsApart()
  const folder = mkdtempSync(join(tmpdir(), 'chancery-bench-'))
  const config = loadConfig({ CHANCERY_DATA: folder, CHANCERY_DATABASE_URL: databaseUrl, CHANCERY_LOG_LEVEL: 'error' })
  const { installation, stores, newId, close } = await openChancery(config, createLog(config.logLevel))
  try {
    const { account, tenant } = await setUp(
      {
        email: 'bench@example.com',
        password: 'correct horse battery staple',
        tenantName: 'Bench',
        tokenLifetimeMs: 86_400_000,
      },
      { accounts: stores.system.accounts, now: systemClock, newId, random: systemRandom },
    )
    const domain = installation.for(tenant)
    const act = (): Act => ({ tenant, actor: { kind: 'account', account, token: 'bench' }, at: systemClock() })
    const authority = await createRoot(
      { subject: [{ type: 'commonName', value: 'Bench CA' }] },
      act(),
      domain.authorities,
    )
    const { items } = await domain.stores.templates.list({ authority: authority.id }, { limit: 1 })
    const [template] = items
    if (template === undefined) throw new Error('a new CA has a template')

    const csrs = certificationRequests(2_000)
    const evidence = { by: 'api-token', account, token: 'bench' } as const
    let issued = 0
    const issueUntil = async (end: number) => {
      while (performance.now() < end) {
        const csr = csrs[issued++ % csrs.length] ?? new Uint8Array()
        const outcome = await enroll({ request: await readCsr(csr), evidence, template }, act(), domain.door)
        if (outcome.state !== 'issued') throw new Error('a certificate was not issued')
      }
    }
    const run = (forSeconds: number) =>
      Promise.all(Array.from({ length: AT_ONCE }, () => issueUntil(performance.now() + forSeconds * 1000)))
    await run(WARM_UP_SECONDS)
    const rates: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const [from, before] = [performance.now(), issued]
      await run(seconds)
      rates.push(((issued - before) * 1000) / (performance.now() - from))
    }
    return median(rates)
  } finally {
    await close()
    rmSync(folder, { recursive: true, force: true })
  }
}
