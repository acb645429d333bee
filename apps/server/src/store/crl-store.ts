import { Refusal } from '@chancery/pki'
import type { CrlStore, PublishedCrl } from '../revocation/crl-store.ts'
import { crlEntries } from './crl-entries.ts'
import { isOfDeletedAuthority } from './held-generation.ts'
import type { CrlTable } from './schema.ts'
import type { StoreContext, Trx } from './store-context.ts'

export function crlStore(context: StoreContext): CrlStore {
  const { database } = context
  return {
    latest: (crl) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('crl')
          .selectAll()
          .where('generation', '=', crl.generation)
          .where('partition', '=', crl.partition)
          .where('delta', '=', crl.delta ? 1 : 0)
          .orderBy('number', 'desc')
          .limit(1)
          .executeTakeFirst()
        return row && toPublished(row)
      }),
    read: (id) => readParts(context, id),
    nextNumber: (generation, now) =>
      database.write(async (trx) => {
        const seconds = Math.floor(now / 1000)
        const row = await trx
          .updateTable('generation')
          .set((eb) => ({
            crl_number: eb
              .case()
              .when('crl_number', '>=', seconds)
              .then(eb('crl_number', '+', 1))
              .else(eb.val(seconds))
              .end(),
          }))
          .where('id', '=', generation)
          .returning('crl_number')
          .executeTakeFirst()
        if (row === undefined) throw new Error('a CRL number was asked for a generation that is not there')
        return row.crl_number
      }),
    entries: (crl, range, page) => crlEntries(context, crl, range, page),
    publish: (crl, parts, isLast) => publish(context, crl, parts, isLast),
    partitions: (generation) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('crl_partition')
          .select('partition')
          .where('generation', '=', generation)
          .orderBy('partition')
          .execute()
        return rows.map(({ partition }) => partition)
      }),
  }
}

function toPublished(row: CrlTable): PublishedCrl {
  return {
    id: row.id,
    generation: row.generation,
    partition: row.partition,
    delta: row.delta === 1,
    number: row.number,
    thisUpdate: row.this_update,
    nextUpdate: row.next_update,
    entries: row.entries,
    size: row.size,
    digest: row.digest,
    revocationVersion: row.revocation_version,
  }
}

/** Part by part, so that nobody holds a whole CRL to send it. */
async function* readParts({ database }: StoreContext, id: string): AsyncGenerator<Uint8Array> {
  const crl = await database.read((db) => db.selectFrom('crl').select('size').where('id', '=', id).executeTakeFirst())
  if (crl === undefined) throw new Error('this CRL is not stored any more')
  let sent = 0
  for (let position = 0; sent < crl.size; position++) {
    const part = await database.read((db) =>
      db
        .selectFrom('crl_part')
        .select('octets')
        .where('crl', '=', id)
        .where('position', '=', position)
        .executeTakeFirst(),
    )
    if (part === undefined) throw new Error('this CRL was dropped while it was read')
    sent += part.octets.length
    yield part.octets
  }
}

/** Older CRLs stay for those who are reading them; so many of a kind. */
const KEPT = 3
/** Parts without a CRL after this time are what a crash left: nothing takes so long to store. */
const ORPHANED_MS = 3_600_000

async function publish(
  context: StoreContext,
  crl: PublishedCrl,
  parts: Iterable<Uint8Array>,
  isLast: boolean,
): Promise<void> {
  const { database } = context
  const { tenant } = await database.read((db) =>
    db.selectFrom('generation').select('tenant').where('id', '=', crl.generation).executeTakeFirstOrThrow(),
  )
  const { id, generation } = crl
  let position = 0
  let size = 0
  for (const octets of parts) {
    const row = { crl: id, position, tenant, generation, stored_at: crl.thisUpdate, octets }
    await database.write((trx) => trx.insertInto('crl_part').values(row).execute())
    position++
    size += octets.length
  }
  if (size !== crl.size) throw new Error(`the parts of a CRL of ${crl.size} octets have ${size}`)

  const dropped = await database.write(async (trx) => {
    if (!isLast && (await isTooLate(trx, generation))) return undefined
    await trx.insertInto('crl').values(crlRow(crl, tenant)).execute()
    const kind = trx
      .selectFrom('crl')
      .select(['id', 'number'])
      .where('generation', '=', generation)
      .where('partition', '=', crl.partition)
      .where('delta', '=', crl.delta ? 1 : 0)
    const newest = await kind
      .orderBy('number', 'desc')
      .limit(KEPT + 20)
      .execute()
    const old = newest.slice(KEPT).map((row) => row.id)
    if (old.length > 0) await trx.deleteFrom('crl').where('id', 'in', old).execute()
    return old
  })
  if (dropped === undefined) {
    await dropParts(context, id)
    throw new Refusal('conflict', 'This CA was deleted while its CRL was made: its last CRL stands.')
  }
  const orphans = crl.partition === 0 ? await orphanedParts(context, crl) : []
  for (const gone of [...dropped, ...orphans]) await dropParts(context, gone)
}

/** Holds the generation until the CRL is stored: whoever deletes its CA waits, and makes its last CRL afterwards. */
async function isTooLate(trx: Trx, generation: string): Promise<boolean> {
  await trx
    .updateTable('generation')
    .set((eb) => ({ crl_number: eb.ref('crl_number') }))
    .where('id', '=', generation)
    .execute()
  return isOfDeletedAuthority(trx, generation)
}

function crlRow(crl: PublishedCrl, tenant: string): CrlTable {
  return {
    id: crl.id,
    tenant,
    generation: crl.generation,
    partition: crl.partition,
    delta: crl.delta ? 1 : 0,
    number: crl.number,
    this_update: crl.thisUpdate,
    next_update: crl.nextUpdate,
    entries: crl.entries,
    size: crl.size,
    digest: crl.digest,
    revocation_version: crl.revocationVersion,
  }
}

async function orphanedParts({ database }: StoreContext, crl: PublishedCrl): Promise<readonly string[]> {
  const rows = await database.read((db) =>
    db
      .selectFrom('crl_part')
      .select('crl')
      .distinct()
      .where('generation', '=', crl.generation)
      .where('stored_at', '<', crl.thisUpdate - ORPHANED_MS)
      .where('crl', 'not in', (eb) => eb.selectFrom('crl').select('id').where('generation', '=', crl.generation))
      .limit(20)
      .execute(),
  )
  return rows.map((row) => row.crl)
}

/** A few parts at a time: to free the pages of a large CRL takes a while. */
async function dropParts({ database }: StoreContext, crl: string): Promise<void> {
  for (;;) {
    const { numDeletedRows } = await database.write((trx) =>
      trx
        .deleteFrom('crl_part')
        .where('crl', '=', crl)
        .where('position', 'in', (eb) =>
          eb.selectFrom('crl_part').select('position').where('crl', '=', crl).orderBy('position').limit(4),
        )
        .executeTakeFirstOrThrow(),
    )
    if (numDeletedRows === 0n) return
  }
}
