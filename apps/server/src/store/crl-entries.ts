import type { CrlEntryRow, CrlId, CrlStore } from '../revocation/crl-store.ts'
import { decodeCursor, encodeCursor } from './page-cursor.ts'
import type { CertificateTable } from './schema.ts'
import type { Db, StoreContext } from './store-context.ts'

/** CRLReason removeFromCRL, RFC 5280 §5.3.1: only deltas have it. */
const REMOVE_FROM_CRL = 8

/** A page of what a CRL must name, in the order of one index that holds all of an entry. */
export async function crlEntries(
  { database }: StoreContext,
  crl: CrlId,
  { expiredAfter, changedAfter }: Parameters<CrlStore['entries']>[1],
  { limit, after }: Parameters<CrlStore['entries']>[2],
): Promise<{ readonly rows: readonly CrlEntryRow[]; readonly next?: string }> {
  const order = changedAfter === undefined ? 'crl' : 'delta'
  const from = after === undefined ? undefined : decodeCursor(order, ['number', 'string'], after)
  const rows = await database.read((db) =>
    changedAfter === undefined
      ? complete(db, crl, expiredAfter, { limit, from })
      : delta(db, crl, { expiredAfter, changedAfter }, { limit, from }),
  )
  const last = rows.at(-1)
  return {
    rows: rows.map(toEntry),
    ...(rows.length === limit && last !== undefined && { next: encodeCursor(order, [last.key, last.serial]) }),
  }
}

/** `key` is the first part of the order, the serial number the second. */
type EntryRow = Pick<CertificateTable, 'serial' | 'revoked_at' | 'revocation_reason' | 'invalidity_at'> & {
  readonly key: number
}
type KeyedPage = { readonly limit: number; readonly from: readonly [number, string] | undefined }

function complete(
  db: Db,
  { generation, partition }: CrlId,
  expiredAfter: number,
  { limit, from }: KeyedPage,
): Promise<EntryRow[]> {
  let rows = db
    .selectFrom('certificate')
    .select(['serial', 'revoked_at', 'revocation_reason', 'invalidity_at', 'not_after as key'])
    .where('generation', '=', generation)
    // The same words as the index has, or it is not used.
    .where('revocation_reason', 'is not', null)
  // The whole CRL is for all: who finds no other must not miss what a partition names.
  if (partition !== 0) rows = rows.where('crl_partition', '=', partition)
  rows =
    from === undefined
      ? rows.where('not_after', '>=', expiredAfter)
      : rows.where((eb) => eb(eb.refTuple('not_after', 'serial'), '>', eb.tuple(from[0], from[1])))
  return rows.orderBy('not_after').orderBy('serial').limit(limit).execute()
}

function delta(
  db: Db,
  { generation, partition }: CrlId,
  { expiredAfter, changedAfter }: { readonly expiredAfter: number; readonly changedAfter: number },
  { limit, from }: KeyedPage,
): Promise<EntryRow[]> {
  let rows = db
    .selectFrom('certificate')
    .select(['serial', 'revoked_at', 'revocation_reason', 'invalidity_at'])
    .select((eb) => eb.fn.coalesce('revocation_version', eb.lit(0)).as('key'))
    .where('generation', '=', generation)
    .where('revocation_version', 'is not', null)
    .where('not_after', '>=', expiredAfter)
  if (partition !== 0) rows = rows.where('crl_partition', '=', partition)
  rows =
    from === undefined
      ? rows.where('revocation_version', '>', changedAfter)
      : rows.where((eb) => eb(eb.refTuple('revocation_version', 'serial'), '>', eb.tuple(from[0], from[1])))
  return rows.orderBy('revocation_version').orderBy('serial').limit(limit).execute()
}

/** What is changed and not revoked any more was on hold. A million of these go into one CRL: nothing is copied twice. */
function toEntry({ serial, revoked_at, revocation_reason, invalidity_at }: EntryRow): CrlEntryRow {
  const revokedAt = revoked_at ?? 0
  const reason = revocation_reason ?? REMOVE_FROM_CRL
  return invalidity_at === null
    ? { serialNumber: serial, revokedAt, reason }
    : { serialNumber: serial, revokedAt, reason, invalidityAt: invalidity_at }
}
