import type { SealedValue } from '../master-keys/key-store.ts'
import type { Tables } from './schema.ts'
import type { Db, Trx } from './store-context.ts'

/** A column whose values are sealed under the master key. */
export interface SealedColumn {
  readonly table: keyof Tables
  readonly column: string
  read(db: Db, after: string, limit: number): Promise<readonly SealedValue[]>
  replace(trx: Trx, value: SealedValue & { readonly was: Uint8Array }): Promise<unknown>
}

/**
 * Every column that holds sealed values: a rotation of the master key rewraps these and no others. A new one begins its name with
 * `sealed` and has its row here; a test compares both with the tables.
 */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    table: 'generation',
    column: 'sealed_key',
    read: async (db, after, limit) => {
      const rows = await db
        .selectFrom('generation')
        .select(['id', 'sealed_key'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ key: row.id, sealed: row.sealed_key ?? NONE }))
    },
    replace: (trx, { key, was, sealed }) =>
      trx
        .updateTable('generation')
        .set({ sealed_key: sealed })
        .where('id', '=', key)
        .where('sealed_key', '=', was)
        .execute(),
  },
  {
    table: 'service_certificate',
    column: 'sealed_key',
    read: async (db, after, limit) => {
      const rows = await db
        .selectFrom('service_certificate')
        .select(['id', 'sealed_key'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ key: row.id, sealed: row.sealed_key }))
    },
    replace: (trx, { key, was, sealed }) =>
      trx
        .updateTable('service_certificate')
        .set({ sealed_key: sealed })
        .where('id', '=', key)
        .where('sealed_key', '=', was)
        .execute(),
  },
  {
    table: 'sealed_secret',
    column: 'sealed',
    read: async (db, after, limit) => {
      const rows = await db
        .selectFrom('sealed_secret')
        .select(['name', 'sealed'])
        .where('name', '>', after)
        .orderBy('name')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ key: row.name, sealed: row.sealed }))
    },
    replace: (trx, { key, was, sealed }) =>
      trx.updateTable('sealed_secret').set({ sealed }).where('name', '=', key).where('sealed', '=', was).execute(),
  },
  {
    table: 'acme_binding',
    column: 'sealed_key',
    read: async (db, after, limit) => {
      const rows = await db
        .selectFrom('acme_binding')
        .select(['id', 'sealed_key'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ key: row.id, sealed: row.sealed_key }))
    },
    replace: (trx, { key, was, sealed }) =>
      trx
        .updateTable('acme_binding')
        .set({ sealed_key: sealed })
        .where('id', '=', key)
        .where('sealed_key', '=', was)
        .execute(),
  },
  {
    table: 'webhook',
    column: 'sealed_secret',
    read: async (db, after, limit) => {
      const rows = await db
        .selectFrom('webhook')
        .select(['id', 'sealed_secret'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ key: row.id, sealed: row.sealed_secret }))
    },
    replace: (trx, { key, was, sealed }) =>
      trx
        .updateTable('webhook')
        .set({ sealed_secret: sealed })
        .where('id', '=', key)
        .where('sealed_secret', '=', was)
        .execute(),
  },
  {
    table: 'webhook',
    column: 'sealed_previous',
    read: async (db, after, limit) => {
      const rows = await db
        .selectFrom('webhook')
        .select(['id', 'sealed_previous'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ key: row.id, sealed: row.sealed_previous }))
    },
    replace: (trx, { key, was, sealed }) =>
      trx
        .updateTable('webhook')
        .set({ sealed_previous: sealed })
        .where('id', '=', key)
        .where('sealed_previous', '=', was)
        .execute(),
  },
  {
    table: 'sign_in_challenge',
    column: 'sealed_value',
    read: async (db, after, limit) => {
      const rows = await db
        .selectFrom('sign_in_challenge')
        .select(['id', 'sealed_value'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ key: row.id, sealed: row.sealed_value }))
    },
    replace: (trx, { key, was, sealed }) =>
      trx
        .updateTable('sign_in_challenge')
        .set({ sealed_value: sealed })
        .where('id', '=', key)
        .where('sealed_value', '=', was)
        .execute(),
  },
  {
    table: 'second_factor',
    column: 'sealed_secret',
    read: async (db, after, limit) => {
      const rows = await db
        .selectFrom('second_factor')
        .select(['id', 'sealed_secret'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ key: row.id, sealed: row.sealed_secret }))
    },
    replace: (trx, { key, was, sealed }) =>
      trx
        .updateTable('second_factor')
        .set({ sealed_secret: sealed })
        .where('id', '=', key)
        .where('sealed_secret', '=', was)
        .execute(),
  },
  {
    table: 'second_factor',
    column: 'sealed_recovery_codes',
    read: async (db, after, limit) => {
      const rows = await db
        .selectFrom('second_factor')
        .select(['id', 'sealed_recovery_codes'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ key: row.id, sealed: row.sealed_recovery_codes }))
    },
    replace: (trx, { key, was, sealed }) =>
      trx
        .updateTable('second_factor')
        .set({ sealed_recovery_codes: sealed })
        .where('id', '=', key)
        .where('sealed_recovery_codes', '=', was)
        .execute(),
  },
  {
    table: 'mail',
    column: 'sealed_body',
    read: async (db, after, limit) => {
      const rows = await db
        .selectFrom('mail')
        .select(['id', 'sealed_body'])
        .where('state', 'in', ['waiting', 'refused'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ key: row.id, sealed: row.sealed_body }))
    },
    replace: (trx, { key, was, sealed }) =>
      trx
        .updateTable('mail')
        .set({ sealed_body: sealed })
        .where('id', '=', key)
        .where('sealed_body', '=', was)
        .execute(),
  },
]

/** Stands for a value that is not there, or no more. */
const NONE = new Uint8Array(0)
