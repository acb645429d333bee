import { hostname } from 'node:os'
import { join } from 'node:path'
import { env, pid } from 'node:process'
import { keyPool, keyPoolLimits, parseMasterKey, type Sealer } from '@chancery/keys'
import type { AuditLog, ChainHead } from './audit/audit-log.ts'
import { headText } from './audit/chain.ts'
import { restoreThatCut } from './audit/cut.ts'
import { HEAD_FILE, holdsHead, readHeadFile, writeHeadFile } from './audit/head-file.ts'
import { keysOfSeals } from './audit/seal-keys.ts'
import type { SealDeps } from './audit/seal-records.ts'
import { type Installation, openInstallation } from './installation.ts'
import type { KeyPlace } from './master-keys/key-files.ts'
import { type Keys, openKeys } from './master-keys/open-keys.ts'
import type { Meters } from './metrics/meters.ts'
import { type Clock, systemClock, systemRandom } from './platform/clock-and-random.ts'
import type { Config } from './platform/config.ts'
import { guardedClient } from './platform/guarded-client.ts'
import { idMaker, type NewId, publicIdMaker } from './platform/ids.ts'
import type { Log } from './platform/log.ts'
import { ownListeners } from './platform/own-listeners.ts'
import { issuerCertificateFetcher } from './protocols/aia/fetch-issuer-certificates.ts'
import { isUnavailable } from './store/database-errors.ts'
import { migrate } from './store/migrate.ts'
import { migrationsOf } from './store/migrations/migrations.ts'
import { type DatabaseOptions, openDatabase } from './store/open-database.ts'
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
  /** From which processes that share a database derive the key of their nonces. */
  readonly nonceSecret: Uint8Array
  /** The master key, and what derives from it. */
  readonly keys: Keys
  /** What seals the audit. */
  readonly sealing: SealDeps
  close(): Promise<void>
}

/** Who hears of what happens below, and what is put in the place of the disk. */
export interface OpenOptions extends Pick<DatabaseOptions, 'onBroken' | 'flushFile'> {
  readonly meters?: Meters
  /** The time, milliseconds since the epoch; the system's unless given. */
  readonly now?: Clock
  /** Makes the ids of rows; by that time and the system's chance unless given. */
  readonly newId?: NewId
}

/**
 * Opens the installation that the configuration names: its database (migrated), its master key. Throws what a person can mend with
 * a message that says how: `DatabaseInUse`, `SchemaTooNew`, `MasterKeyError`.
 */
export async function openChancery(config: Config, log: Log, options: OpenOptions = {}): Promise<Chancery> {
  const { meters, now = systemClock, newId = idMaker(now, systemRandom), ...disk } = options
  const stores = await openMigratedStores(config, newId, { ...disk, ...(meters && { onCommit: meters.onCommit }) })
  try {
    const process = newId()
    const keys = await openKeysOf(config, stores, log, process)
    const report = (error: unknown, where: string) =>
      log.error('could not be done now and is tried again', { error, where })
    const installation = openInstallation({
      stores,
      sealer: keys.sealer,
      sealKey: keys.sealKey,
      pool: keyPool(keyPoolLimits(Number(env['UV_THREADPOOL_SIZE'] ?? 4))),
      publicUrl: config.publicUrl,
      url: config.url,
      deliversMail: config.mail !== undefined,
      random: systemRandom,
      fetchIssuers: issuerCertificateFetcher(
        guardedClient({ allowedNetworks: config.outboundNetworks, isOurs: ownListeners(config) }),
        log,
      ),
      now,
      newId,
      newPublicId: publicIdMaker(systemRandom),
      serialNumber: randomSerialNumber,
      isUnavailable,
      report,
      ...(meters && { observe: meters.observe }),
    })
    const sealing = await openSealing(config, stores.system.audit, keys, process, log)
    const close = async () => {
      await keys.close()
      await stores.close()
    }
    const signInSecret = keys.secret('chancery sign-in').toString('hex')
    const nonceSecret = keys.secret('chancery acme nonces')
    return { stores, installation, newId, sealer: keys.sealer, signInSecret, nonceSecret, keys, sealing, close }
  } catch (error) {
    await stores.close()
    throw error
  }
}

/** What seals the audit, and keeps each new head outside the database too: in the log, and in the data folder. */
async function openSealing(
  { dataFolder }: Config,
  audit: AuditLog,
  { sealKey: key }: Keys,
  holder: string,
  log: Log,
): Promise<SealDeps> {
  const path = join(dataFolder, HEAD_FILE)
  const known = readHeadFile(path)
  if (known !== undefined && !(await holdsHead(known, audit))) {
    const restore = await restoreThatCut(known, audit, keysOfSeals(key(), await audit.retiredKeys()).keyOf)
    if (restore !== undefined) log.warn('the newest head that was seen went with a restore', { head: headText(known) })
    else
      log.error('the audit does not hold a head that was seen: its end was cut off, or an older copy was put back', {
        head: headText(known),
      })
  }
  const announce = (head: ChainHead) => {
    writeHeadFile(path, head)
    log.info('the audit is sealed', { head: headText(head) })
  }
  return { log: audit, key, now: systemClock, holder, announce }
}

/**
 * The master key of an installation. `process` says that this one serves: of those that serve from one database a rotation of the
 * master key waits until each has followed.
 */
export function openKeysOf(config: Config, stores: Stores, log: Log, process?: string): Promise<Keys> {
  const shared = config.databaseUrl !== undefined && process !== undefined
  return openKeys(keyPlaceOf(config), {
    store: stores.system.keys,
    now: systemClock,
    warn: (message) => log.warn(message),
    ...(shared && { holder: { process, name: `${hostname()}, process ${pid}` } }),
  })
}

function keyPlaceOf({ dataFolder, masterKeyFile, masterKeyText }: Config): KeyPlace {
  const path = masterKeyFile ?? join(dataFolder, 'master.key')
  return masterKeyText === undefined
    ? { path }
    : { path, given: parseMasterKey(masterKeyText(), 'CHANCERY_MASTER_KEY') }
}

/** The stores of a database that this release has migrated. */
export async function openMigratedStores(
  { databaseUrl, dataFolder }: Config,
  newId: () => string,
  options: Pick<DatabaseOptions, 'onCommit' | 'onBroken' | 'flushFile'> = {},
): Promise<Stores> {
  const database = await openDatabase<Tables>({
    dataFolder,
    ...(databaseUrl !== undefined && { url: databaseUrl }),
    ...options,
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
