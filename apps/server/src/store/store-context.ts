import type { AuditWriter } from './audit-writer.ts'
import type { Database, Reader, Writer } from './database.ts'
import type { Listeners } from './listeners.ts'
import type { Tables } from './schema.ts'

/** What every store stands on. */
export interface StoreContext {
  readonly database: Database<Tables>
  /** Who is to be told of events. */
  readonly listeners: Listeners
  /** Ids that grow with time. */
  readonly newId: () => string
  readonly audit: AuditWriter
}

/** What a tenant's stores stand on: the tenant is in each of their queries. */
export interface TenantContext extends StoreContext {
  readonly tenant: string
}

export type Db = Reader<Tables>
export type Trx = Writer<Tables>
