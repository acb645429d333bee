import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { sql } from 'kysely'
import { bulkCertificates, bulkId, bulkName } from '../support/bulk-certificates.ts'
import { createCa, NOW, setUp } from '../support/samples.ts'
import { type OpenedStores, openSqliteStores, startPostgresStores } from '../support/stores.ts'

const postgres = await startPostgresStores()
after(() => postgres.stop())

for (const [engine, open] of [
  ['SQLite', openSqliteStores],
  ['PostgreSQL', postgres.open],
] as const) {
  describe(`bulk certificates on ${engine}`, () => {
    test('are found as those are that were issued, and every index is there again', async (t) => {
      const opened = await open()
      t.after(() => opened.close())
      const before = await indexesOf(opened)
      const ca = await createCa(opened.stores, await setUp(opened.stores))
      const { tenant, authority, generation, template, stores } = ca

      await bulkCertificates(
        opened.database,
        { tenant, authority: authority.id, generation: generation.id, template: template.id },
        { count: 300, revokedEvery: 10 },
      )

      const named = await stores.certificates.list({ name: bulkName(123) }, NOW, { limit: 50 })
      assert.deepEqual(
        named.items.map(({ id }) => id),
        [bulkId(123)],
      )
      const revoked = await stores.certificates.list({ status: 'revoked' }, NOW, { limit: 50 })
      const expected = Array.from({ length: 300 }, (_, number) => number).filter((number) =>
        /0\.dept/.test(bulkName(number)),
      )
      assert.deepEqual(revoked.items.map(({ id }) => id).toSorted(), expected.map(bulkId))
      const found = await stores.certificates.find(bulkId(299))
      assert.equal(found?.subject, `CN=${bulkName(299)}`)
      assert.deepEqual(await indexesOf(opened), before)
    })
  })
}

async function indexesOf({ database: { kysely, engine } }: OpenedStores): Promise<readonly string[]> {
  const { rows } = await (engine === 'sqlite'
    ? sql<{ name: string }>`select name from sqlite_schema where type = 'index' order by name`
    : sql<{ name: string }>`select indexname as name from pg_indexes where schemaname = current_schema() order by 1`
  ).execute(kysely)
  return rows.map(({ name }) => name)
}
