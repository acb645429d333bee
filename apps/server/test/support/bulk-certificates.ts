import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../src/store/database.ts'
import type { Tables } from '../../src/store/schema.ts'
import { bulkWords, whole, withoutIndexes } from './bulk-words.ts'
import { DAY, NOW, randomBytes } from './samples.ts'

/** Whose certificates they are. */
export interface BulkOwner {
  readonly tenant: string
  readonly authority: string
  readonly generation: string
  readonly template: string
}

export interface BulkOptions {
  readonly count: number
  /** The number of the first, so that a second load goes on after a first. */
  readonly from?: number
  /** Every so many-th is revoked; 0 for none. */
  readonly revokedEvery?: number
  /** The DER of all of them: the register does not look into it. */
  readonly der?: Uint8Array
  /** The middle of their ends of validity, which lie up to 200 days before and after it. */
  readonly around?: number
}

/**
 * Fills a register with a million certificates in less than half a minute on SQLite, and in a few on PostgreSQL: with names, serial
 * numbers, fingerprints, ends of validity of all kinds, and some revoked. It goes past the ports, which would take much longer, but
 * through the schema: the engine makes the rows itself, and the indexes once they are there. The loaded database must not be in use.
 */
export async function bulkCertificates(
  database: Database<Tables>,
  owner: BulkOwner,
  { count, from = 0, revokedEvery = 50, der = randomBytes(700), around = NOW + 100 * DAY }: BulkOptions,
): Promise<void> {
  await withoutIndexes(database, ['certificate', 'certificate_name'], async () => {
    for (let at = from; at < from + count; at += A_TRANSACTION) {
      const last = Math.min(at + A_TRANSACTION, from + count) - 1
      await insertCertificates(database, owner, { first: at, last, revokedEvery, der, around })
    }
  })
}

/** Rows of one transaction. */
export const A_TRANSACTION = 100_000

/** The id of a bulk certificate: digits alone, in the order of their numbers, and before all ids that are made now. */
export function bulkId(number: number): string {
  return String(number).padStart(26, '0')
}

/** The host name of a bulk certificate, in an order that is not that of its making. */
export function bulkName(number: number): string {
  const scattered = ((number + 1) * 7_368_787) % 9_999_991
  return `host-${String(scattered).padStart(7, '0')}.dept-${scattered % 1_000}.example.com`
}

async function insertCertificates(
  { kysely, engine }: Database<Tables>,
  { tenant, authority, generation, template }: BulkOwner,
  of: { first: number; last: number; revokedEvery: number; der: Uint8Array; around: number },
): Promise<void> {
  const { digits, octets, hex } = bulkWords(engine)
  const whenRevoked = (value: RawBuilder<unknown>) =>
    of.revokedEvery === 0 ? sql`null` : sql`case when s % ${sql.lit(of.revokedEvery)} = 0 then ${value} end`
  const named = sql`
    with recursive
      number (i) as (select ${whole(of.first)} union all select i + 1 from number where i < ${sql.lit(of.last)}),
      scattered (i, s) as (select i, (i + 1) * 7368787 % 9999991 from number),
      named (i, id, host, turned, s, until) as (
        select i, ${digits(sql`i`, 26)},
          'host-' || ${digits(sql`s`, 7)} || '.dept-' || (s % 1000) || '.example.com',
          '.com.example.dept-' || (s % 1000) || '.host-' || ${digits(sql`s`, 7)},
          s, ${whole(of.around)} + (i * 7919 % 400 - 200) * ${whole(DAY)} from scattered)`
  await sql`
    insert into certificate (
      id, tenant, authority, generation, template, serial, state,
      revocation, revoked_at, revocation_reason, revocation_version,
      not_before, not_after, recorded_at, issued_at, crl_partition, subject, algorithm,
      public_key_hash, fingerprint, tbs_hash, evidence, names, der)
    ${named}
    select
      id, ${tenant}, ${authority}, ${generation}, ${template}, '7' || ${digits(sql`i`, 7)} || ${hex(24)}, 'issued',
      ${whenRevoked(sql`'revoked'`)}, ${whenRevoked(whole(NOW - DAY))}, ${whenRevoked(sql`i % 6`)}, ${whenRevoked(whole(1))},
      until - ${whole(90 * DAY)}, until, until - ${whole(90 * DAY)}, until - ${whole(90 * DAY)}, 0, 'CN=' || host, 'ecdsa-sha256',
      ${octets()}, ${octets()}, ${octets()}, '{"by":"api-token","account":"bulk","token":"bulk"}',
      '["' || host || '","' || turned || '"]', ${of.der}
    from named`.execute(kysely)
  for (const key of [sql`host`, sql`turned`])
    await sql`
      insert into certificate_name (tenant, key, certificate)
      ${named}
      select ${tenant}, ${key}, id from named order by ${key}`.execute(kysely)
}
