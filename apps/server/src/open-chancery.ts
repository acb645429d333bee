import { keyPool, keyPoolLimits, type Sealer, sealer } from '@chancery/keys'
import { type Installation, openInstallation } from './installation.ts'
import { openMasterKey } from './master-key.ts'
import type { Meters } from './metrics/meters.ts'
import { systemClock, systemRandom } from './platform/clock-and-random.ts'
import type { Config } from './platform/config.ts'
import { guardedClient } from './platform/guarded-client.ts'
import { idMaker, publicIdMaker } from './platform/ids.ts'
import type { Log } from './platform/log.ts'
import { ownListeners } from './platform/own-listeners.ts'
import { issuerCertificateFetcher } from './protocols/aia/fetch-issuer-certificates.ts'
import { migrate } from './store/migrate.ts'
import { migrationsOf } from './store/migrations/migrations.ts'
import { openDatabase } from './store/open-database.ts'
import { openStores } from './store/open-stores.ts'
import type { Tables } from './store/schema.ts'
import type { Stores } from './store/stores.ts'

/** An installation with its real parts: database, master key, clock and chance. */
export interface Chancery {
  readonly stores: Stores
  readonly installation: Installation
  readonly newId: () => string
  readonly sealer: Sealer
  /** Signs the cookies of sign-in. */
  readonly signInSecret: string
  close(): Promise<void>
}

/**
 * Opens the installation that the configuration names: its database (migrated), its master key. Throws what a person can mend with
 * a message that says how: `DatabaseInUse`, `SchemaTooNew`, `MasterKeyError`.
 */
export async function openChancery(config: Config, log: Log, meters?: Meters): Promise<Chancery> {
  const newId = idMaker(systemClock, systemRandom)
  const stores = await openMigratedStores(config, newId, meters?.onCommit)
  try {
    const masterKey = await openMasterKey(config, stores.system.installation)
    const report = (error: unknown, where: string) =>
      log.error('could not be done now and is tried again', { error, where })
    const seals = sealer(masterKey)
    const installation = openInstallation({
      stores,
      sealer: seals,
      pool: keyPool(keyPoolLimits(Number(process.env['UV_THREADPOOL_SIZE'] ?? 4))),
      publicUrl: config.publicUrl,
      fetchIssuers: issuerCertificateFetcher(
        guardedClient({ allowedNetworks: config.outboundNetworks, isOurs: ownListeners(config) }),
        log,
      ),
      now: systemClock,
      newId,
      newPublicId: publicIdMaker(systemRandom),
      serialNumber: randomSerialNumber,
      report,
      ...(meters && { observe: meters.observe }),
    })
    const signInSecret = masterKey.derive('chancery sign-in').toString('hex')
    return { stores, installation, newId, sealer: seals, signInSecret, close: () => stores.close() }
  } catch (error) {
    await stores.close()
    throw error
  }
}

/** The stores of a database that this release has migrated. */
export async function openMigratedStores(
  { databaseUrl, dataFolder }: Config,
  newId: () => string,
  onCommit?: (members: number, durationMs: number) => void,
): Promise<Stores> {
  const database = await openDatabase<Tables>({
    dataFolder,
    ...(databaseUrl !== undefined && { url: databaseUrl }),
    ...(onCommit && { onCommit }),
  })
  try {
    await migrate(database, migrationsOf(database.engine))
    return openStores(database, newId)
  } catch (error) {
    await database.close()
    throw error
  }
}

/** 128 random bits: RFC 5280 §4.1.2.2 wants a serial number unique, and at least 64 bits of chance keep it unguessable. */
function randomSerialNumber(): bigint {
  for (;;) {
    const serialNumber = BigInt(`0x${systemRandom(16).toHex()}`)
    if (serialNumber > 0n) return serialNumber
  }
}
