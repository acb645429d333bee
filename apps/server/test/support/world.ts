import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateMasterKey, type KeyPool, keyPool, type Sealer, sealer } from '@chancery/keys'
import type { Act } from '../../src/audit/audit-record.ts'
import { type SealKey, sealKeyOf } from '../../src/audit/seal-key.ts'
import type { FetchIssuerCertificates } from '../../src/authorities/certificate-chain.ts'
import { type Installation, openInstallation, type TenantDomain } from '../../src/installation.ts'
import type { Random } from '../../src/platform/clock-and-random.ts'
import { idMaker, publicIdMaker } from '../../src/platform/ids.ts'
import type { Database } from '../../src/store/database.ts'
import { isUnavailable } from '../../src/store/database-errors.ts'
import { migrate } from '../../src/store/migrate.ts'
import { migrationsOf } from '../../src/store/migrations/migrations.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { openStores } from '../../src/store/open-stores.ts'
import type { Tables } from '../../src/store/schema.ts'
import type { Stores } from '../../src/store/stores.ts'
import { checkInvariants } from './invariants.ts'

/** When a world begins. */
export const START = Date.UTC(2026, 5, 1, 12, 0, 0)
const PUBLIC_URL = 'http://pki.example.com'
export const ACCOUNT = 'an-account'

/** What may be chosen of a world. */
export interface WorldOptions {
  /** Milliseconds; `START` unless given. */
  readonly now?: number
  readonly publicUrl?: string
  readonly fetchIssuers?: FetchIssuerCertificates
  /** `postgres://…`; SQLite in a folder of its own unless given. */
  readonly databaseUrl?: string
  /** Puts something between the domain and its stores: a fault, a delay, a witness. */
  readonly wrapStores?: (stores: Stores) => Stores
  readonly seed?: string
  /** Where keys wait for their turn: one that refuses makes every key unreachable. */
  readonly pool?: KeyPool
  readonly patience?: () => AbortSignal
  readonly deliversMail?: boolean
}

/** A whole installation in a temporary folder that goes with the test: a clock that stands still, and chance that repeats itself. */
export interface World {
  readonly installation: Installation
  readonly stores: Stores
  readonly database: Database<Tables>
  readonly now: () => number
  /** Moves the clock on. */
  advance(milliseconds: number): void
  readonly random: Random
  readonly newId: () => string
  readonly newPublicId: () => string
  /** The id of a tenant, and what can be done in it. */
  readonly tenant: string
  readonly domain: TenantDomain
  /** What signs the heads of the audit. */
  readonly sealKey: SealKey
  readonly sealer: Sealer
  /** Another tenant. Give its id to `installation.for`. */
  newTenant(): Promise<string>
  /** An act of a person of the tenant, now. */
  act(tenant?: string): Act
  /** What was reported from behind the scenes. `checkInvariants` expects nothing: empty it where a fault belongs to the story. */
  readonly reports: { readonly error: unknown; readonly where: string }[]
  /**
   * What must be true after every story: each certificate has its intent with the same TBS, grants are spent once, serials are
   * unique, all that is revoked stands in the CRL. Makes a new CRL of each CA that can sign one.
   */
  checkInvariants(): Promise<void>
}

/** What a world ends with: a test, or a whole file by `{ after, fullName: 'name' }` with the `after` of `node:test`. */
export interface Ending {
  readonly fullName: string
  after(work: () => Promise<unknown>): void
}

/** Builds a world. It ends with its test. */
export async function world(t: Ending, options: WorldOptions = {}): Promise<World> {
  const { databaseUrl: url, wrapStores = (stores: Stores) => stores } = options
  const folder = mkdtempSync(join(tmpdir(), 'chancery-world-'))
  const database = await openDatabase<Tables>({ dataFolder: folder, ...(url !== undefined && { url }) })
  t.after(async () => {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  await migrate(database, migrationsOf(database.engine))

  let time = options.now ?? START
  const now = () => time
  const random = seededRandom(options.seed ?? t.fullName)
  const newId = idMaker(now, random)
  const newPublicId = publicIdMaker(random)
  const stores = wrapStores(openStores(database, newId))
  const reports: World['reports'] = []
  const masterKey = generateMasterKey()
  const sealKey = sealKeyOf(masterKey)
  const keySealer = sealer(masterKey)
  const installation = openInstallation({
    stores,
    sealer: keySealer,
    sealKey: () => sealKey,
    pool: options.pool ?? keyPool(),
    ...(options.patience && { patience: options.patience }),
    publicUrl: options.publicUrl ?? PUBLIC_URL,
    url: 'https://pki.example.com',
    deliversMail: options.deliversMail ?? false,
    random,
    fetchIssuers: options.fetchIssuers ?? (async () => []),
    now,
    newId,
    newPublicId,
    serialNumber: () => BigInt(`0x${random(16).toHex()}`) | 1n,
    isUnavailable,
    report: (error, where) => reports.push({ error, where }),
  })

  const newTenant = () => addTenant(database, newId(), time)
  const tenant = await newTenant()
  return {
    installation,
    stores,
    database,
    now,
    advance: (milliseconds) => {
      time += milliseconds
    },
    random,
    newId,
    newPublicId,
    tenant,
    sealKey,
    sealer: keySealer,
    domain: installation.for(tenant),
    newTenant,
    act: (of = tenant) => ({ tenant: of, actor: { kind: 'account', account: ACCOUNT }, at: time }),
    reports,
    checkInvariants: () => checkInvariants({ database, installation, reports, now }),
  }
}

/** Bytes that are the same in every run. */
function seededRandom(seed: string): Random {
  let count = 0
  let left = Buffer.alloc(0)
  return (byteCount) => {
    while (left.length < byteCount) {
      left = Buffer.concat([left, createHash('sha256').update(`${seed} ${count++}`).digest()])
    }
    const bytes = Uint8Array.from(left.subarray(0, byteCount))
    left = left.subarray(byteCount)
    return bytes
  }
}

async function addTenant(database: Database<Tables>, id: string, createdAt: number): Promise<string> {
  const row = { id, name: `Tenant ${id}`, issuer_version: 0, created_at: createdAt }
  await database.write((trx) => trx.insertInto('tenant').values(row).execute())
  return id
}
