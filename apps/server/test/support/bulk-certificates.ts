import { sql } from 'kysely'
import type { Database } from '../../src/store/database.ts'
import type { Tables } from '../../src/store/schema.ts'
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
 * Fills a register on SQLite with a million certificates in less than half a minute: with names, serial numbers, fingerprints, ends
 * of validity of all kinds, and some revoked. It goes past the ports, which would take minutes, but through the schema: SQLite makes
 * the rows itself, and the indexes once they are there. The loaded database must not be in use.
 */
export async function bulkCertificates(
  database: Database<Tables>,
  owner: BulkOwner,
  { count, from = 0, revokedEvery = 50, der = randomBytes(700), around = NOW + 100 * DAY }: BulkOptions,
): Promise<void> {
  if (database.engine !== 'sqlite') throw new Error('bulk certificates are made by SQLite')
  const { kysely } = database
  await withoutIndexes(database, ['certificate', 'certificate_name'], async () => {
    for (let at = from; at < from + count; at += A_TRANSACTION) {
      const last = Math.min(at + A_TRANSACTION, from + count) - 1
      await insertCertificates(database, owner, { first: at, last, revokedEvery, der, around })
    }
    await sql`
      insert into certificate_name (tenant, key, certificate)
      select c.tenant, n.value, c.id from certificate c, json_each(c.names) n
      where c.tenant = ${owner.tenant} and c.id between ${bulkId(from)} and ${bulkId(from + count - 1)}
      order by c.tenant, n.value, c.id`.execute(kysely)
  })
}

/** Fills tables of SQLite, and makes their indexes when they are filled, which is several times as quick. */
export async function withoutIndexes(
  { kysely }: Database<Tables>,
  tables: readonly (keyof Tables)[],
  fill: () => Promise<void>,
): Promise<void> {
  const { rows: indexes } = await sql<{ name: string; sql: string }>`
    select name, sql from sqlite_schema
    where type = 'index' and tbl_name in (${sql.join(tables)}) and sql is not null`.execute(kysely)
  for (const { name } of indexes) await sql`drop index ${sql.ref(name)}`.execute(kysely)
  await fill()
  for (const index of indexes) await sql.raw(index.sql).execute(kysely)
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
  { kysely }: Database<Tables>,
  { tenant, authority, generation, template }: BulkOwner,
  of: { first: number; last: number; revokedEvery: number; der: Uint8Array; around: number },
): Promise<void> {
  const revoked = of.revokedEvery === 0 ? sql.lit(0) : sql`s % ${of.revokedEvery} = 0`
  await sql`
    insert into certificate (
      id, tenant, authority, generation, template, serial, state,
      revocation, revoked_at, revocation_reason, revocation_version,
      not_before, not_after, recorded_at, issued_at, crl_partition, subject, algorithm,
      public_key_hash, fingerprint, tbs_hash, evidence, names, der)
    with recursive
      number (i) as (values (${of.first}) union all select i + 1 from number where i < ${of.last}),
      scattered (i, s) as (select i, (i + 1) * 7368787 % 9999991 from number),
      named (i, s, host, turned) as (
        select i, s, printf('host-%07d.dept-%d.example.com', s, s % 1000),
          printf('.com.example.dept-%d.host-%07d', s % 1000, s) from scattered),
      dated (i, s, host, turned, until) as (
        select i, s, host, turned, ${of.around} + (i * 7919 % 400 - 200) * ${DAY} from named)
    select
      printf('%026d', i), ${tenant}, ${authority}, ${generation}, ${template},
      printf('7%07x', i) || lower(hex(randomblob(12))), 'issued',
      iif(${revoked}, 'revoked', null), iif(${revoked}, ${NOW - DAY}, null), iif(${revoked}, i % 6, null), iif(${revoked}, 1, null),
      until - ${90 * DAY}, until, until - ${90 * DAY}, until - ${90 * DAY}, 0, 'CN=' || host, 'ecdsa-sha256',
      randomblob(32), randomblob(32), randomblob(32), '{"by":"api-token","account":"bulk","token":"bulk"}',
      json_array(host, turned), ${of.der}
    from dated`.execute(kysely)
}
