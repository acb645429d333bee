import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../src/store/database.ts'
import type { Tables } from '../../src/store/schema.ts'

/** What is said otherwise on each engine, for statements that make many rows at once. Expressions are SQL. */
export interface BulkWords {
  /** The whole number as digits, so many of them. */
  digits(number: RawBuilder<unknown>, count: number): RawBuilder<unknown>
  /** 32 octets that hardly ever come twice. */
  octets(): RawBuilder<unknown>
  /** The first so many hexadecimal digits (even, at most 64) of the same. */
  hex(digits: number): RawBuilder<unknown>
}

/** The words of an engine. */
export function bulkWords(engine: Database<Tables>['engine']): BulkWords {
  return engine === 'sqlite'
    ? {
        digits: (number, count) => sql`printf(${sql.lit(`%0${count}d`)}, ${number})`,
        octets: () => sql`randomblob(32)`,
        hex: (digits) => sql`lower(hex(randomblob(${sql.lit(digits / 2)})))`,
      }
    : {
        digits: (number, count) => sql`lpad((${number})::text, ${sql.lit(count)}, '0')`,
        octets: () => SOME_OCTETS,
        hex: (digits) => sql`left(encode(${SOME_OCTETS}, 'hex'), ${sql.lit(digits)})`,
      }
}

/** PostgreSQL has no octets of chance without an extension, but digests, and numbers of chance. */
const SOME_OCTETS = sql`sha256(random()::text::bytea || random()::text::bytea)`

/** A number for a statement whose columns' types PostgreSQL would otherwise guess from a parameter. */
export function whole(number: number): RawBuilder<unknown> {
  return sql`cast(${sql.lit(number)} as bigint)`
}

/** Fills tables, and makes their indexes when they are filled, which is several times as quick. What a constraint needs stays. */
export async function withoutIndexes(
  { kysely, engine }: Database<Tables>,
  tables: readonly (keyof Tables)[],
  fill: () => Promise<void>,
): Promise<void> {
  const { rows: indexes } = await (engine === 'sqlite'
    ? sql<Index>`
        select name, sql as made_by from sqlite_schema
        where type = 'index' and tbl_name in (${sql.join(tables)}) and sql is not null`
    : sql<Index>`
        select indexname as name, indexdef as made_by from pg_indexes
        where tablename in (${sql.join(tables)}) and indexname not in (select conname from pg_constraint)`
  ).execute(kysely)
  for (const { name } of indexes) await sql`drop index ${sql.ref(name)}`.execute(kysely)
  await fill()
  for (const index of indexes) await sql.raw(index.made_by).execute(kysely)
  // What PostgreSQL does by itself, a minute later.
  if (engine === 'postgres') for (const table of tables) await sql`vacuum analyze ${sql.table(table)}`.execute(kysely)
}

interface Index {
  readonly name: string
  readonly made_by: string
}
