import { mkdirSync } from 'node:fs'
import { keyPool } from '@chancery/keys'
import type { SealKey } from '../../src/audit/seal-key.ts'
import { type Installation, openInstallation } from '../../src/installation.ts'
import { openKeysOf } from '../../src/open-chancery.ts'
import { systemClock, systemRandom } from '../../src/platform/clock-and-random.ts'
import { type Config, loadConfig } from '../../src/platform/config.ts'
import { idMaker, publicIdMaker } from '../../src/platform/ids.ts'
import { silentLog } from '../../src/platform/log.ts'
import type { Database } from '../../src/store/database.ts'
import { isUnavailable } from '../../src/store/database-errors.ts'
import { migrate } from '../../src/store/migrate.ts'
import { migrationsOf } from '../../src/store/migrations/migrations.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { openStores } from '../../src/store/open-stores.ts'
import type { Tables } from '../../src/store/schema.ts'
import type { Stores } from '../../src/store/stores.ts'

/** Where an installation lies: what is left when its process is gone. */
export interface Place {
  readonly dataFolder: string
  readonly databaseUrl?: string
}

export function configOf({ dataFolder, databaseUrl }: Place): Config {
  const url = databaseUrl === undefined ? {} : { CHANCERY_DATABASE_URL: databaseUrl }
  return loadConfig({ CHANCERY_DATA: dataFolder, ...url })
}

/** An installation that is opened where another process left it, with a look past its stores. */
export interface Reopened {
  readonly installation: Installation
  readonly stores: Stores
  readonly database: Database<Tables>
  readonly reports: { readonly error: unknown; readonly where: string }[]
  readonly now: () => number
  /** The key that signs the heads of the audit. */
  readonly sealKey: () => SealKey
  close(): Promise<void>
}

export async function reopen(place: Place): Promise<Reopened> {
  const config = configOf(place)
  mkdirSync(place.dataFolder, { recursive: true })
  const url = place.databaseUrl === undefined ? {} : { url: place.databaseUrl }
  const database = await openDatabase<Tables>({ dataFolder: place.dataFolder, ...url })
  await migrate(database, migrationsOf(database.engine))
  const newId = idMaker(systemClock, systemRandom)
  const stores = openStores(database, newId)
  const reports: Reopened['reports'] = []
  const keys = await openKeysOf(config, stores, silentLog)
  const installation = openInstallation({
    stores,
    sealer: keys.sealer,
    sealKey: keys.sealKey,
    pool: keyPool(),
    publicUrl: config.publicUrl,
    url: 'https://pki.example.com',
    deliversMail: false,
    random: systemRandom,
    fetchIssuers: async () => [],
    now: systemClock,
    newId,
    newPublicId: publicIdMaker(systemRandom),
    serialNumber: () => BigInt(`0x${systemRandom(16).toHex()}`) | 1n,
    isUnavailable,
    report: (error, where) => reports.push({ error, where }),
  })
  const { sealKey } = keys
  return { installation, stores, database, reports, now: systemClock, sealKey, close: () => database.close() }
}
