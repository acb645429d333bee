import type { NamedCertificate, NameIndex } from '../certificates/index-names.ts'
import { insertNames } from './certificate-names.ts'
import { fromJson, type Json, toJson } from './json.ts'
import { searchKeys } from './search-keys.ts'
import type { Db, TenantContext, Trx } from './store-context.ts'

export function nameIndex({ database, tenant }: TenantContext): NameIndex {
  return {
    page: async (after, limit) => {
      const rows = await database.read((db) =>
        db
          .selectFrom('certificate')
          .select(['id', 'der'])
          .where('tenant', '=', tenant)
          .where('id', '>', after)
          .where('state', '=', 'issued')
          .where('der', 'is not', null)
          .orderBy('id')
          .limit(limit)
          .execute(),
      )
      return rows.flatMap(({ id, der }) => (der === null ? [] : [{ id, der }]))
    },
    add: async (named) => {
      // Most have all their names already: a look finds that without a transaction.
      const some = await database.read((db) => missing(db, tenant, named))
      if (some.length === 0) return 0
      return database.write(async (trx) => addNames(trx, tenant, await missing(trx, tenant, named)))
    },
  }
}

/** The keys that a certificate is not found by yet, beside those that it is found by. */
interface Missing {
  readonly id: string
  readonly names: Json<readonly string[]>
  readonly more: readonly string[]
}

async function missing(db: Db, tenant: string, named: readonly NamedCertificate[]): Promise<readonly Missing[]> {
  if (named.length === 0) return []
  const wanted = new Map(named.map(({ id, names }) => [id, searchKeys(names)]))
  const rows = await db
    .selectFrom('certificate')
    .select(['id', 'names'])
    .where('tenant', '=', tenant)
    .where('id', 'in', [...wanted.keys()])
    .where('state', '=', 'issued')
    .where('names', 'is not', null)
    .orderBy('id')
    .execute()
  return rows.flatMap(({ id, names }) => {
    if (names === null) return []
    const there = new Set(fromJson(names))
    const more = (wanted.get(id) ?? []).filter((key) => !there.has(key))
    return more.length === 0 ? [] : [{ id, names, more }]
  })
}

/** Whoever removes a certificate removes the names that its row says: the row is changed first, and only one that is there still. */
async function addNames(trx: Trx, tenant: string, certificates: readonly Missing[]): Promise<number> {
  const added: { certificate: string; key: string }[] = []
  let count = 0
  for (const { id, names, more } of certificates) {
    const { numUpdatedRows } = await trx
      .updateTable('certificate')
      .set({ names: toJson([...fromJson(names), ...more]) })
      .where('tenant', '=', tenant)
      .where('id', '=', id)
      .where('names', '=', names)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) continue
    count++
    added.push(...more.map((key) => ({ certificate: id, key })))
  }
  await insertNames(trx, tenant, added)
  return count
}
