import { sql } from 'kysely'
import type { Database } from '../../src/store/database.ts'
import type { Tables } from '../../src/store/schema.ts'
import { A_TRANSACTION, type BulkOwner, bulkCertificates, withoutIndexes } from './bulk-certificates.ts'

const DAY = 86_400_000

/** Whose orders they are: of each account in turn. */
export interface BulkOrderOwner extends BulkOwner {
  readonly policy: string
  readonly accounts: readonly string[]
}

/**
 * Fills a store on SQLite with orders of ACME, each with an authorization that was proven by a challenge and, but for every twentieth,
 * which expired before it was finalized, with its certificate: past the ports, as `bulkCertificates` does it. The database must not be in use. `now`: what
 * they were made shortly before, in milliseconds.
 */
export async function bulkOrders(
  database: Database<Tables>,
  owner: BulkOrderOwner,
  { count, now }: { readonly count: number; readonly now: number },
): Promise<void> {
  await bulkCertificates(database, owner, { count, revokedEvery: 0, around: now + 300 * DAY })
  await withoutIndexes(database, ['acme_order', 'acme_authorization', 'acme_challenge'], async () => {
    for (let first = 0; first < count; first += A_TRANSACTION)
      await insertOrders(database, owner, { first, last: Math.min(first + A_TRANSACTION, count) - 1, now })
  })
}

async function insertOrders(
  { kysely }: Database<Tables>,
  { tenant, template, policy, accounts }: BulkOrderOwner,
  { first, last, now }: { readonly first: number; readonly last: number; readonly now: number },
): Promise<void> {
  const numbers = sql`
    with recursive number (i) as (values (${first}) union all select i + 1 from number where i < ${last}),
      named (i, id, host, account) as (
        select i, printf('%026d', i), printf('host-%07d.bulk.example', i),
          json_extract(${JSON.stringify(accounts)}, printf('$[%d]', i % ${accounts.length})) from number)`
  const madeAt = sql`${now - 20 * DAY} + i`
  await sql`
    insert into acme_order (
      id, tenant, account, policy, template, profile, state, identifiers, created_at, expires_at, keep_until)
    ${numbers}
    select id, ${tenant}, account, ${policy}, ${template}, 'default', iif(i % 20 = 0, 'open', 'finalized'),
      json_array(json_object('type', 'dns', 'value', host, 'wildcard', json('false'), 'authorization', 'a' || substr(id, 2))),
      ${madeAt}, ${madeAt} + ${7 * DAY}, ${now + 300 * DAY}
    from named`.execute(kysely)
  await sql`
    insert into acme_authorization (
      id, tenant, account, policy, "order", type, value, wildcard, status, created_at, expires_at, validated_at)
    ${numbers}
    select 'a' || substr(id, 2), ${tenant}, account, ${policy}, id, 'dns', host, 0, 'valid',
      ${madeAt}, ${madeAt} + ${30 * DAY}, ${madeAt}
    from named`.execute(kysely)
  await sql`
    insert into acme_challenge (
      id, tenant, account, authorization, type, token, status, validated_at, leased, attempts, claim)
    ${numbers}
    select 'c' || substr(id, 2), ${tenant}, account, 'a' || substr(id, 2), 'http-01', hex(randomblob(16)), 'valid',
      ${madeAt}, 0, 1, 1
    from named`.execute(kysely)
}
