import { type RawBuilder, sql } from 'kysely'

export type EngineName = 'sqlite' | 'postgres'

/** The four kinds of columns there are, as each engine names them. */
export interface Columns {
  /** Compared octet by octet on both engines: what is paged by key or found by prefix comes in one order everywhere. */
  readonly text: RawBuilder<unknown>
  /** 64 bits: milliseconds, counts, flags. */
  readonly integer: RawBuilder<unknown>
  readonly bytes: RawBuilder<unknown>
  /** At the end of CREATE TABLE: SQLite then holds every value to its column's kind, as PostgreSQL does. */
  readonly tableOptions: RawBuilder<unknown>
  /** The same for tables of small rows that are read by their primary key: one tree in place of two. */
  readonly keyedTableOptions: RawBuilder<unknown>
}

export function columnsOf(engine: EngineName): Columns {
  return engine === 'sqlite'
    ? {
        text: sql`text`,
        integer: sql`integer`,
        bytes: sql`blob`,
        tableOptions: sql`strict`,
        keyedTableOptions: sql`strict, without rowid`,
      }
    : {
        text: sql`text collate "C"`,
        integer: sql`bigint`,
        bytes: sql`bytea`,
        tableOptions: sql``,
        keyedTableOptions: sql``,
      }
}
