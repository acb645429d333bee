import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { migrate, schemaVersion } from '../../src/store/migrate.ts'
import { migrationsOf } from '../../src/store/migrations/migrations.ts'
import { createCa, issue } from '../support/samples.ts'
import { type OpenedStores, openSqliteStores, startPostgresStores } from '../support/stores.ts'
import { newTenant } from './engine.ts'

const server = await startPostgresStores()
const sqlite = await openSqliteStores()
const postgres = await server.open()
after(async () => {
  await sqlite.close()
  await postgres.close()
  await server.stop()
})

test('migrations make the same tables on both engines', async () => {
  const [here, there] = [await tablesOf(sqlite), await tablesOf(postgres)]

  assert.deepEqual(here, there)
  assert.ok(Object.keys(here).length >= 20)
})

test('migrations make the same indexes on both engines, unique or not, over the same columns', async () => {
  const [here, there] = [await sqliteIndexes(), await postgresIndexes()]

  assert.deepEqual(here, there)
  assert.ok(here.length >= 40)
})

test('both engines compare every text octet by octet', async () => {
  const { rows } = await sql<{ column: string }>`
    select table_name || '.' || column_name as column from information_schema.columns
    where table_schema = 'public' and data_type = 'text' and collation_name is distinct from 'C'`.execute(
    postgres.database.kysely,
  )

  assert.deepEqual(rows, [])
})

test('SQLite holds every value to the kind of its column', async () => {
  const { rows } = await sql<{ name: string }>`
    select name from pragma_table_list where type = 'table' and schema = 'main' and strict = 0
    and name not like 'sqlite_%' and name not like 'kysely_%'`.execute(sqlite.database.kysely)

  assert.deepEqual(rows, [])
})

test('every table says whose its rows are, but for those that stand above tenants', async () => {
  const without = Object.entries(await tablesOf(sqlite)).filter(
    ([, columns]) => !columns.some(([name]) => name === 'tenant'),
  )

  const signIn = [
    'attempt',
    'outside_identity',
    'passkey',
    'password_reset',
    'second_factor',
    'session',
    'sign_in_challenge',
  ]
  const nonces = ['acme_nonce', 'acme_nonce_epoch']
  const keys = ['audit_key', 'key_holder', 'sealed_secret']
  assert.deepEqual(
    without.map(([name]) => name).sort(),
    [...signIn, ...keys, ...nonces, 'account', 'installation', 'tenant'].sort(),
  )
})

test('a migrated database is left alone', async () => {
  for (const { database } of [sqlite, postgres]) {
    assert.deepEqual(await migrate(database, migrationsOf(database.engine)), [])
    assert.equal(await schemaVersion(database), Object.keys(migrationsOf(database.engine)).at(-1))
  }
})

test('each tenant in which a CA may stand below another untied is put down for the server, and no other', async () => {
  for (const opened of [await openSqliteStores(), await server.open()]) {
    const { stores, database } = opened
    await sql`drop index authority_chain_issued`.execute(database.kysely)
    await sql`alter table authority_chain drop column issued_as`.execute(database.kysely)
    const [single, several, tied] = [await newTenant(opened), await newTenant(opened), await newTenant(opened)]
    for (const tenant of [single, several, several]) await createCa(stores, tenant)
    for (const issuedAs of ['one', 'other']) await createCa(stores, tied, { certificate: { issuedAs } })

    await migrationsOf(database.engine)['0018-ties']?.up(database.kysely)

    const items = await stores.system.outbox.claim('tie', 1, 1, 10)
    assert.deepEqual(
      items.map(({ tenant, key }) => [tenant, key]),
      [[several, several]],
    )
    await opened.close()
  }
})

test('each tenant that has certificates is put down to have them found by all their names, and no other', async () => {
  for (const opened of [await openSqliteStores(), await server.open()]) {
    const { stores, database } = opened
    await newTenant(opened)
    const having = await newTenant(opened)
    await issue(await createCa(stores, having))

    await migrationsOf(database.engine)['0019-names']?.up(database.kysely)

    const items = await stores.system.outbox.claim('names', 1, 1, 10)
    assert.deepEqual(
      items.map(({ tenant, key }) => [tenant, key]),
      [[having, having]],
    )
    await opened.close()
  }
})

type Columns = (readonly [name: string, kind: string, nullable: boolean])[]
const KINDS: Readonly<Record<string, string>> = {
  TEXT: 'text',
  text: 'text',
  INTEGER: 'integer',
  int8: 'integer',
  BLOB: 'bytes',
  bytea: 'bytes',
}

async function tablesOf({ database }: OpenedStores): Promise<Record<string, Columns>> {
  const tables = await database.kysely.introspection.getTables()
  return Object.fromEntries(
    tables
      .map(({ name, columns }): [string, Columns] => [
        name,
        columns.map((column) => [column.name, KINDS[column.dataType] ?? column.dataType, column.isNullable]),
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Table, columns, whether unique and whether partial: `certificate(generation,serial) unique`. */
type Index = { table: string; columns: string; unique: number; partial: number }
const described = (rows: readonly Index[]) =>
  rows
    .map(
      ({ table, columns, unique, partial }) =>
        `${table}(${columns})${unique ? ' unique' : ''}${partial ? ' partial' : ''}`,
    )
    .sort()

async function sqliteIndexes(): Promise<string[]> {
  const { rows } = await sql<Index>`
    select t.name as "table", i."unique" as "unique", i.partial,
      (select group_concat(name, ',') from (select name from pragma_index_info(i.name) order by seqno)) as columns
    from pragma_table_list t join pragma_index_list(t.name) i
    where t.type = 'table' and t.schema = 'main' and t.name not like 'sqlite_%' and t.name not like 'kysely_%'`.execute(
    sqlite.database.kysely,
  )
  return described(rows)
}

async function postgresIndexes(): Promise<string[]> {
  const { rows } = await sql<Index>`
    select c.relname as "table", (i.indisunique)::int as "unique", (i.indpred is not null)::int as partial,
      (select string_agg(a.attname, ',' order by k.at) from unnest(i.indkey::int2[]) with ordinality k(attnum, at)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) as columns
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relname not like 'kysely_%'`.execute(postgres.database.kysely)
  return described(rows)
}
