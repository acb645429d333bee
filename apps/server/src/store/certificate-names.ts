import { fromJson, type Json } from './json.ts'
import type { Trx } from './store-context.ts'

/** Rows of one statement: PostgreSQL and SQLite take some ten thousand parameters. */
const AT_ONCE = 1000

/** A certificate's row, as far as its search keys go. */
export interface NamedRow {
  readonly id: string
  /** `null` of an intent, which is not found by its names yet. */
  readonly names: Json<readonly string[]> | null
}

/** Makes certificates findable by their search keys. */
export async function insertNames(
  trx: Trx,
  tenant: string,
  names: readonly { readonly certificate: string; readonly key: string }[],
): Promise<void> {
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const rows = names.slice(at, at + AT_ONCE).map(({ certificate, key }) => ({ tenant, key, certificate }))
    await trx.insertInto('certificate_name').values(rows).execute()
  }
}

/** Takes certificates out of the index of names. */
export async function deleteNames(trx: Trx, tenant: string, rows: readonly NamedRow[]): Promise<void> {
  const names = rows.flatMap(({ id, names: keys }) =>
    keys === null ? [] : fromJson(keys).map((key) => ({ key, certificate: id })),
  )
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const page = names.slice(at, at + AT_ONCE)
    await trx
      .deleteFrom('certificate_name')
      .where('tenant', '=', tenant)
      .where('key', 'in', [...new Set(page.map(({ key }) => key))])
      .where('certificate', 'in', [...new Set(page.map(({ certificate }) => certificate))])
      .execute()
  }
}
