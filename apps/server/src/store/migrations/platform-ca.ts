import type { Kysely } from 'kysely'
import { SYSTEM_TENANT } from '../../tenants/system-tenant.ts'

/** What this migration fills, as it was then. */
interface Filled {
  readonly tenant: { id: string; name: string; issuer_version: number; created_at: number }
}

/** The tenant in which the installation's own CA lives. */
export async function addSystemTenant(db: Kysely<Filled>): Promise<void> {
  await db
    .insertInto('tenant')
    .values({ id: SYSTEM_TENANT, name: 'The installation', issuer_version: 0, created_at: 0 })
    .execute()
}
