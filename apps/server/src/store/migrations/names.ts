import type { Kysely } from 'kysely'

/** What this migration reads and fills, as it was then. */
interface Filled {
  readonly tenant: { id: string }
  readonly certificate: { tenant: string; id: string }
  readonly outbox: {
    id: string
    tenant: string
    kind: string
    key: string
    due_at: number
    leased_until: number
    attempts: number
    puts: number
    claimed_puts: number
    claim: number
  }
}

/**
 * Certificates are found by more of their names than the release before wrote down. To read them in millions of certificates is
 * nothing for a start to wait for: each tenant that has any is put down for the server, which goes through them while it serves.
 */
export async function putNames(db: Kysely<Filled>): Promise<void> {
  const tenants = await db
    .selectFrom('tenant')
    .select('id')
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('certificate').select('certificate.id').whereRef('certificate.tenant', '=', 'tenant.id')),
    )
    .execute()
  const none = { due_at: 0, leased_until: 0, attempts: 0, claimed_puts: 0, claim: 0 }
  for (const { id: tenant } of tenants) {
    const item = { ...none, id: `names-${tenant}`, tenant, kind: 'names', key: tenant, puts: 1 }
    await db.insertInto('outbox').values(item).execute()
  }
}
