import { type Kysely, sql } from 'kysely'

/**
 * What a look at a CA subtracts from what its indexes count: issuances that were given up. They are few, and these alone are in
 * here: an issuance that ends well does not touch it.
 */
export async function createOverview(db: Kysely<unknown>): Promise<void> {
  const abandoned = (name: string, columns: string[]) =>
    db.schema
      .createIndex(`certificate_abandoned_${name}`)
      .on('certificate')
      .columns(columns)
      .where(sql.ref('state'), '=', sql.lit('abandoned'))
      .execute()
  await abandoned('expiry', ['authority', 'not_after'])
  await abandoned('newest', ['authority', 'id'])
}
