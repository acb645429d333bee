import { sql } from 'kysely'
import type { Database } from '../../src/store/database.ts'
import type { Tables } from '../../src/store/schema.ts'
import { A_TRANSACTION, type BulkOwner, bulkCertificates } from './bulk-certificates.ts'
import { bulkWords, whole, withoutIndexes } from './bulk-words.ts'

const DAY = 86_400_000

/** Whose orders they are: of each account in turn. */
export interface BulkOrderOwner extends BulkOwner {
  readonly policy: string
  readonly accounts: readonly string[]
}

/**
 * Fills a store with orders of ACME, each with an authorization that was proven by a challenge and, but for every twentieth,
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
  { kysely, engine }: Database<Tables>,
  { tenant, template, policy, accounts }: BulkOrderOwner,
  { first, last, now }: { readonly first: number; readonly last: number; readonly now: number },
): Promise<void> {
  const { digits, hex } = bulkWords(engine)
  const theirs = sql.join(accounts.map((account, at) => sql`(${whole(at)}, ${sql.lit(account)})`))
  const numbers = sql`
    with recursive number (i) as (select ${whole(first)} union all select i + 1 from number where i < ${sql.lit(last)}),
      account_at (place, account) as (values ${theirs}),
      named (i, id, tail, host, account, made) as (
        select i, ${digits(sql`i`, 26)}, ${digits(sql`i`, 25)}, 'host-' || ${digits(sql`i`, 7)} || '.bulk.example', account,
          ${whole(now - 20 * DAY)} + i
        from number join account_at on place = i % ${sql.lit(accounts.length)})`
  await sql`
    insert into acme_order (
      id, tenant, account, policy, template, profile, state, identifiers, created_at, expires_at, keep_until)
    ${numbers}
    select id, ${tenant}, account, ${policy}, ${template}, 'default', case when i % 20 = 0 then 'open' else 'finalized' end,
      '[{"type":"dns","value":"' || host || '","wildcard":false,"authorization":"a' || tail || '"}]',
      made, made + ${whole(7 * DAY)}, ${whole(now + 300 * DAY)}
    from named`.execute(kysely)
  await sql`
    insert into acme_authorization (
      id, tenant, account, policy, "order", type, value, wildcard, status, created_at, expires_at, validated_at)
    ${numbers}
    select 'a' || tail, ${tenant}, account, ${policy}, id, 'dns', host, 0, 'valid', made, made + ${whole(30 * DAY)}, made
    from named`.execute(kysely)
  await sql`
    insert into acme_challenge (
      id, tenant, account, "authorization", type, token, status, validated_at, leased, attempts, claim)
    ${numbers}
    select 'c' || tail, ${tenant}, account, 'a' || tail, 'http-01', ${hex(32)}, 'valid', made, 0, 1, 1
    from named`.execute(kysely)
}
