import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { keptRead } from '../../src/store/kept-reads.ts'
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

test('what is read again and again is read once, until its table is changed', async () => {
  const tenant = await newTenant(sqlite)
  const { name, reads } = names(sqlite)

  const before = [await name(tenant), await name(tenant)]
  await rename(sqlite, tenant, 'Another name')
  const afterwards = [await name(tenant), await name(tenant)]

  assert.deepEqual(before, [`Tenant ${tenant}`, `Tenant ${tenant}`])
  assert.deepEqual(afterwards, ['Another name', 'Another name'])
  assert.equal(reads(), 2)
})

test('a change of another table lets what is kept be', async () => {
  const tenant = await newTenant(sqlite)
  const { name, reads } = names(sqlite)

  await name(tenant)
  await sqlite.database.write((trx) => trx.deleteFrom('acme_nonce').execute())
  await name(tenant)

  assert.equal(reads(), 1)
})

test('a statement that names no table lets nothing be kept', async () => {
  const tenant = await newTenant(sqlite)
  const { name } = names(sqlite)

  await name(tenant)
  await sql`update tenant set name = 'By hand' where id = ${tenant}`.execute(sqlite.database.kysely)

  assert.equal(await name(tenant), 'By hand')
})

test('what was read while a change was on its way is not kept', async () => {
  const tenant = await newTenant(sqlite)
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>()
  let reads = 0
  const name = keptRead(sqlite.database, ['tenant'], async (id) => {
    const found = await readName(sqlite, id)
    if (++reads === 1) await mayAnswer
    return found
  })

  const slow = name(tenant)
  await new Promise((resolve) => setTimeout(resolve, 20))
  await rename(sqlite, tenant, 'Changed meanwhile')
  answer()

  assert.equal(await slow, `Tenant ${tenant}`)
  assert.equal(await name(tenant), 'Changed meanwhile')
})

test('whoever made a change sees it at once, however many read meanwhile', async () => {
  const tenant = await newTenant(sqlite)
  const { name } = names(sqlite)

  for (let round = 0; round < 50; round++) {
    const readers = Array.from({ length: 10 }, () => name(tenant))
    const change = rename(sqlite, tenant, `Name ${round}`).then(() => name(tenant))
    readers.push(name(tenant))
    assert.equal(await change, `Name ${round}`)
    await Promise.all(readers)
  }
})

test('what is not there is not kept', async () => {
  const { name, reads } = names(sqlite)

  assert.equal(await name('nobody'), undefined)
  assert.equal(await name('nobody'), undefined)
  assert.equal(reads(), 2)
})

test('where others may write too, each call reads', async () => {
  const tenant = await newTenant(postgres)
  const { name, reads } = names(postgres)

  await name(tenant)
  await name(tenant)

  assert.equal(reads(), 2)
})

/** Of which reads are kept, by what they are kept from. */
const KEPT_TABLES = [
  'tenant',
  'generation',
  'template',
  'api_token',
  'membership',
  'installation',
  'acme_account',
  'acme_policy',
]

test('no trigger and no foreign key changes a table behind the statement that is seen', async () => {
  const { rows: triggers } = await sql`select name from sqlite_schema where type = 'trigger'`.execute(
    sqlite.database.kysely,
  )
  const { rows: cascades } = await sql<{ child: string }>`
    select schema.name as child from sqlite_schema schema, pragma_foreign_key_list(schema.name) keys
    where schema.type = 'table' and (keys.on_delete not in ('NO ACTION', 'RESTRICT') or keys.on_update <> 'NO ACTION')`.execute(
    sqlite.database.kysely,
  )

  assert.deepEqual(triggers, [])
  const reached = new Set(cascades.map(({ child }) => child))
  for (const kept of KEPT_TABLES) assert.ok(!reached.has(kept), kept)
})

function names(opened: OpenedStores) {
  let reads = 0
  const name = keptRead(opened.database, ['tenant'], (id) => {
    reads++
    return readName(opened, id)
  })
  return { name, reads: () => reads }
}

function readName({ database }: OpenedStores, id: string): Promise<string | undefined> {
  return database.read(async (db) => {
    const row = await db.selectFrom('tenant').select('name').where('id', '=', id).executeTakeFirst()
    return row?.name
  })
}

async function rename({ database }: OpenedStores, id: string, name: string): Promise<void> {
  await database.write((trx) => trx.updateTable('tenant').set({ name }).where('id', '=', id).execute())
}
