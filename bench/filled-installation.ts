import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setUp } from '../apps/server/src/accounts/set-up.ts'
import { createRoot } from '../apps/server/src/authorities/create-root.ts'
import { openChancery } from '../apps/server/src/open-chancery.ts'
import { systemClock, systemRandom } from '../apps/server/src/platform/clock-and-random.ts'
import { type Config, loadConfig } from '../apps/server/src/platform/config.ts'
import { silentLog } from '../apps/server/src/platform/log.ts'
import { openDatabase } from '../apps/server/src/store/open-database.ts'
import type { Tables } from '../apps/server/src/store/schema.ts'
import { bulkCertificates } from '../apps/server/test/support/bulk-certificates.ts'
import { ownDatabase } from '../apps/server/test/support/own-database.ts'

const DAY = 86_400_000

/** An installation in a folder and database of its own, with one CA and many certificates in its register. */
export interface FilledInstallation {
  readonly config: Config
  readonly tenant: string
  readonly generation: string
  remove(): Promise<void>
}

/** Fills an installation. `revokedEvery`: every so many-th is revoked; 1 for all. */
export async function fillInstallation(
  databaseUrl: string,
  count: number,
  revokedEvery: number,
): Promise<FilledInstallation> {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-bench-'))
  const own = await ownDatabase(databaseUrl)
  const config = benchConfig(folder, own.url)
  const { installation, stores, newId, close } = await openChancery(config, silentLog)
  const { account, tenant } = await setUp(
    { email: 'bench@example.com', password: 'correct horse battery staple', tenantName: 'Bench', tokenLifetimeMs: DAY },
    { accounts: stores.system.accounts, now: systemClock, newId, random: systemRandom },
  )
  const domain = installation.for(tenant)
  const act = { tenant, actor: { kind: 'account', account }, at: systemClock() } as const
  const authority = await createRoot({ subject: [{ type: 'commonName', value: 'Bench CA' }] }, act, domain.authorities)
  const [[generation], { items }] = await Promise.all([
    domain.stores.authorities.generations(authority.id),
    domain.stores.templates.list({ authority: authority.id }, { limit: 1 }),
  ])
  await close()
  const [template] = items
  if (generation === undefined || template === undefined) throw new Error('a new CA has a generation and a template')

  const database = await openDatabase<Tables>({ url: own.url, dataFolder: folder })
  const owner = { tenant, authority: authority.id, generation: generation.id, template: template.id }
  await bulkCertificates(database, owner, { count, revokedEvery, around: systemClock() + 300 * DAY })
  await database.close()
  return {
    config,
    tenant,
    generation: generation.id,
    remove: async () => {
      await own.remove()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The settings of an installation in this folder, and in this database unless it is on SQLite. */
export function benchConfig(folder: string, databaseUrl: string): Config {
  return loadConfig({ CHANCERY_DATA: folder, CHANCERY_DATABASE_URL: databaseUrl, CHANCERY_LOG_LEVEL: 'error' })
}
